import { rows } from "../state/rows.ts";
import { tallies } from "../state/tallies.ts";
import type { Aggregate } from "./aggregate.ts";

/** The share of rows that hold the most frequent category. */
export const modeShare: Aggregate = {
  name: "modeShare",
  reads: "class",
  states: [rows, tallies],
  picks: false,
  laws: { empty: "nothing", merges: false, inverts: false, ordered: false, cost: 5 },
  finalise: ([n, tally]) => ({
    absent: [{ when: `${n} === 0`, kind: "nothing" }],
    value: `${tally}.modeCount() / ${n}`,
  }),
  sentence: (of) => `share of the most frequent ${of}`,
};
