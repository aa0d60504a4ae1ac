import { least } from "../state/extremes.ts";
import { type Aggregate, inMajorUnits } from "./aggregate.ts";

export const min: Aggregate = {
  name: "min",
  reads: "number",
  states: [least],
  picks: false,
  laws: { empty: "nothing", merges: true, inverts: false, ordered: false, cost: 1 },
  finalise: ([x], units) => ({
    absent: [{ when: `${x} === Infinity`, kind: "nothing" }],
    value: inMajorUnits(`${x}`, units),
  }),
  sentence: (of) => `least ${of}`,
};
