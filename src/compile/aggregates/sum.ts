import { rows } from "../state/rows.ts";
import { total } from "../state/total.ts";
import { type Aggregate, inMajorUnits } from "./aggregate.ts";

export const sum: Aggregate = {
  name: "sum",
  reads: "number",
  states: [rows, total],
  picks: false,
  laws: { empty: "nothing", merges: true, inverts: true, ordered: false, cost: 1 },
  finalise: ([n, s], units) => ({
    absent: [{ when: `${n} === 0`, kind: "nothing" }],
    value: inMajorUnits(`${s}`, units),
  }),
  sentence: (of) => `sum of ${of}`,
};
