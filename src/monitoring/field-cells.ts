// A field's values by cell, fine enough to tell what moved: a cell for each value where they name things; for amounts the
// profile's deciles, with its outermost half percents and whatever lies beyond all that it saw apart. And one for what is absent.

import { countCells, decileEdges, quantileOf, sketchOf } from "../evaluate/index.ts";
import { TAIL, takesFewValues } from "./change-chance.ts";
import { rowsOf } from "./column-tally.ts";
import type { ColumnProfile, FieldProfile } from "./profile-document.ts";

export function namesThings({ categories, sketch }: FieldProfile): boolean {
  return categories !== null || takesFewValues(sketch);
}

export class FieldCells {
  readonly #names: ReadonlyMap<number, number> | null;
  readonly #edges: readonly number[];

  constructor(reference: FieldProfile) {
    const values = reference.sketch.values;
    this.#names = namesThings(reference) ? new Map(values.map((value, cell) => [value, cell])) : null;
    this.#edges = this.#names === null ? fineEdges(reference) : [];
  }

  /** The last cell is what is absent. */
  count(profile: ColumnProfile): number[] {
    return [...this.countPresent(profile), rowsOf(profile) - profile.sketch.n];
  }

  /** Where values name things, the last cell is what the profile never had. */
  countPresent({ sketch }: ColumnProfile): number[] {
    if (this.#names === null) return countCells(this.#edges, sketch);
    const counts = new Array<number>(this.#names.size + 1).fill(0);
    sketch.values.forEach((value, i) => {
      counts[this.#cellOf(value)]! += sketch.counts[i]!;
    });
    return counts;
  }

  /** Each value's cell; NaN where it is absent. Values are cut as the profile's were. */
  cellsOf(values: Float64Array): Int32Array {
    const absent = (this.#names?.size ?? this.#edges.length) + 1;
    const known = new Map<number, number>();
    return Int32Array.from(values, (value) => {
      if (Number.isNaN(value)) return absent;
      const cell = known.get(value) ?? this.#cellOf(sketchOf([value]).values[0]!);
      known.set(value, cell);
      return cell;
    });
  }

  #cellOf(held: number): number {
    if (this.#names !== null) return this.#names.get(held) ?? this.#names.size;
    const cell = this.#edges.findIndex((edge) => held <= edge);
    return cell < 0 ? this.#edges.length : cell;
  }
}

function fineEdges({ sketch }: FieldProfile): number[] {
  const [first, last] = [sketch.values[0]!, sketch.values.at(-1)!];
  // Sketch values lie at least 1 part in 512 apart.
  const below = first === 0 ? -Number.MIN_VALUE : first - Math.abs(first) / 1024;
  const tails = [quantileOf(sketch, TAIL)!, quantileOf(sketch, 1 - TAIL)!];
  return [...new Set([below, ...tails, ...decileEdges(sketch), last])].sort((a, b) => a - b);
}

/** Share of the rows that lie in another cell than before: half the sum of the differences. */
export function movedShare(before: readonly number[], now: readonly number[]): number {
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  const [n, m] = [sum(before), sum(now)];
  return before.reduce((moved, count, cell) => moved + Math.abs(now[cell]! / m - count / n), 0) / 2;
}
