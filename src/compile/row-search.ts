// Where rows lie and whether any shows: what generated source asks before it walks.

import { invariant } from "../base/index.ts";
import { anyInBlocks, firstInBlocks } from "./blocks.ts";
import type { EventColumns } from "./history.ts";
import { isKnown } from "./layout.ts";

export const NO_ROWS: EventColumns = Object.freeze({
  length: 0,
  at: new Float64Array(0),
  knownAt: new Float64Array(0),
  supersededAt: new Float64Array(0),
  retracted: new Uint8Array(0),
  prefixVisible: true,
  fields: Object.freeze({}),
  largest: {},
  dictionaries: Object.freeze({}),
});

/** A type without rows has no columns; rows without a column the plan reads are not what `layOutHistory` makes. */
export function noColumn(columns: EventColumns, field: string): Float64Array {
  invariant(columns.length === 0, `${columns.length} rows without column "${field}"`);
  return NO_ROWS.at;
}

/** How many of the first `end` instants of an ascending column lie before `instant`. */
export function firstFrom(column: Float64Array, end: number, instant: number): number {
  if (end === 0 || column[end - 1]! < instant) return end;
  let low = 0;
  let high = end - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (column[middle]! < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rows before t; where visibility is a prefix, only those known. */
export function rowsBefore(columns: EventColumns, t: number, known: number): number {
  if (columns.blocks !== undefined) return firstInBlocks(columns.blocks, columns.length, t);
  return Math.min(firstFrom(columns.at, columns.length, t), rowsKnown(columns, t, known));
}

export function rowsKnown(columns: EventColumns, _t: number, known: number): number {
  // The next instant after `known`: instants are whole.
  return columns.prefixVisible ? firstFrom(columns.knownAt, columns.length, known + 1) : columns.length;
}

export function anyKnown(columns: EventColumns, end: number, known: number): boolean {
  if (columns.earlier) return true;
  if (columns.blocks !== undefined) return anyInBlocks(columns.blocks, end, known);
  if (columns.prefixVisible) return end > 0;
  for (let row = end - 1; row >= 0; row--) if (isKnown(columns, row, known)) return true;
  return false;
}
