import { MICROS_PER_DAY } from "../../base/index.ts";
import { oldestAt } from "../state/ends.ts";
import type { Aggregate } from "./aggregate.ts";

/** Days of 24 hours from the oldest event to t, with their fraction. */
export const daysSinceFirst: Aggregate = {
  name: "daysSinceFirst",
  reads: "nothing",
  states: [oldestAt],
  picks: false,
  laws: { empty: "nothing", merges: true, inverts: false, ordered: true, cost: 0.5 },
  finalise: ([at]) => ({
    absent: [{ when: `${at} !== ${at}`, kind: "nothing" }],
    value: `(t - ${at}) / ${MICROS_PER_DAY}`,
  }),
  sentence: (of) => `days since the first ${of}`,
};
