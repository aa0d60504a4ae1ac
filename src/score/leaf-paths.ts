// Every leaf of a forest as a conjunction of groups: a row fails a group at a leaf when it fails any condition on the
// path that reads one of the group's columns. Groups get their bits in the order in which the path meets them, so the bits
// of a path's beginning are the same for all leaves below it, and one pass over the nodes finds what a row fails everywhere.

import { invariant } from "../base/index.ts";
import { type Forest, goesLeft } from "./forest.ts";

export interface LeafPaths {
  /** The bit of a split node's group, on every path through it. */
  readonly bit: Int32Array;
  /** The leaves, as nodes of the forest. */
  readonly leaves: Int32Array;
  /** The group of bit k of leaf i is `group[groupStart[i] + k]`. */
  readonly groupStart: Int32Array;
  readonly group: Int32Array;
}

/** `groupOf[column]` is the group of each column. */
export function leafPaths(forest: Forest, groupOf: Int32Array): LeafPaths {
  const bit = new Int32Array(forest.column.length);
  const leaves: number[] = [];
  const groupStart = [0];
  const group: number[] = [];
  const visit = (node: number, met: readonly number[]): void => {
    const column = forest.column[node]!;
    if (column < 0) {
      leaves.push(node);
      group.push(...met);
      groupStart.push(group.length);
      return;
    }
    const own = groupOf[column]!;
    invariant(own >= 0, `column ${column} lies in no group`);
    const below = met.includes(own) ? met : [...met, own];
    bit[node] = 1 << below.indexOf(own);
    visit(forest.left[node]!, below);
    visit(forest.right[node]!, below);
  };
  for (const root of forest.roots) visit(root, []);
  return {
    bit,
    leaves: Int32Array.from(leaves),
    groupStart: Int32Array.from(groupStart),
    group: Int32Array.from(group),
  };
}

/**
 * Hot path: writes to `failed` the bits of the groups that the row fails on the way to each node. `failed` has one entry
 * for each node; those of roots are 0 and stay so.
 */
export function markFailed(forest: Forest, bit: Int32Array, values: Float64Array, failed: Int32Array): void {
  const { column, split, missingLeft, left, right } = forest;
  // Children come after their parent in pre-order.
  for (let node = 0; node < column.length; node++) {
    if (column[node]! < 0) continue;
    const above = failed[node]!;
    const goes = goesLeft(values[column[node]!]!, split[node]!, missingLeft[node]!);
    failed[left[node]!] = goes ? above : above | bit[node]!;
    failed[right[node]!] = goes ? above | bit[node]! : above;
  }
}
