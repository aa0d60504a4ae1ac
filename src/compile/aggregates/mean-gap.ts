import { MICROS_PER_DAY } from "../../base/index.ts";
import { newestAt, oldestAt } from "../state/ends.ts";
import { rows } from "../state/rows.ts";
import type { Aggregate } from "./aggregate.ts";

/** Days between events that follow each other, on average: from the oldest to the newest, over one less than their number. */
export const meanGap: Aggregate = {
  name: "meanGap",
  reads: "nothing",
  states: [rows, newestAt, oldestAt],
  picks: false,
  laws: { empty: "nothing", merges: true, inverts: false, ordered: true, cost: 1 },
  finalise: ([n, newest, oldest]) => ({
    absent: [
      { when: `${n} === 0`, kind: "nothing" },
      { when: `${n} < 2`, kind: "not applicable" },
    ],
    value: `(${newest} - ${oldest}) / (${n} - 1) / ${MICROS_PER_DAY}`,
  }),
  sentence: (of) => `mean days between ${of}`,
};
