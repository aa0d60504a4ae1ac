// Exact Shapley values of groups of columns for a forest, against pinned baseline rows ("interventional": a coalition's
// columns come from the person, the others from one baseline row; the values are the mean over the rows).
//
// A forest is a sum over its leaves, and at one leaf the game is simple: the leaf counts for a coalition S when every group
// on its path passes, from the person if it is in S, from the baseline row if not. A group that passes for neither makes
// the leaf's game zero. Otherwise, with F the groups that the person fails and L those that the baseline row lacks, each
// of L gets (l-1)! f! / (l+f)! of the leaf's value and each of F loses l! (f-1)! / (l+f)! (l = |L|, f = |F|).
// F depends on the person alone and L on the row alone, so rows with the same L at a leaf are counted once, before any
// person arrives: a person costs leaves x distinct patterns, not leaves x rows.
// Sums are doubles in one fixed order. `naive-explainer.ts` is the slow twin.
// Lundberg et al. 2020, "From local explanations to global understanding", interventional case; groups as players.

import type { Group, Row } from "./artefacts.ts";
import type { Forest } from "./forest.ts";
import { type LeafPaths, leafPaths, markFailed } from "./leaf-paths.ts";
import { MOST_DEPTH } from "./xgboost-tree.ts";

/** What baseline rows lack at each leaf: pattern i of leaf j for i in `[start[j], start[j + 1])`, ascending. */
interface Patterns {
  readonly start: Int32Array;
  readonly lacked: Int32Array;
  /** Leaf value x share of the baseline rows. */
  readonly weight: Float64Array;
  /** The groups of `lacked`, for pattern i in `[groupStart[i], groupStart[i + 1])`. */
  readonly groupStart: Int32Array;
  readonly group: Int32Array;
}

// SHARE[p][q] = (p-1)! q! / (p+q)! = 1 / (p C(p+q, p)); the binomials below 2^24 are exact, so each entry is rounded once.
const WIDTH = MOST_DEPTH + 1;
const SHARE = shares();

function shares(): Float64Array {
  const table = new Float64Array(WIDTH * WIDTH);
  for (let p = 1; p < WIDTH; p++) {
    for (let q = 0; p + q < WIDTH; q++) table[p * WIDTH + q] = 1 / (p * binomial(p + q, p));
  }
  return table;
}

function binomial(n: number, k: number): number {
  let value = 1;
  for (let i = 1; i <= k; i++) value = (value * (n - k + i)) / i;
  return value;
}

/** Prepares the baseline once; the returned function is the hot path and keeps only scratch space between calls. */
export function forestExplainer(
  forest: Forest,
  columns: number,
  groups: readonly Group[],
  baseline: readonly Row[],
): (row: Row) => Float64Array {
  const groupOf = new Int32Array(columns).fill(-1);
  for (const [index, group] of groups.entries()) for (const column of group.columns) groupOf[column] = index;
  const paths = leafPaths(forest, groupOf);
  const patterns = baselinePatterns(forest, paths, baseline);
  const failed = new Int32Array(forest.column.length);
  const met = new Int32Array(baseline.length);
  return (row) => {
    const values = new Float64Array(groups.length);
    markFailed(forest, paths.bit, row.values, failed);
    for (let leaf = 0; leaf < paths.leaves.length; leaf++) {
      addLeaf(values, paths, patterns, leaf, failed[paths.leaves[leaf]!]!, met);
    }
    return values;
  };
}

/** Hot path: adds one leaf's game for a person who fails the groups in `failed`. `met` is scratch space. */
function addLeaf(
  values: Float64Array,
  paths: LeafPaths,
  patterns: Patterns,
  leaf: number,
  failed: number,
  met: Int32Array,
): void {
  const { start, lacked, weight, groupStart, group } = patterns;
  // Collected without a branch first: whether a pattern counts is a coin toss that the processor would guess wrong.
  let count = 0;
  const end = start[leaf + 1]!;
  for (let i = start[leaf]!; i < end; i++) {
    met[count] = i;
    count += (lacked[i]! & failed) === 0 ? 1 : 0;
  }
  const f = countBits(failed);
  let lost = 0;
  for (let k = 0; k < count; k++) {
    const i = met[k]!;
    const last = groupStart[i + 1]!;
    const l = last - groupStart[i]!;
    const gained = weight[i]! * SHARE[l * WIDTH + f]!;
    lost += weight[i]! * SHARE[f * WIDTH + l]!;
    for (let member = groupStart[i]!; member < last; member++) values[group[member]!]! += gained;
  }
  const own = paths.groupStart[leaf]!;
  for (let rest = failed; rest !== 0; rest &= rest - 1) values[paths.group[own + lowestBit(rest)]!]! -= lost;
}

function baselinePatterns(forest: Forest, paths: LeafPaths, baseline: readonly Row[]): Patterns {
  const failedByRow = baseline.map((row) => {
    const failed = new Int32Array(forest.column.length);
    markFailed(forest, paths.bit, row.values, failed);
    return failed;
  });
  const lists = { start: [0], lacked: [] as number[], weight: [] as number[], groupStart: [0], group: [] as number[] };
  const ofRows = new Int32Array(baseline.length);
  for (const [leaf, node] of paths.leaves.entries()) {
    for (const [row, failed] of failedByRow.entries()) ofRows[row] = failed[node]!;
    for (const [bits, rows] of counted(ofRows.sort())) {
      lists.lacked.push(bits);
      lists.weight.push((forest.split[node]! * rows) / baseline.length);
      for (let rest = bits; rest !== 0; rest &= rest - 1) {
        lists.group.push(paths.group[paths.groupStart[leaf]! + lowestBit(rest)]!);
      }
      lists.groupStart.push(lists.group.length);
    }
    lists.start.push(lists.lacked.length);
  }
  return {
    start: Int32Array.from(lists.start),
    lacked: Int32Array.from(lists.lacked),
    weight: Float64Array.from(lists.weight),
    groupStart: Int32Array.from(lists.groupStart),
    group: Int32Array.from(lists.group),
  };
}

/** Distinct numbers of an ascending list with how often each stands in it. */
function counted(ascending: Int32Array): [number, number][] {
  const pairs: [number, number][] = [];
  for (const number of ascending) {
    const last = pairs.at(-1);
    if (last !== undefined && last[0] === number) last[1]++;
    else pairs.push([number, 1]);
  }
  return pairs;
}

function countBits(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
