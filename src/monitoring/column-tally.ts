// A column counted row by row: numbers into a sketch, what is missing by its kind.

import { isMissing } from "../base/index.ts";
import { SketchBuilder } from "../evaluate/index.ts";
import type { RecordedValue } from "../policy/index.ts";
import type { ColumnProfile } from "./profile-document.ts";

export class ColumnTally {
  readonly #numbers = new SketchBuilder();
  readonly #missing = new Map<string, number>();

  add(value: RecordedValue): void {
    if (isMissing(value)) this.addMissing(value.missing);
    else this.#numbers.add(value);
  }

  addMissing(kind: string): void {
    this.#missing.set(kind, (this.#missing.get(kind) ?? 0) + 1);
  }

  profile(): ColumnProfile {
    return { sketch: this.#numbers.sketch(), missing: sortedCounts(this.#missing) };
  }
}

/** Counts by name in the order of names, so that a document has one hash. */
export function sortedCounts(counts: ReadonlyMap<string, number>): { readonly [name: string]: number } {
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Rows of a column, the missing ones included. */
export function rowsOf({ sketch, missing }: ColumnProfile): number {
  return Object.values(missing).reduce((sum, rows) => sum + rows, sketch.n);
}
