import { any } from "../state/any.ts";
import type { Aggregate } from "./aggregate.ts";

/** 1 where there is an event, 0 where there is none: never missing. */
export const occurs: Aggregate = {
  name: "occurs",
  reads: "nothing",
  states: [any],
  picks: false,
  laws: { empty: 0, merges: true, inverts: false, ordered: false, cost: 0.5 },
  finalise: ([x]) => ({ absent: [], value: `${x}` }),
  sentence: (of) => `whether ${of} occurs`,
};
