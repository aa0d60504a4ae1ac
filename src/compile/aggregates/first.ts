import { oldest } from "../state/ends.ts";
import { type Aggregate, inMajorUnits } from "./aggregate.ts";

/** The oldest row that has a value. */
export const first: Aggregate = {
  name: "first",
  reads: "number",
  states: [oldest],
  picks: true,
  laws: { empty: "nothing", merges: true, inverts: false, ordered: true, cost: 0.5 },
  finalise: ([x], units) => ({
    absent: [{ when: `${x} !== ${x}`, kind: "nothing" }],
    value: inMajorUnits(`${x}`, units),
  }),
  sentence: (of) => `first ${of}`,
};
