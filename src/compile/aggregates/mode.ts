import { rows } from "../state/rows.ts";
import { tallies } from "../state/tallies.ts";
import type { Aggregate } from "./aggregate.ts";

/** The most frequent category, or yes or no; of several the one that came latest. */
export const mode: Aggregate = {
  name: "mode",
  reads: "class",
  states: [rows, tallies],
  picks: true,
  laws: { empty: "nothing", merges: false, inverts: false, ordered: true, cost: 5 },
  finalise: ([n, tally]) => ({ absent: [{ when: `${n} === 0`, kind: "nothing" }], value: `${tally}.mode()` }),
  sentence: (of) => `most frequent ${of}`,
};
