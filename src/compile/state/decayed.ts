// Sums in which a row weighs less the older it is (see base/decay.ts for the weight): exact, because weights are whole numbers.

import { addTimes, decayWeight, FULL_WEIGHT, roundLimbs } from "../../base/index.ts";
import { numberLiteral } from "../literal.ts";
import type { RowSource, State } from "./state.ts";

const LIMBS = 6;

const weightOf = (row: RowSource, halfLifeMicros: number | undefined): string =>
  `decayWeight(t - ${row.at}, ${numberLiteral(halfLifeMicros!)})`;

/** The sum of weight times value, in 2^-20 of a stored unit. */
export const decayedTotal: State = {
  name: "decayedTotal",
  takesParameters: true,
  prelude: (x, mode) => (mode === "plain" ? "" : `const ${x}q = new Float64Array(${LIMBS});`),
  begin: (x, mode) => (mode === "plain" ? `let ${x} = 0;` : `${x}q.fill(0);`),
  add: (x, row, mode, { halfLifeMicros }) =>
    mode === "plain"
      ? `${x} += ${weightOf(row, halfLifeMicros)} * ${row.value};`
      : `addTimes(${x}q, 0, ${row.high}, ${row.low}, ${weightOf(row, halfLifeMicros)});`,
  read: (x, mode) => (mode === "plain" ? x : `totalSoFar(${x}q)`),
  exactWhile: (largest, rows) => `${largest} * ${rows} < ${2 ** 52 / FULL_WEIGHT}`,
  calls: { addTimes, decayWeight, totalSoFar },
};

/** The sum of weights, in 2^-20; it stays exact for any number of rows. */
export const decayedRows: State = {
  name: "decayedRows",
  takesParameters: true,
  begin: (x) => `let ${x} = 0;`,
  add: (x, row, _, { halfLifeMicros }) => `${x} += ${weightOf(row, halfLifeMicros)};`,
  read: (x) => x,
  calls: { decayWeight },
};

const soFar = new Float64Array(LIMBS);

/** The total of limbs that longer windows will go on with. */
function totalSoFar(kept: Float64Array): number {
  soFar.set(kept);
  return roundLimbs(soFar, LIMBS);
}
