// What an event of a certain age still weighs where weight halves with each half-life. Quantised to 2^-20, so that sums of
// weights are exact and their order cannot matter (contract 5).

import { exp } from "./elementary.ts";

/** Weight 1 in the whole numbers of `decayWeight`: 2^20. */
export const FULL_WEIGHT = 1_048_576;

/**
 * 2^20 * 2^(-age / halfLife), rounded to the nearest whole number, halves up; age and half-life in microseconds. What has not
 * happened yet weighs as if it happened now.
 */
export function decayWeight(age: number, halfLife: number): number {
  return age <= 0 ? FULL_WEIGHT : Math.floor(FULL_WEIGHT * exp(-(age / halfLife) * Math.LN2) + 0.5);
}
