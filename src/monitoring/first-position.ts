// Where in the log a change begins. Rows that show it come before the change too, only more rarely; so the place is sought after
// which the log looks least like the profile: the lowest point of the sum of log likelihood ratios (Page 1954).

import { log } from "../base/index.ts";

/**
 * Index of the first row of the change. `cells`: each row's cell, in the order of the log; `expected`: the profile's count of
 * each cell.
 */
export function changeBegins(cells: ArrayLike<number>, expected: readonly number[]): number {
  const weights = weightsOf(cells, expected);
  let [sum, least, from] = [0, 0, 0];
  for (let row = 0; row < cells.length; row++) {
    sum += weights[cells[row]!]!;
    if (sum < least) [least, from] = [sum, row + 1];
  }
  while (from < cells.length && weights[cells[from]!]! <= 0) from++;
  return Math.min(from, cells.length - 1);
}

/** Of each cell, how much more a row in it speaks for these rows than for the profile; half a row more in each. */
function weightsOf(cells: ArrayLike<number>, expected: readonly number[]): number[] {
  const counts = new Array<number>(expected.length).fill(0);
  for (let row = 0; row < cells.length; row++) counts[cells[row]!]!++;
  const half = expected.length / 2;
  const reference = expected.reduce((sum, count) => sum + count, 0);
  return counts.map((count, cell) =>
    log((count + 0.5) / (cells.length + half) / ((expected[cell]! + 0.5) / (reference + half))),
  );
}
