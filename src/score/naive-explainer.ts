// The slow, obvious twin of the explainers: Shapley's formula written out over all 2^groups coalitions and all baseline
// rows, through nothing but `margin`. For a handful of groups only.

import type { Group, Row, Scorer } from "./artefacts.ts";

export function naiveExplainer(
  scorer: Scorer,
  groups: readonly Group[],
  baseline: readonly Row[],
): (row: Row) => Float64Array {
  return (row) => {
    const worth = coalitionWorths(scorer, groups, baseline, row);
    return Float64Array.from(groups, (_, player) => shapleyValue(worth, player, groups.length));
  };
}

function coalitionWorths(scorer: Scorer, groups: readonly Group[], baseline: readonly Row[], row: Row): number[] {
  return Array.from({ length: 2 ** groups.length }, (_, coalition) => {
    let sum = 0;
    for (const other of baseline) sum += scorer.margin(mixed(groups, coalition, row, other));
    return sum / baseline.length;
  });
}

function mixed(groups: readonly Group[], coalition: number, row: Row, other: Row): Row {
  const values = other.values.slice();
  const kinds = other.kinds.slice();
  for (const [player, group] of groups.entries()) {
    if ((coalition & (1 << player)) === 0) continue;
    for (const column of group.columns) {
      values[column] = row.values[column]!;
      kinds[column] = row.kinds[column]!;
    }
  }
  return { values, kinds };
}

function shapleyValue(worth: readonly number[], player: number, players: number): number {
  let value = 0;
  for (let coalition = 0; coalition < worth.length; coalition++) {
    if ((coalition & (1 << player)) !== 0) continue;
    const size = [...coalition.toString(2)].filter((bit) => bit === "1").length;
    const weight = (factorial(size) * factorial(players - size - 1)) / factorial(players);
    value += weight * (worth[coalition | (1 << player)]! - worth[coalition]!);
  }
  return value;
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}
