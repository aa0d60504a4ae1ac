import { type Estimate, wilson } from "../evaluate/index.ts";

/** A share with Wilson's limits; unknown of nothing. */
export function shareEstimate(hits: number, n: number): Estimate {
  const about = { method: "share; Wilson 95 % interval", n, standardError: null };
  if (n === 0) return { value: null, low: null, high: null, ...about, note: "no rows" };
  return { ...wilson(hits, n), ...about };
}
