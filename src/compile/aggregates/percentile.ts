import { numberLiteral } from "../literal.ts";
import { rows } from "../state/rows.ts";
import { values } from "../state/values.ts";
import { type Aggregate, inMajorUnits } from "./aggregate.ts";
import { ranked } from "./ranked.ts";

/** Nearest rank: the value at place ceil(p / 100 * n) from the least. The product of whole numbers is exact, so the rank is. */
export const percentile: Aggregate = {
  name: "percentile",
  reads: "number",
  parameters: { hundredths: [1, 10_000] },
  states: [rows, values],
  picks: false,
  laws: { empty: "nothing", merges: false, inverts: false, ordered: false, cost: 25 },
  finalise: ([n, all], units, { hundredths = 5000 }) => ({
    absent: [{ when: `${n} === 0`, kind: "nothing" }],
    value: inMajorUnits(`ranked(${all}, Math.ceil(${n} * ${numberLiteral(hundredths)} / 10000))`, units),
  }),
  calls: { ranked },
  sentence: (of, { hundredths = 5000 }) =>
    hundredths === 5000 ? `median of ${of}` : `percentile ${hundredths / 100} of ${of}`,
};
