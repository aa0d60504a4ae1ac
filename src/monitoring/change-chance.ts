// Whether chance alone could have moved a value so. Its cells are asked for all at once; what cells hide is asked for by itself
// and exactly: a kind of missing that was rare, values at the ends of the profile, values that it never had. As many looks as
// there are, so many times the smallest p counts.

import { chiSquareHomogeneity, psi, quantileOf, type ValueSketch } from "../evaluate/index.ts";
import { rowsOf } from "./column-tally.ts";
import { type DriftCells, pooledCells } from "./drift-cells.ts";
import type { ColumnProfile } from "./profile-document.ts";
import { riseP } from "./share-rise.ts";

/** What each side counts for: its rows, or the people behind them. */
export interface TestedRows {
  readonly reference: number;
  readonly current: number;
}

/** A field that takes few values names things, whatever its type. */
const FEW_VALUES = 30;
/** Share at each end that counts as the profile's outermost. */
export const TAIL = 0.005;

export function takesFewValues({ values }: ValueSketch): boolean {
  return values.length <= FEW_VALUES;
}

/** p-value of two columns. */
export function changeP(
  reference: ColumnProfile,
  current: ColumnProfile,
  cells: DriftCells,
  tested: TestedRows,
): number {
  const rises = rareKinds(reference).map((share) => shareRiseP(share(reference), share(current), tested));
  return best([cellsP(cells, tested), ...rises]);
}

/** p-value of counts by name: of all names, and of those that hardly occurred before. */
export function countsP(cells: DriftCells, tested: TestedRows): number {
  const rare = (_: number, cell: number) => cells.reference[cell]! <= TAIL * tested.reference;
  const [before, now] = [cells.reference.filter(rare), cells.current.filter(rare)].map(sum);
  return best([cellsP(cells, tested), shareRiseP(before! / tested.reference, now! / tested.current, tested)]);
}

function best(looks: readonly number[]): number {
  return Math.min(1, looks.length * Math.min(...looks));
}

function shareRiseP(before: number, now: number, { reference, current }: TestedRows): number {
  if (now <= before) return 1;
  return riseP({ hits: before * reference, n: reference }, { hits: now * current, n: current });
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

type Share = (column: ColumnProfile) => number;

/** Shares of all rows that pooled cells hide. */
function rareKinds({ sketch }: ColumnProfile): Share[] {
  const missing: Share = (column) => (rowsOf(column) - column.sketch.n) / rowsOf(column);
  if (sketch.n === 0) return [missing];
  if (takesFewValues(sketch)) {
    const known = new Set(sketch.values);
    return [missing, shareOf((value) => !known.has(value))];
  }
  const [low, high] = [quantileOf(sketch, TAIL)!, quantileOf(sketch, 1 - TAIL)!];
  return [missing, shareOf((value) => value < low), shareOf((value) => value > high)];
}

function shareOf(holds: (value: number) => boolean): Share {
  return (column) => {
    const { values, counts } = column.sketch;
    let hits = 0;
    for (let i = 0; i < values.length; i++) if (holds(values[i]!)) hits += counts[i]!;
    return hits / rowsOf(column);
  };
}

/**
 * p-value of cells alone. Far out, Pearson's chi-square promises too much where a small cell gains, and the PSI's own where it
 * loses; the larger of both keeps its promise down to five expected rows.
 */
function cellsP(cells: DriftCells, tested: TestedRows): number {
  const { reference, current } = pooledCells(cells, tested);
  if (reference.length < 2) return 1;
  return Math.max(chiSquareHomogeneity(reference, current).p, psi(reference, current).p);
}
