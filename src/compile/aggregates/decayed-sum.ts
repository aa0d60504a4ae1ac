import { FULL_WEIGHT } from "../../base/index.ts";
import { decayedTotal } from "../state/decayed.ts";
import { rows } from "../state/rows.ts";
import { durationInWords } from "../windows/duration.ts";
import { type Aggregate, inMajorUnits } from "./aggregate.ts";
import { halfLives } from "./half-lives.ts";

/** The sum of values, each times the weight that its age left it: an exact whole number, then over 2^20, then the units. */
export const decayedSum: Aggregate = {
  name: "decayedSum",
  reads: "number",
  parameters: { halfLifeMicros: halfLives },
  states: [rows, decayedTotal],
  picks: false,
  laws: { empty: "nothing", merges: false, inverts: false, ordered: true, cost: 150 },
  finalise: ([n, total], units) => ({
    absent: [{ when: `${n} === 0`, kind: "nothing" }],
    value: inMajorUnits(`${total} / ${FULL_WEIGHT}`, units),
  }),
  sentence: (of, { halfLifeMicros = 0 }) => `sum, halving each ${durationInWords(halfLifeMicros)}, of ${of}`,
};
