// The cells that a reference and a current side are counted in. The credit convention: ten cells cut at the deciles of the
// reference, so that each holds about a tenth of what was expected.

import { quantileOf, totalOf, type WeightedPoints } from "./value-sketch.ts";

const CELLS = 10;

/**
 * Upper edges, included, of all cells but the last: the reference's deciles, each once. A value with at most ten distinct
 * values has a cell for each of them; beside a heap, such as a tenth of zeros, there are fewer than ten cells.
 */
export function decileEdges(reference: WeightedPoints): number[] {
  const { values, counts } = reference;
  if (totalOf(counts) === 0) return [];
  if (values.length <= CELLS) return Array.from(values).slice(0, -1);
  const edges = Array.from({ length: CELLS - 1 }, (_, i) => quantileOf(reference, (i + 1) / CELLS)!);
  const last = values[values.length - 1]!;
  return [...new Set(edges)].filter((edge) => edge < last);
}

/** Rows in each cell: up to the first edge, above it up to the second, …, above the last. */
export function countCells(edges: readonly number[], { values, counts }: WeightedPoints): number[] {
  const cells = new Array<number>(edges.length + 1).fill(0);
  let cell = 0;
  for (let i = 0; i < values.length; i++) {
    while (cell < edges.length && values[i]! > edges[cell]!) cell++;
    cells[cell]! += counts[i]!;
  }
  return cells;
}

/** Rows in cells of equal width from the least to the most of both sides; the last includes its upper edge. */
export function countEqualWidth(
  { values, counts }: WeightedPoints,
  range: { readonly from: number; readonly to: number; readonly cells: number },
): number[] {
  const { from, to, cells: number } = range;
  const cells = new Array<number>(number).fill(0);
  const edges = Array.from({ length: number + 1 }, (_, i) => from + (i * (to - from)) / number);
  let cell = 0;
  for (let i = 0; i < values.length; i++) {
    while (cell < number - 1 && values[i]! >= edges[cell + 1]!) cell++;
    cells[cell]! += counts[i]!;
  }
  return cells;
}
