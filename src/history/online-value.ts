// The bytes of one stretch of an (entity, event type)'s rows in the online store, version 2. The newest rows lie in the
// *tail*, which every update writes anew; full stretches of one page are *chunks*.
//
//   version (u8) · flags (u8) · layout (u16) · rows (u32) · byte of the texts (u32) · byte of the identities (u32) ·
//   group (u32) · closed chunks (u32, tails only)
//   the smallest value of each column (f64) · how each is packed (u8) · the columns (online-column.ts)
//   texts (online-texts.ts) · identities (online-identity.ts; of a chunk they lie under a key of their own)
//
// Columns: at, knownAt − at, [supersededAt, retracted,] fields in the order of the layout. Flag 1: visibility is a prefix
// of the rows. Flag 2: some row is revised or retracted, and the columns in brackets are there. A layout names the fields;
// the store keeps the list of layouts, so that values written under an older definition stay readable.

import { AssayError } from "../base/index.ts";
import { holdsText } from "../compile/index.ts";
import type { EventNode } from "../define/index.ts";
import { problems } from "./errors.ts";
import {
  endOfColumn,
  type Packing,
  packColumn,
  packingByte,
  packingOf,
  unpackColumn,
  type Views,
  viewsOf,
} from "./online-column.ts";

export const STORE_VERSION = 2;
/** What one overflow page of LMDB holds: a chunk one byte longer takes two. */
export const CHUNK_BYTES = 4096 - 16;
export const HEADER_BYTES = 24;
const PREFIX_VISIBLE = 1;
const REVISED = 2;

/** Which fields a value holds, in which order. */
export interface ValueLayout {
  readonly event: string;
  readonly fields: readonly { readonly name: string; readonly text: boolean }[];
}

export function layoutOf(node: EventNode): ValueLayout {
  const open = Object.entries(node.fields).filter(([, field]) => field.protection === "none");
  return { event: node.name, fields: open.map(([name, { type }]) => ({ name, text: holdsText(type) })) };
}

export interface ValueHeader {
  readonly layoutId: number;
  /** The number under which the chunks of this (entity, event type) lie. */
  readonly group: number;
  readonly chunks: number;
  readonly rows: number;
  readonly prefixVisible: boolean;
  readonly revised: boolean;
}

/** Columns before the fields. */
function leadingColumns(revised: boolean): number {
  return revised ? 4 : 2;
}

let scratch = viewsOf(new ArrayBuffer(4 * CHUNK_BYTES));

/** `numbers[…][from, from + rows)` and what follows them; a view that the next call spoils. */
export function writeValue(
  header: ValueHeader,
  numbers: readonly Float64Array[],
  from: number,
  { texts, identities }: { readonly texts: Uint8Array; readonly identities: Uint8Array },
): Buffer {
  const { rows } = header;
  const packings = numbers.map((column) => packingOf(column, from, from + rows));
  const textsAt = columnsEnd(packings, rows);
  const end = textsAt + texts.length + identities.length;
  if (end > scratch.bytes.length) scratch = viewsOf(new ArrayBuffer((end + 4096) & -8));
  writeHeader(header, textsAt, textsAt + texts.length);
  let at = beginOfColumns(packings.length);
  for (const [i, packing] of packings.entries()) {
    scratch.f64[(HEADER_BYTES >>> 3) + i] = packing.base;
    scratch.bytes[HEADER_BYTES + 8 * packings.length + i] = packingByte(packing);
    at = packColumn(numbers[i]!, from, from + rows, packing, scratch, at);
  }
  scratch.bytes.set(texts, textsAt);
  scratch.bytes.set(identities, textsAt + texts.length);
  return Buffer.from(scratch.bytes.buffer, 0, end);
}

function writeHeader(header: ValueHeader, textsAt: number, identitiesAt: number): void {
  const { bytes, u16, u32 } = scratch;
  // Gaps between columns are zero, whatever was written here before: equal rows give equal bytes.
  bytes.fill(0, 0, textsAt);
  bytes[0] = STORE_VERSION;
  bytes[1] = (header.prefixVisible ? PREFIX_VISIBLE : 0) | (header.revised ? REVISED : 0);
  u16[1] = header.layoutId;
  u32[1] = header.rows;
  u32[2] = textsAt;
  u32[3] = identitiesAt;
  u32[4] = header.group;
  u32[5] = header.chunks;
}

function beginOfColumns(columns: number): number {
  return HEADER_BYTES + 9 * columns;
}

function columnsEnd(packings: readonly Packing[], rows: number): number {
  let at = beginOfColumns(packings.length);
  for (const { width } of packings) at = endOfColumn(width, at, rows);
  return at;
}

/** Throws ASSAY_HISTORY_UNKNOWN_VERSION. */
export function readHeader({ bytes, u16, u32 }: Views): ValueHeader {
  if (bytes[0] !== STORE_VERSION) {
    throw new AssayError(problems.UNKNOWN_VERSION("online store", { format: "values", version: String(bytes[0]) }));
  }
  const flags = bytes[1]!;
  return {
    layoutId: u16[1]!,
    group: u32[4]!,
    chunks: u32[5]!,
    rows: u32[1]!,
    prefixVisible: (flags & PREFIX_VISIBLE) !== 0,
    revised: (flags & REVISED) !== 0,
  };
}

export function textsOf({ bytes, u32 }: Views): Uint8Array {
  return bytes.subarray(u32[2]!, u32[3]!);
}

/** `length`: of the whole value, which the buffer may be longer than. */
export function identitiesOf({ bytes, u32 }: Views, length: number): Uint8Array {
  return bytes.subarray(u32[3]!, length);
}

/** Where the rows of a value go. */
export interface RowTarget {
  readonly at: Float64Array;
  readonly knownAt: Float64Array;
  /** Left as they are where no row of the value is revised or retracted. */
  readonly supersededAt: Float64Array;
  readonly retracted: Uint8Array;
  readonly fields: readonly Float64Array[];
}

let flags = new Float64Array(512);

/**
 * Rows `[skip, skip + take)` of a value into `target` from row `to` on; fields in the order of the value's layout. Hot path.
 */
export function readRows(
  views: Views,
  { rows, revised }: ValueHeader,
  target: RowTarget,
  to: number,
  skip = 0,
  take = rows,
): void {
  const { at, knownAt, supersededAt, retracted, fields } = target;
  const columns = leadingColumns(revised) + fields.length;
  let [byte, column] = [beginOfColumns(columns), 0];
  const next = (absent: number, out: Float64Array, index: number) => {
    const kind = views.bytes[HEADER_BYTES + 8 * columns + column]!;
    const base = views.f64[(HEADER_BYTES >>> 3) + column++]!;
    byte = unpackColumn(views, byte, kind, base, absent, rows, out, index, skip, take);
  };
  next(Number.NaN, at, to);
  next(Number.NaN, knownAt, to);
  for (let i = to; i < to + take; i++) knownAt[i] = knownAt[i]! + at[i]!;
  if (revised) {
    next(Number.POSITIVE_INFINITY, supersededAt, to);
    if (flags.length < rows) flags = new Float64Array(rows * 2);
    next(Number.NaN, flags, 0);
    for (let i = 0; i < take; i++) retracted[to + i] = flags[i]!;
  }
  for (const field of fields) next(Number.NaN, field, to);
}
