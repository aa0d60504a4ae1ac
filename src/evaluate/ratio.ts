// The ratio of two shares, with limits that stay sound when a share is near 0 or 1, where the limits by logarithm (Katz
// et al. 1978) break down: Koopman's score interval (Biometrics 1984;40:513-517). The idea: a ratio belongs to the interval
// when the best pair of shares that has this ratio is not contradicted by the counts at the 5 % level of chi-square.

import { chiSquareUpper, Z95 } from "./distributions.ts";

export interface Count {
  readonly n: number;
  readonly hits: number;
}

export interface Ratio {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Two-sided score test of a ratio of 1: Pearson's chi-square without correction. */
  readonly pValue: number;
}

export const RATIO_METHOD = "ratio of shares; Koopman 1984 score limits; Pearson chi-square p-value";

/** Share of `group` over share of `reference`; `undefined` where the reference has no hit. Both hold rows. */
export function ratioOfShares(group: Count, reference: Count): Ratio | undefined {
  if (reference.hits === 0) return undefined;
  const value = (group.hits * reference.n) / (group.n * reference.hits);
  const misfit = (ratio: number): number => scoreStatistic(group, reference, ratio);
  return {
    value,
    low: group.hits === 0 ? 0 : edge(misfit, value, 0.5),
    high: edge(misfit, Math.max(value, LEAST_RATIO), 2),
    pValue: chiSquareUpper(misfit(1), 1),
  };
}

/** Where the walk to an upper limit begins when the ratio is 0: no count contradicts it. */
const LEAST_RATIO = 1e-12;
const CRITICAL = Z95 * Z95;

// Walks outwards by `factor` until contradicted, then halves the step between.
function edge(misfit: (ratio: number) => number, start: number, factor: number): number {
  let inside = start;
  let outside = start * factor;
  while (misfit(outside) < CRITICAL) [inside, outside] = [outside, outside * factor];
  for (;;) {
    const middle = (inside + outside) / 2;
    if (middle === inside || middle === outside) return inside;
    if (misfit(middle) < CRITICAL) inside = middle;
    else outside = middle;
  }
}

// Chi-square of the counts under the likeliest shares p and ratio · p.
function scoreStatistic(group: Count, reference: Count, ratio: number): number {
  const a = ratio * (group.n + reference.n);
  const b = ratio * (group.n + reference.hits) + group.hits + reference.n;
  const c = group.hits + reference.hits;
  const root = (2 * c) / (b + Math.sqrt(Math.max(0, b * b - 4 * a * c)));
  const share = Math.min(root, 1, 1 / ratio);
  return misfitOf(reference, share) + misfitOf(group, Math.min(1, ratio * share));
}

function misfitOf(count: Count, share: number): number {
  const distance = count.hits - count.n * share;
  if (distance === 0) return 0;
  return (distance * distance) / (count.n * share * (1 - share));
}
