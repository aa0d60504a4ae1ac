import { rows } from "../state/rows.ts";
import { total } from "../state/total.ts";
import type { Aggregate } from "./aggregate.ts";

/** The double nearest to the exact sum, divided once, by n times the units. */
export const mean: Aggregate = {
  name: "mean",
  reads: "number",
  states: [rows, total],
  picks: false,
  laws: { empty: "nothing", merges: true, inverts: true, ordered: false, cost: 1 },
  finalise: ([n, s], units) => ({
    absent: [{ when: `${n} === 0`, kind: "nothing" }],
    value: `${s} / (${n} * ${units})`,
  }),
  sentence: (of) => `mean of ${of}`,
};
