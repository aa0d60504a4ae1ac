import { currentRun } from "../state/streaks.ts";
import type { Aggregate } from "./aggregate.ts";

/** How many rows up to the newest say yes without a no between them. */
export const currentStreak: Aggregate = {
  name: "currentStreak",
  reads: "yesOrNo",
  states: [currentRun],
  picks: false,
  laws: { empty: 0, merges: true, inverts: false, ordered: true, cost: 1 },
  finalise: ([x]) => ({ absent: [], value: `${x}` }),
  sentence: (of) => `current streak of ${of}`,
};
