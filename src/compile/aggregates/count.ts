import { rows } from "../state/rows.ts";
import type { Aggregate } from "./aggregate.ts";

export const count: Aggregate = {
  name: "count",
  reads: "nothing",
  states: [rows],
  picks: false,
  laws: { empty: 0, merges: true, inverts: true, ordered: false, cost: 0.5 },
  finalise: ([n]) => ({ absent: [], value: `${n}` }),
  sentence: (of) => `count of ${of}`,
};
