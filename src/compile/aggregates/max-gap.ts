import { MICROS_PER_DAY } from "../../base/index.ts";
import { longestGap } from "../state/gaps.ts";
import { rows } from "../state/rows.ts";
import type { Aggregate } from "./aggregate.ts";

/** The most days between two events that follow each other. */
export const maxGap: Aggregate = {
  name: "maxGap",
  reads: "nothing",
  states: [rows, longestGap],
  picks: false,
  laws: { empty: "nothing", merges: true, inverts: false, ordered: true, cost: 1 },
  finalise: ([n, gap]) => ({
    absent: [
      { when: `${n} === 0`, kind: "nothing" },
      { when: `${n} < 2`, kind: "not applicable" },
    ],
    value: `${gap} / ${MICROS_PER_DAY}`,
  }),
  sentence: (of) => `most days between ${of}`,
};
