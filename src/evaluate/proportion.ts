// A share of rows with its interval.

import { normalTwoSided, Z95 } from "./distributions.ts";

export interface Proportion {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Share of `hits` in `n > 0` rows with Wilson's 95 % score interval (Wilson 1927): sound for small n and for shares near 0 or 1. */
export function wilson(hits: number, n: number): Proportion {
  const share = hits / n;
  const z2 = Z95 * Z95;
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const reach = (Z95 * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n))) / (1 + z2 / n);
  return {
    value: share,
    low: hits === 0 ? 0 : Math.max(0, centre - reach),
    high: hits === n ? 1 : Math.min(1, centre + reach),
  };
}

/** Two-sided p-value that two shares are the same: the pooled z-test. 1 where neither side tells them apart. */
export function sameShareP(a: { readonly hits: number; readonly n: number }, b: typeof a): number {
  const pooled = (a.hits + b.hits) / (a.n + b.n);
  const variance = pooled * (1 - pooled) * (1 / a.n + 1 / b.n);
  if (variance === 0) return 1;
  return normalTwoSided((a.hits / a.n - b.hits / b.n) / Math.sqrt(variance));
}
