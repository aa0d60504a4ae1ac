// Whether a distribution has moved: the population stability index, beside the value that chance alone would give it. The
// customary marks of 0.10 and 0.25 know neither the sizes nor the number of bins.

import { invariant, log } from "../base/index.ts";
import { chiSquarePoint, chiSquareUpper } from "./distributions.ts";

export interface Stability {
  /** Σ (actual share - expected share) · log(actual share / expected share). */
  readonly value: number;
  /** What the value exceeds in 5 of 100 comparisons when nothing has changed. */
  readonly critical: number;
  /** Chance of such a value or more when nothing has changed: chi-square(bins - 1) of value / (1/N + 1/M). */
  readonly p: number;
  readonly nExpected: number;
  readonly nActual: number;
  readonly bins: number;
  /** Bins where one side had no rows and was counted as half a row. */
  readonly emptySides: number;
  readonly method: string;
}

const METHOD =
  "population stability index, empty cells as half a row; critical value chi-square(0.95, bins - 1) · (1/N + 1/M) (Yurdakul and Naranjo 2020)";

/** Population stability index of counts over the same bins, at least two that hold rows, with no side empty. */
export function psi(expectedCounts: ArrayLike<number>, actualCounts: ArrayLike<number>): Stability {
  invariant(expectedCounts.length === actualCounts.length, "both sides have the same bins");
  const [nExpected, nActual] = [total(expectedCounts), total(actualCounts)];
  invariant(nExpected > 0 && nActual > 0, "both sides have rows");
  let [value, bins, emptySides] = [0, 0, 0];
  for (let bin = 0; bin < expectedCounts.length; bin++) {
    const [expected, actual] = [expectedCounts[bin]!, actualCounts[bin]!];
    if (expected === 0 && actual === 0) continue;
    bins++;
    if (expected === 0 || actual === 0) emptySides++;
    const expectedShare = (expected || 0.5) / nExpected;
    const actualShare = (actual || 0.5) / nActual;
    value += (actualShare - expectedShare) * log(actualShare / expectedShare);
  }
  invariant(bins > 1, "stability needs two bins with rows");
  const scale = 1 / nExpected + 1 / nActual;
  const critical = chiSquarePoint(0.05, bins - 1) * scale;
  const p = chiSquareUpper(value / scale, bins - 1);
  return { value, critical, p, nExpected, nActual, bins, emptySides, method: METHOD };
}

function total(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let bin = 0; bin < counts.length; bin++) sum += counts[bin]!;
  return sum;
}
