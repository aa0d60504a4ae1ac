import { FULL_WEIGHT } from "../../base/index.ts";
import { decayedRows } from "../state/decayed.ts";
import { durationInWords } from "../windows/duration.ts";
import type { Aggregate } from "./aggregate.ts";
import { halfLives } from "./half-lives.ts";

/** How many events, each times the weight that its age left it. */
export const decayedCount: Aggregate = {
  name: "decayedCount",
  reads: "nothing",
  parameters: { halfLifeMicros: halfLives },
  states: [decayedRows],
  picks: false,
  laws: { empty: 0, merges: false, inverts: false, ordered: true, cost: 150 },
  finalise: ([weights]) => ({ absent: [], value: `${weights} / ${FULL_WEIGHT}` }),
  sentence: (of, { halfLifeMicros = 0 }) => `count, halving each ${durationInWords(halfLifeMicros)}, of ${of}`,
};
