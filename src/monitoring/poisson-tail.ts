// How surprising a count of bads is where as many were expected. Of bads with different probabilities the Poisson tail is an
// upper bound beyond the mean (Hoeffding 1956; Anderson and Samuels 1967), so small counts are not called a surprise too soon.

import { exp, log } from "../base/index.ts";

/** P(X ≤ count) for X Poisson with this mean. */
export function atMost(count: number, mean: number): number {
  if (mean === 0) return 1;
  let [logTerm, sum] = [-mean, exp(-mean)];
  for (let k = 1; k <= count; k++) {
    logTerm += log(mean / k);
    sum += exp(logTerm);
  }
  return Math.min(1, sum);
}

/** P(X ≥ count): summed outwards, so that a small tail keeps its digits. */
export function atLeast(count: number, mean: number): number {
  if (count === 0) return 1;
  if (mean === 0) return 0;
  if (count <= mean) return 1 - atMost(count - 1, mean);
  let logTerm = -mean;
  for (let k = 1; k <= count; k++) logTerm += log(mean / k);
  let [term, sum] = [exp(logTerm), 0];
  for (let k = count + 1; term > sum * 1e-17; k++) {
    sum += term;
    term *= mean / k;
  }
  return sum;
}
