// Whoever looks at two hundred features finds one in twenty beyond its 95th percentile. The correction keeps the promise made
// of the whole report.

/**
 * Benjamini and Hochberg (1995): adjusted p-values, in the order given. Calling all at or below q a discovery keeps the expected
 * share of false ones at q or below, and, where nothing has changed at all, the chance of any at q (as
 * `scipy.stats.false_discovery_control`; independent or positively dependent tests).
 */
export function adjustedForMany(ps: readonly number[]): number[] {
  const order = Array.from(ps.keys()).sort((a, b) => ps[a]! - ps[b]!);
  const adjusted = new Array<number>(ps.length);
  let least = 1;
  for (let rank = order.length; rank >= 1; rank--) {
    const i = order[rank - 1]!;
    least = Math.min(least, (ps[i]! * ps.length) / rank);
    adjusted[i] = least;
  }
  return adjusted;
}
