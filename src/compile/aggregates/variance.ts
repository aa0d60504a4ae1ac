import { rows } from "../state/rows.ts";
import { spread } from "../state/spread.ts";
import { type Aggregate, inMajorUnits } from "./aggregate.ts";

/** Of a sample: (n Q - S^2) / (n (n - 1)), the numerator exact and rounded once; then divided by the units, twice. */
export const variance: Aggregate = {
  name: "variance",
  reads: "number",
  states: [rows, spread],
  picks: false,
  laws: { empty: "nothing", merges: true, inverts: true, ordered: false, cost: 3 },
  finalise: ([n, numerator], units) => ({
    absent: [
      { when: `${n} === 0`, kind: "nothing" },
      { when: `${n} < 2`, kind: "not applicable" },
    ],
    value: inMajorUnits(inMajorUnits(`${numerator} / (${n} * (${n} - 1))`, units), units),
  }),
  sentence: (of) => `variance of ${of}`,
};
