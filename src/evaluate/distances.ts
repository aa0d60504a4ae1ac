// How far two distributions lie apart, in the conventions that others use, so that their numbers can be laid beside ours.

import { exp, invariant, log } from "../base/index.ts";
import { chiSquareUpper } from "./distributions.ts";
import { countEqualWidth } from "./reference-cells.ts";
import { deviationOf, totalOf, type WeightedPoints } from "./value-sketch.ts";

/** Jensen-Shannon distance, base 2, of counts over the same cells: from 0 to 1 (as `scipy.spatial.distance.jensenshannon`). */
export function jensenShannon(expected: ArrayLike<number>, actual: ArrayLike<number>): number {
  invariant(expected.length === actual.length, "both sides have the same cells");
  const [n, m] = [totalOf(expected), totalOf(actual)];
  invariant(n > 0 && m > 0, "both sides have rows");
  let sum = 0;
  for (let cell = 0; cell < expected.length; cell++) {
    const [p, q] = [expected[cell]! / n, actual[cell]! / m];
    const middle = (p + q) / 2;
    if (p > 0) sum += p * log(p / middle);
    if (q > 0) sum += q * log(q / middle);
  }
  return Math.sqrt(Math.max(0, sum / 2 / log(2)));
}

/** Earth mover's distance of order 1: the area between the two distribution functions (as `scipy.stats.wasserstein_distance`). */
export function wasserstein(reference: WeightedPoints, current: WeightedPoints): number {
  let area = 0;
  sweep(reference, current, (apart, width) => {
    area += Math.abs(apart) * width;
  });
  return area;
}

/** In standard deviations of the reference (as Evidently's "Wasserstein distance (normed)"); `null` where that is 0. */
export function normedWasserstein(reference: WeightedPoints, current: WeightedPoints): number | null {
  const deviation = deviationOf(reference);
  return deviation === null || deviation === 0 ? null : wasserstein(reference, current) / deviation;
}

export interface KsDistance {
  /** The largest distance between the two distribution functions. */
  readonly value: number;
  /** Kolmogorov's limit of √(nm/(n+m)) · value; too large (safe) where values are tied. */
  readonly p: number;
}

/** Two-sample Kolmogorov-Smirnov (as `scipy.stats.ks_2samp`; p by the limiting distribution). */
export function ksDistance(reference: WeightedPoints, current: WeightedPoints): KsDistance {
  let value = 0;
  sweep(reference, current, (apart) => {
    value = Math.max(value, Math.abs(apart));
  });
  const [n, m] = [totalOf(reference.counts), totalOf(current.counts)];
  return { value, p: kolmogorovUpper(value * Math.sqrt((n * m) / (n + m))) };
}

/** Kolmogorov (1933): 2 Σ (-1)^(k-1) exp(-2 k² x²). */
function kolmogorovUpper(x: number): number {
  if (x < 0.2) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) {
    const term = exp(-2 * k * k * x * x);
    sum += k % 2 === 1 ? term : -term;
    if (term < 1e-18) break;
  }
  return Math.min(1, Math.max(0, 2 * sum));
}

/** Calls back, after each distinct value, with the distance of the distribution functions and how far the next value is. */
function sweep(a: WeightedPoints, b: WeightedPoints, step: (apart: number, width: number) => void): void {
  const [n, m] = [totalOf(a.counts), totalOf(b.counts)];
  invariant(n > 0 && m > 0, "both sides have rows");
  let [i, j, belowA, belowB] = [0, 0, 0, 0];
  while (i < a.values.length || j < b.values.length) {
    const value = Math.min(a.values[i] ?? Number.POSITIVE_INFINITY, b.values[j] ?? Number.POSITIVE_INFINITY);
    if (a.values[i] === value) belowA += a.counts[i++]!;
    if (b.values[j] === value) belowB += b.counts[j++]!;
    const next = Math.min(a.values[i] ?? Number.POSITIVE_INFINITY, b.values[j] ?? Number.POSITIVE_INFINITY);
    step(belowA / n - belowB / m, Number.isFinite(next) ? next - value : 0);
  }
}

/**
 * Evidently's PSI: equal-width cells over both sides pooled, as many as Sturges' rule gives the reference, and .0001 for an
 * empty cell. No credit-risk team computes it so; `psi` over `decileEdges` is theirs.
 */
export function evidentlyPsi(reference: WeightedPoints, current: WeightedPoints): number | null {
  const [n, m] = [totalOf(reference.counts), totalOf(current.counts)];
  if (n === 0 || m === 0) return null;
  const ends = [reference.values, current.values].flatMap((values) => [values[0]!, values[values.length - 1]!]);
  const range = { from: Math.min(...ends), to: Math.max(...ends), cells: sturges(n + m) };
  if (range.from === range.to) return 0;
  const shares = (side: WeightedPoints, rows: number) => fedShares(countEqualWidth(side, range), rows);
  const [expected, actual] = [shares(reference, n), shares(current, m)];
  return expected.reduce((sum, share, i) => sum + (share - actual[i]!) * log(share / actual[i]!), 0);
}

function sturges(rows: number): number {
  return Math.ceil(log(rows) / log(2) + 1);
}

/** Evidently's `feel_zeroes`: .0001 for an empty cell, or a millionth of the least share where that is smaller. */
function fedShares(cells: readonly number[], rows: number): number[] {
  const shares = cells.map((count) => count / rows);
  const least = Math.min(...shares.filter((share) => share > 0));
  const fed = least <= 0.0001 ? least / 1_000_000 : 0.0001;
  return shares.map((share) => (share === 0 ? fed : share));
}

export interface Homogeneity {
  readonly statistic: number;
  readonly degrees: number;
  readonly p: number;
}

/** Pearson's chi-square of two rows of counts (as `scipy.stats.chi2_contingency` without correction); empty cells drop out. */
export function chiSquareHomogeneity(expected: ArrayLike<number>, actual: ArrayLike<number>): Homogeneity {
  const [n, m] = [totalOf(expected), totalOf(actual)];
  invariant(n > 0 && m > 0, "both sides have rows");
  let [statistic, cells] = [0, 0];
  for (let cell = 0; cell < expected.length; cell++) {
    const both = expected[cell]! + actual[cell]!;
    if (both === 0) continue;
    cells++;
    const [e, a] = [(both * n) / (n + m), (both * m) / (n + m)];
    statistic += ((expected[cell]! - e) * (expected[cell]! - e)) / e + ((actual[cell]! - a) * (actual[cell]! - a)) / a;
  }
  const degrees = Math.max(1, cells - 1);
  return { statistic, degrees, p: cells < 2 ? 1 : chiSquareUpper(statistic, degrees) };
}
