// Whether a challenger is at least as good as a champion, but for a margin declared beforehand. Chance is not given to either:
// where the interval lies on both sides of the margin, nobody can say.

import { type Column, countBadsOf } from "./columns.ts";
import { type Estimate, unbounded, unknown, wald } from "./estimate.ts";

export type NotWorse = "pass" | "fail" | "inconclusive";

/**
 * Of a difference challenger minus champion where higher is better. `pass`: the lower 95 % limit clears -margin; `fail`: the
 * upper one does not reach it; an unknown difference is never a pass.
 */
export function notWorse(difference: Pick<Estimate, "low" | "high">, margin: number): NotWorse {
  const { low, high } = difference;
  if (low !== null && low >= -margin) return "pass";
  return high !== null && high < -margin ? "fail" : "inconclusive";
}

const METHOD = "paired difference of squared errors, champion minus challenger; Wald limits of a mean";

/** Brier score of the champion minus that of the challenger on the same rows: positive where the challenger is better. */
export function pairedBrierGain(challenger: Column, champion: Column, labels: Column): Estimate {
  countBadsOf(challenger, labels);
  countBadsOf(champion, labels);
  const about = { method: METHOD, n: labels.length };
  if (about.n === 0) return unknown("no rows", about);
  const gains = Float64Array.from({ length: about.n }, (_, row) => {
    const [old, fresh] = [champion[row]! - labels[row]!, challenger[row]! - labels[row]!];
    return old * old - fresh * fresh;
  });
  const mean = gains.reduce((sum, x) => sum + x, 0) / about.n;
  if (about.n === 1) return unbounded(mean, "an interval needs at least two rows", about);
  const variance = gains.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / (about.n - 1);
  return wald(mean, Math.sqrt(variance / about.n), about);
}
