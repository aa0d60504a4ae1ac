import { MICROS_PER_DAY } from "../../base/index.ts";
import { newestAt } from "../state/ends.ts";
import type { Aggregate } from "./aggregate.ts";

/** Days of 24 hours from the newest event to t, with their fraction. */
export const daysSince: Aggregate = {
  name: "daysSince",
  reads: "nothing",
  states: [newestAt],
  picks: false,
  laws: { empty: "nothing", merges: true, inverts: false, ordered: true, cost: 0.5 },
  finalise: ([at]) => ({
    absent: [{ when: `${at} !== ${at}`, kind: "nothing" }],
    value: `(t - ${at}) / ${MICROS_PER_DAY}`,
  }),
  sentence: (of) => `days since ${of}`,
};
