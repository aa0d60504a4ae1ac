// Rows of one (entity, event type) as the writer handles them: in memory as columns beside the events themselves, cut into
// stretches that fill a page, and back from the bytes of a stretch. What `layOutHistory` works out (order, `supersededAt`)
// is given; here it is only written down.

import type { HistoryEvent } from "../compile/index.ts";
import { ByteWriter } from "./online-bytes.ts";
import { type Views, widthOf } from "./online-column.ts";
import { IdentityWriter, type RowIdentity, readIdentities } from "./online-identity.ts";
import { readTexts, varintBytes, writeTexts } from "./online-texts.ts";
import {
  CHUNK_BYTES,
  HEADER_BYTES,
  readHeader,
  readRows,
  textsOf,
  type ValueHeader,
  type ValueLayout,
  writeValue,
} from "./online-value.ts";

/** A revision and the `knownAt` of the next of the same event (microseconds; infinite for the newest). */
export interface LaidRow {
  readonly event: HistoryEvent;
  supersededAt: number;
}

/** Rows in the total order, all of one entity and event type. */
export interface LaidRows {
  readonly length: number;
  readonly events: readonly HistoryEvent[];
  readonly at: Float64Array;
  readonly delay: Float64Array;
  readonly knownAt: Float64Array;
  readonly supersededAt: Float64Array;
  readonly retracted: Float64Array;
  /** In the order of the layout; of a text its code in `lists`. */
  readonly fields: readonly Float64Array[];
  /** One per text field. */
  readonly lists: readonly (readonly string[])[];
}

export function laidRows(
  events: readonly HistoryEvent[],
  supersededAt: Float64Array,
  { fields }: ValueLayout,
): LaidRows {
  const { length } = events;
  const [at, delay, knownAt] = [new Float64Array(length), new Float64Array(length), new Float64Array(length)];
  const retracted = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const event = events[i]!;
    at[i] = event.at;
    knownAt[i] = event.knownAt;
    delay[i] = event.knownAt - event.at;
    if (event.retracted) retracted[i] = 1;
  }
  const lists: string[][] = [];
  const columns = fields.map(({ name, text }) => (text ? textColumn(events, name, lists) : numberColumn(events, name)));
  return { length, events, at, delay, knownAt, supersededAt, retracted, fields: columns, lists };
}

function numberColumn(events: readonly HistoryEvent[], name: string): Float64Array {
  const column = new Float64Array(events.length);
  for (let i = 0; i < column.length; i++) {
    const value = events[i]!.fields[name] as number | null | undefined;
    // -0 becomes 0.
    column[i] = value === null || value === undefined ? Number.NaN : value + 0;
  }
  return column;
}

function textColumn(events: readonly HistoryEvent[], name: string, lists: string[][]): Float64Array {
  const codes = new Map<string, number>();
  const column = new Float64Array(events.length);
  for (let i = 0; i < column.length; i++) {
    const text = events[i]!.fields[name] as string | null | undefined;
    if (text === null || text === undefined) column[i] = Number.NaN;
    else {
      const code = codes.get(text) ?? codes.size;
      if (code === codes.size) codes.set(text, code);
      column[i] = code;
    }
  }
  lists.push([...codes.keys()]);
  return column;
}

// ---------------------------------------------------------------- to bytes

export type StretchHeader = Pick<ValueHeader, "layoutId" | "group" | "chunks">;

const textBytes = new ByteWriter();
const identityBytes = new ByteWriter();
const NO_BYTES = new Uint8Array(0);

/**
 * Texts, one list per text field, that a stretch takes over from the one before. As long as each begins with the last one's,
 * a text has one code in all of them, and a reader need not translate any.
 */
export type Inherited = readonly (readonly string[])[];

export const NOTHING_INHERITED: Inherited = [];
/** More than this is not carried from stretch to stretch. */
const INHERITED_BYTES = 512;

function inheritable(lists: Inherited): Inherited {
  const bytes = lists.reduce((total, list) => total + bytesOfTexts(list), 0);
  return bytes <= INHERITED_BYTES ? lists : NOTHING_INHERITED;
}

/** Whether a stretch of the same layout that is written behind this one begins with all its texts. */
export function handsOn(views: Views, layout: ValueLayout): boolean {
  return inheritedFrom(views, readHeader(views).layoutId, layout) !== NOTHING_INHERITED;
}

/** What the stretch behind may take over from one that is stored; nothing from one of another layout. */
export function inheritedFrom(views: Views, layoutId: number, { fields }: ValueLayout): Inherited {
  if (readHeader(views).layoutId !== layoutId) return NOTHING_INHERITED;
  return inheritable(readTexts(textsOf(views), fields.filter(({ text }) => text).length));
}

/** Where a stretch lies among its group's, and how it is written. */
export interface StretchPlace {
  readonly header: StretchHeader;
  readonly layout: ValueLayout;
  readonly inherited: Inherited;
}

/**
 * A chunk of rows `[from, to)` and its identities, apart, as views that the next stretch spoils; and what that one may take
 * over.
 */
export function chunkBytes(rows: LaidRows, from: number, to: number, place: StretchPlace) {
  const identities = identitiesBytes(rows.events, from, to);
  const { value, lists } = stretchBytes(rows, from, to, place, NO_BYTES);
  return { value, identities: Buffer.from(identities), inherited: inheritable(lists) };
}

/** A tail of rows `[from, to)`, identities behind the columns; a view that the next stretch spoils. */
export function tailBytes(rows: LaidRows, from: number, to: number, place: StretchPlace): Buffer {
  return stretchBytes(rows, from, to, place, identitiesBytes(rows.events, from, to)).value;
}

function identitiesBytes(events: readonly HistoryEvent[], from: number, to: number): Uint8Array {
  const writer = new IdentityWriter(identityBytes.begin());
  for (let i = from; i < to; i++) writer.add(events[i]!);
  return identityBytes.bytes();
}

function stretchBytes(
  rows: LaidRows,
  from: number,
  to: number,
  { header, layout, inherited }: StretchPlace,
  identities: Uint8Array,
): { readonly value: Buffer; readonly lists: Inherited } {
  const { revised, prefixVisible } = visibility(rows, from, to);
  const lists: string[][] = [];
  const fields = rows.fields.map((column, i) =>
    layout.fields[i]!.text
      ? ownCodes(column.subarray(from, to), rows.lists, inherited, lists)
      : column.subarray(from, to),
  );
  const revisions = revised ? [rows.supersededAt.subarray(from, to), rows.retracted.subarray(from, to)] : [];
  const numbers = [rows.at.subarray(from, to), rows.delay.subarray(from, to), ...revisions, ...fields];
  const whole = { ...header, rows: to - from, revised, prefixVisible };
  return { value: writeValue(whole, numbers, 0, { texts: writeTexts(lists, textBytes), identities }), lists };
}

function visibility({ knownAt, supersededAt, retracted }: LaidRows, from: number, to: number) {
  let [revised, prefixVisible] = [false, true];
  for (let i = from; i < to; i++) {
    if (supersededAt[i] !== Number.POSITIVE_INFINITY || retracted[i] !== 0) revised = true;
    if (i > from && knownAt[i]! < knownAt[i - 1]!) prefixVisible = false;
  }
  return { revised, prefixVisible: prefixVisible && !revised };
}

/** A stretch tells its own texts: those it takes over, then others in the order of its rows. */
function ownCodes(column: Float64Array, all: Inherited, inherited: Inherited, lists: string[][]): Float64Array {
  const list = all[lists.length]!;
  const own = [...(inherited[lists.length] ?? [])];
  const places = new Map(own.map((text, code) => [text, code]));
  const codes = new Map<number, number>();
  const coded = column.map((code) => {
    if (Number.isNaN(code)) return code;
    const known = codes.get(code);
    if (known !== undefined) return known;
    const text = list[code]!;
    const place = places.get(text) ?? own.push(text) - 1;
    codes.set(code, place);
    return place;
  });
  lists.push(own);
  return coded;
}

/** See `ChunkEntry.settledAt`. */
export function settledAt({ knownAt, supersededAt, retracted }: LaidRows, from: number, to: number): number {
  let earliest = Number.POSITIVE_INFINITY;
  for (let i = from; i < to; i++) {
    if (supersededAt[i] === Number.POSITIVE_INFINITY && retracted[i] === 0) earliest = Math.min(earliest, knownAt[i]!);
  }
  return earliest;
}

// ---------------------------------------------------------------- how many fit

/** Of the rows from `from` on, how many a page holds: one at least, however large. */
export function rowsThatFit(rows: LaidRows, from: number, { layout, inherited }: StretchPlace): number {
  const columns = [rows.at, rows.delay, rows.supersededAt, rows.retracted, ...rows.fields].map(
    (column) => new Extent(column),
  );
  const texts = layout.fields.flatMap(({ text }, i) => (text ? [i] : []));
  const taken = texts.map((_, t) => new Set(inherited[t]));
  const seen = texts.map(() => new Set<number>());
  let [textsBytes, revised] = [texts.length * 6 + inherited.reduce((sum, list) => sum + bytesOfTexts(list), 0), false];
  for (let i = from; i < rows.length; i++) {
    for (const column of columns) column.take(i);
    revised ||= rows.supersededAt[i] !== Number.POSITIVE_INFINITY || rows.retracted[i] !== 0;
    for (let t = 0; t < texts.length; t++) {
      const code = rows.fields[texts[t]!]![i]!;
      if (Number.isNaN(code) || seen[t]!.has(code)) continue;
      seen[t]!.add(code);
      const text = rows.lists[t]![code]!;
      if (!taken[t]!.has(text)) textsBytes += bytesOfTexts([text]);
    }
    if (i > from && columnsBytes(columns, revised, i - from + 1) + textsBytes > CHUNK_BYTES) return i - from;
  }
  return rows.length - from;
}

function bytesOfTexts(texts: readonly string[]): number {
  let bytes = 0;
  for (const text of texts) {
    const length = Buffer.byteLength(text);
    bytes += length + varintBytes(length);
  }
  return bytes;
}

/** An upper bound: each plane may begin up to seven bytes late. */
function columnsBytes(columns: readonly Extent[], revised: boolean, count: number): number {
  let bytes = HEADER_BYTES;
  for (let i = 0; i < columns.length; i++) {
    if (revised || i < 2 || i > 3) bytes += 9 + 7 + columns[i]!.width * count;
  }
  return bytes;
}

/** The range of a column as rows are taken in. */
class Extent {
  width = 0;
  readonly #column: Float64Array;
  #smallest = Number.POSITIVE_INFINITY;
  #largest = Number.NEGATIVE_INFINITY;
  #missing = false;

  constructor(column: Float64Array) {
    this.#column = column;
  }

  take(row: number): void {
    const value = this.#column[row]!;
    if (value >= this.#smallest && value <= this.#largest) return;
    if (!Number.isFinite(value)) {
      if (this.#missing) return;
      this.#missing = true;
    } else {
      if (value < this.#smallest) this.#smallest = value;
      if (value > this.#largest) this.#largest = value;
    }
    this.width = this.#smallest > this.#largest ? 0 : widthOf(this.#largest - this.#smallest, this.#missing);
  }
}

// ---------------------------------------------------------------- from bytes

/**
 * The events that a stretch was made from, with the fields of `wanted` (null where the stretch's layout lacks them). Copies:
 * nothing stays lent.
 */
export function readLaidRows(
  views: Views,
  header: ValueHeader,
  layouts: RowLayouts,
  entity: string,
  identities: Uint8Array,
): LaidRow[] {
  return readIdentities(identities, header.rows).map(laidRowReader(views, header, layouts, entity));
}

interface RowLayouts {
  readonly layout: ValueLayout;
  readonly wanted: ValueLayout;
}

/** Makes single rows of a stretch, told who they are. Nothing stays lent. */
export function laidRowReader(
  views: Views,
  header: ValueHeader,
  { layout, wanted }: RowLayouts,
  entity: string,
): (name: RowIdentity, row: number) => LaidRow {
  const { rows } = header;
  const target = {
    at: new Float64Array(rows),
    knownAt: new Float64Array(rows),
    supersededAt: new Float64Array(rows).fill(Number.POSITIVE_INFINITY),
    retracted: new Uint8Array(rows),
    fields: layout.fields.map(() => new Float64Array(rows)),
  };
  readRows(views, header, target, 0);
  const reads = fieldReads(views, layout, wanted, target.fields);
  return (name, row) => {
    const [at, knownAt, retracted] = [target.at[row]!, target.knownAt[row]!, target.retracted[row] === 1];
    const fields: Record<string, number | string | null> = {};
    for (const [field, read] of reads) fields[field] = read(row);
    const event = { event: wanted.event, entity, ...name, at, knownAt, retracted, fields };
    return { event, supersededAt: target.supersededAt[row]! };
  };
}

type ReadField = (row: number) => number | string | null;

function fieldReads(
  views: Views,
  layout: ValueLayout,
  wanted: ValueLayout,
  columns: readonly Float64Array[],
): (readonly [string, ReadField])[] {
  const lists = readTexts(textsOf(views), layout.fields.filter(({ text }) => text).length).values();
  const listOf = new Map(layout.fields.flatMap(({ name, text }) => (text ? [[name, lists.next().value!]] : [])));
  return wanted.fields.map(({ name }) => {
    const column = columns[layout.fields.findIndex((field) => field.name === name)];
    const list = listOf.get(name);
    return [name, (row) => valueAt(column, list, row)] as const;
  });
}

function valueAt(column: Float64Array | undefined, list: readonly string[] | undefined, row: number) {
  const value = column?.[row];
  if (value === undefined || Number.isNaN(value)) return null;
  return list === undefined ? value : list[value]!;
}
