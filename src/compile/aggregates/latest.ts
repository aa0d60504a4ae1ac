import { newest } from "../state/ends.ts";
import { type Aggregate, inMajorUnits } from "./aggregate.ts";

/** The newest row that has a value. */
export const latest: Aggregate = {
  name: "latest",
  reads: "number",
  states: [newest],
  picks: true,
  laws: { empty: "nothing", merges: true, inverts: false, ordered: true, cost: 0.5 },
  finalise: ([x], units) => ({
    absent: [{ when: `${x} !== ${x}`, kind: "nothing" }],
    value: inMajorUnits(`${x}`, units),
  }),
  sentence: (of) => `latest ${of}`,
};
