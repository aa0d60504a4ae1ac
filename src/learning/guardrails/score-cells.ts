// Cells in which the scores of two sides are counted: fifths of the control, each cut halfway to the next score that the control
// has. Calibrated scores stand in heaps, and two fits put the same heap a little apart; an edge on the heap itself would call
// that a shift.

import { pointsOf, quantileOf } from "../../evaluate/index.ts";

const CELLS = 5;

export interface ScoreCells {
  readonly control: { readonly [cell: string]: number };
  readonly challenger: { readonly [cell: string]: number };
}

export function scoreCells(control: readonly number[], challenger: readonly number[]): ScoreCells {
  const edges = edgesOf(control);
  return { control: counted(control, edges), challenger: counted(challenger, edges) };
}

function edgesOf(control: readonly number[]): number[] {
  const points = pointsOf(control);
  const values = Array.from(points.values);
  if (values.length === 0) return [];
  const fifths = Array.from({ length: CELLS - 1 }, (_, i) => quantileOf(points, (i + 1) / CELLS)!);
  const cut = [...new Set(fifths)].map((edge) => values.indexOf(edge)).filter((place) => place < values.length - 1);
  return cut.map((place) => (values[place]! + values[place + 1]!) / 2);
}

function counted(scores: readonly number[], edges: readonly number[]): { readonly [cell: string]: number } {
  const cells = new Array<number>(edges.length + 1).fill(0);
  for (const score of scores) cells[edges.filter((edge) => score > edge).length]!++;
  return Object.fromEntries(cells.map((count, i) => [String(i + 1), count]));
}
