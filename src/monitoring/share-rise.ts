// Whether a share has risen, exactly: with a handful of rows on one side a normal approximation takes one late event in forty
// for a certainty.

import { invariant } from "../base/index.ts";

export interface CountedShare {
  readonly hits: number;
  readonly n: number;
}

/**
 * Chance of at least so many hits now where both sides share one rate (as `scipy.stats.fisher_exact`, one-sided: Fisher 1935).
 * Counts that stand for fewer people than rows may be fractions; they are rounded.
 */
export function riseP(before: CountedShare, now: CountedShare): number {
  const [n, m] = [Math.round(before.n), Math.round(now.n)];
  const [was, is] = [Math.round(before.hits), Math.round(now.hits)];
  invariant(was <= n && is <= m, "hits are among the rows");
  const hits = was + is;
  const [fewest, most] = [Math.max(0, hits - n), Math.min(hits, m)];
  const mode = Math.min(most, Math.max(fewest, Math.floor(((hits + 1) * (m + 1)) / (n + m + 2))));
  // P(k + 1) / P(k) of the hypergeometric distribution, outwards from its mode, whose weight is taken as 1.
  const up = (k: number) => ((hits - k) * (m - k)) / ((k + 1) * (n - hits + k + 1));
  let [all, tail] = [1, mode >= is ? 1 : 0];
  for (let k = mode, weight = 1; k < most && weight > 0; ) {
    weight *= up(k++);
    all += weight;
    if (k >= is) tail += weight;
  }
  for (let k = mode, weight = 1; k > fewest && weight > 0; ) {
    weight /= up(--k);
    all += weight;
    if (k >= is) tail += weight;
  }
  return tail / all;
}
