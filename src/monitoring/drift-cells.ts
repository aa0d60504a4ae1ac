// A value's rows by cell, on both sides: ten cells cut at the reference's deciles, and one for each kind of missing.

import { countCells, decileEdges } from "../evaluate/index.ts";
import type { ColumnProfile } from "./profile-document.ts";

export interface DriftCells {
  /** Upper edge of the cell, `above` for the last, or `missing: KIND`. */
  readonly names: readonly string[];
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

export function cellsOf(reference: ColumnProfile, current: ColumnProfile): DriftCells {
  const edges = decileEdges(reference.sketch);
  const kinds = [...new Set([...Object.keys(reference.missing), ...Object.keys(current.missing)])].sort();
  const count = ({ sketch, missing }: ColumnProfile) => [
    ...countCells(edges, sketch),
    ...kinds.map((kind) => missing[kind] ?? 0),
  ];
  // Four digits tell any two edges apart: a sketch holds eight bits.
  const text = (edge: number) => String(Number(edge.toPrecision(4)));
  const numbers = edges.map((edge) => `≤ ${text(edge)}`);
  const last = edges.length === 0 ? "any" : `> ${text(edges.at(-1)!)}`;
  return {
    names: [...numbers, last, ...kinds.map((kind) => `missing: ${kind}`)],
    reference: count(reference),
    current: count(current),
  };
}

/** Below it, chi-square promises too much (Cochran 1954). */
const LEAST_EXPECTED = 5;

/**
 * Neighbouring cells put together until chance would put five rows on each side of each, so that a rare kind of missing cannot
 * alarm by one row. `rows` is what each side counts for: the people behind it where several rows are one person's.
 */
export function pooledCells(
  { reference, current }: DriftCells,
  rows: { readonly reference: number; readonly current: number },
): Pick<DriftCells, "reference" | "current"> {
  const [n, m] = [sum(reference), sum(current)];
  const [byReference, byCurrent] = [rows.reference / n, rows.current / m];
  const least = (both: number) => Math.min(both * byReference * (n / (n + m)), both * byCurrent * (m / (n + m)));
  const pooled: { reference: number[]; current: number[] } = { reference: [], current: [] };
  let [left, right] = [0, 0];
  for (let cell = 0; cell < reference.length; cell++) {
    left += reference[cell]!;
    right += current[cell]!;
    if (least(left + right) < LEAST_EXPECTED) continue;
    pooled.reference.push(left);
    pooled.current.push(right);
    [left, right] = [0, 0];
  }
  if (left + right > 0) addToLast(pooled, left, right);
  const scaled = (counts: readonly number[], by: number) => counts.map((count) => count * by);
  return { reference: scaled(pooled.reference, byReference), current: scaled(pooled.current, byCurrent) };
}

function addToLast(pooled: { reference: number[]; current: number[] }, left: number, right: number): void {
  const last = pooled.reference.length - 1;
  if (last < 0) {
    pooled.reference.push(left);
    pooled.current.push(right);
    return;
  }
  pooled.reference[last]! += left;
  pooled.current[last]! += right;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
