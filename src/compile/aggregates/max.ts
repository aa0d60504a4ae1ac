import { greatest } from "../state/extremes.ts";
import { type Aggregate, inMajorUnits } from "./aggregate.ts";

export const max: Aggregate = {
  name: "max",
  reads: "number",
  states: [greatest],
  picks: false,
  laws: { empty: "nothing", merges: true, inverts: false, ordered: false, cost: 1 },
  finalise: ([x], units) => ({
    absent: [{ when: `${x} === -Infinity`, kind: "nothing" }],
    value: inMajorUnits(`${x}`, units),
  }),
  sentence: (of) => `greatest ${of}`,
};
