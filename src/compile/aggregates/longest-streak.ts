import { longestRun } from "../state/streaks.ts";
import type { Aggregate } from "./aggregate.ts";

/** The most rows in a row that say yes; rows that say nothing are passed over. */
export const longestStreak: Aggregate = {
  name: "longestStreak",
  reads: "yesOrNo",
  states: [longestRun],
  picks: false,
  laws: { empty: 0, merges: false, inverts: false, ordered: true, cost: 1 },
  finalise: ([x]) => ({ absent: [], value: `${x}` }),
  sentence: (of) => `longest streak of ${of}`,
};
