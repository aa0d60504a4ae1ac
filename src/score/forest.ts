// A forest as parallel arrays, all trees one after the other in pre-order, and the walk that sums it. The margin is bit-equal
// to XGBoost's: float32 comparisons, float32 sums, the base margin first, the trees in order.

/** Structure of arrays over all nodes of all trees. */
export interface Forest {
  /** Float32. */
  readonly baseMargin: number;
  /** Root node of each tree. */
  readonly roots: Int32Array;
  /** Column that the node splits on; -1 at a leaf. */
  readonly column: Int32Array;
  /** Split point, or the value of a leaf. */
  readonly split: Float32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** 1 where a missing value goes left. */
  readonly missingLeft: Uint8Array;
}

/** Hot path: float32 log odds of the row's values, NaN where missing. */
export function forestMargin(forest: Forest, values: Float64Array): number {
  const { roots, column, split, left, right, missingLeft } = forest;
  let sum = forest.baseMargin;
  for (let tree = 0; tree < roots.length; tree++) {
    let node = roots[tree]!;
    while (column[node]! >= 0) {
      node = goesLeft(values[column[node]!]!, split[node]!, missingLeft[node]!) ? left[node]! : right[node]!;
    }
    sum = Math.fround(sum + split[node]!);
  }
  return sum;
}

/** XGBoost's comparison: a missing value takes the default side, else float32 x < split goes left. */
export function goesLeft(value: number, split: number, missingLeft: number): boolean {
  return Number.isNaN(value) ? missingLeft === 1 : Math.fround(value) < split;
}

/**
 * How far the float32 sum of a row can lie from the real sum of the same leaves, for any row: n additions of at most
 * 2^-24 relative error each, on partial sums of at most |base| + the largest |leaf| of every tree. (Higham 2002, 4.2)
 */
export function forestSumBound(forest: Forest): number {
  const { roots, column, split } = forest;
  let magnitude = Math.abs(forest.baseMargin);
  for (let tree = 0; tree < roots.length; tree++) {
    const end = roots[tree + 1] ?? column.length;
    let largest = 0;
    for (let node = roots[tree]!; node < end; node++) {
      if (column[node]! < 0) largest = Math.max(largest, Math.abs(split[node]!));
    }
    magnitude += largest;
  }
  return (roots.length + 1) * 2 ** -24 * magnitude;
}
