// The bytes of one (entity, event type) in the online store, version 1: the columns as the kernel reads them, so that a
// read is one copy and some views, then what only the writer needs.
//
//   version (u8) · flags (u8) · layout (u16) · rows (u32) · byte of the texts (u32) · byte of the identities (u32)
//   at, knownAt, [supersededAt,] fields… (f64 each, column by column) [· retracted (u8)]
//   texts: JSON, one list of values per text field · identities: a line of JSON [source, event id, seq] per row
//
// Bit 1 of the flags is `prefixVisible`; the columns in brackets are there where it is not set. A layout names the
// fields; the store keeps the list of layouts, so that values written under an older definition stay readable.

import { AssayError } from "../base/index.ts";
import type { EventColumns, HistoryEvent } from "../compile/index.ts";
import type { EventNode } from "../define/index.ts";
import { problems } from "./errors.ts";

const VALUE_VERSION = 1;
const HEADER_BYTES = 16;
const PREFIX_VISIBLE = 1;

/** Which fields a value holds, in which order. */
export interface ValueLayout {
  readonly event: string;
  readonly fields: readonly { readonly name: string; readonly text: boolean }[];
}

export function layoutOf(node: EventNode): ValueLayout {
  const open = Object.entries(node.fields).filter(([, field]) => field.protection === "none");
  return { event: node.name, fields: open.map(([name, { type }]) => ({ name, text: isText(type.kind) })) };
}

function isText(kind: string): boolean {
  return kind === "text" || kind === "ref";
}

/** Columns laid out for the kernel, and the events they were laid out from in the order of the rows. */
export function encodeValue(
  columns: EventColumns,
  layout: ValueLayout,
  layoutId: number,
  rows: readonly HistoryEvent[],
): Buffer {
  const { length, prefixVisible } = columns;
  const numbers = [columns.at, columns.knownAt, ...(prefixVisible ? [] : [columns.supersededAt])];
  for (const { name } of layout.fields) numbers.push(columns.fields[name]!);
  const texts = layout.fields.filter(({ text }) => text).map(({ name }) => columns.dictionaries[name]!);
  const bytes = beginValue(
    { layoutId, prefixVisible, length, columns: numbers.length },
    texts,
    rows.map(identityLine).join(""),
  );
  for (const [i, column] of numbers.entries()) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, length * 8), columnAt(i, length));
  }
  if (!prefixVisible) bytes.set(columns.retracted, columnAt(numbers.length, length));
  return bytes;
}

export interface ValueShape {
  readonly layoutId: number;
  readonly prefixVisible: boolean;
  readonly length: number;
  /** Of numbers. */
  readonly columns: number;
}

/** A value with header, texts and identities in place and its columns still to be written. */
export function beginValue(
  shape: ValueShape,
  texts: readonly (readonly string[])[],
  identities: string | Uint8Array,
): Buffer {
  const { layoutId, prefixVisible, length } = shape;
  const tail = Buffer.from(JSON.stringify(texts));
  const lines = typeof identities === "string" ? Buffer.from(identities) : identities;
  const textsAt = columnAt(shape.columns, length) + (prefixVisible ? 0 : length);
  const bytes = Buffer.allocUnsafe(textsAt + tail.length + lines.length);
  bytes.writeUInt8(VALUE_VERSION, 0);
  bytes.writeUInt8(prefixVisible ? PREFIX_VISIBLE : 0, 1);
  bytes.writeUInt16LE(layoutId, 2);
  bytes.writeUInt32LE(length, 4);
  bytes.writeUInt32LE(textsAt, 8);
  bytes.writeUInt32LE(textsAt + tail.length, 12);
  bytes.set(tail, textsAt);
  bytes.set(lines, textsAt + tail.length);
  return bytes;
}

/** The byte at which a column of numbers begins. */
export function columnAt(column: number, length: number): number {
  return HEADER_BYTES + column * length * 8;
}

export function identityLine({ source, eventId, seq }: HistoryEvent): string {
  return `${JSON.stringify([source, eventId, seq])}\n`;
}

export function isPrefixVisible(bytes: Buffer): boolean {
  return (bytes[1]! & PREFIX_VISIBLE) !== 0;
}

export function rowsOf(bytes: Buffer): number {
  return bytes.readUInt32LE(4);
}

/** Values of each text field, in the order of the layout. */
export function textsOf(bytes: Buffer): string[][] {
  return JSON.parse(bytes.toString("utf8", bytes.readUInt32LE(8), bytes.readUInt32LE(12))) as string[][];
}

/** A view of the lines that tell the rows' identities. */
export function identitiesOf(bytes: Buffer): Buffer {
  return bytes.subarray(bytes.readUInt32LE(12), bytes.length);
}

/** The layout a value was written under. Throws ASSAY_HISTORY_UNKNOWN_VERSION. */
export function layoutIdOf(bytes: Buffer): number {
  const version = bytes[0]!;
  if (version !== VALUE_VERSION) {
    throw new AssayError(problems.UNKNOWN_VERSION("online store", { format: "values", version: String(version) }));
  }
  return bytes.readUInt16LE(2);
}

/** How to read a layout for a definition that may have grown: `absent` are fields the values do not hold. */
export interface ReadPlan {
  readonly layout: ValueLayout;
  readonly texts: readonly string[];
  readonly absent: readonly string[];
  readonly absentTexts: readonly string[];
}

export function readPlan(layout: ValueLayout, node: EventNode): ReadPlan {
  const held = new Set(layout.fields.map(({ name }) => name));
  const absent = layoutOf(node).fields.filter(({ name }) => !held.has(name));
  return {
    layout,
    texts: layout.fields.filter(({ text }) => text).map(({ name }) => name),
    absent: absent.map(({ name }) => name),
    absentTexts: absent.filter(({ text }) => text).map(({ name }) => name),
  };
}

/** The columns; copies, so `bytes` may be overwritten afterwards. Hot path. */
export function decodeColumns(bytes: Buffer, plan: ReadPlan): EventColumns {
  const prefixVisible = isPrefixVisible(bytes);
  const length = rowsOf(bytes);
  const textsAt = bytes.readUInt32LE(8);
  const block = new ArrayBuffer(textsAt - HEADER_BYTES);
  new Uint8Array(block).set(bytes.subarray(HEADER_BYTES, textsAt));
  const step = length * 8;
  let at = step * 2;
  const supersededAt = prefixVisible ? always(Number.POSITIVE_INFINITY, length) : new Float64Array(block, at, length);
  if (!prefixVisible) at += step;
  const fields: Record<string, Float64Array> = {};
  for (const { name } of plan.layout.fields) {
    fields[name] = new Float64Array(block, at, length);
    at += step;
  }
  for (const name of plan.absent) fields[name] = always(Number.NaN, length);
  return {
    length,
    at: new Float64Array(block, 0, length),
    knownAt: new Float64Array(block, step, length),
    supersededAt,
    retracted: prefixVisible ? new Uint8Array(length) : new Uint8Array(block, at, length),
    prefixVisible,
    fields,
    dictionaries: plan.texts.length + plan.absentTexts.length === 0 ? NO_TEXTS : dictionaries(bytes, plan),
  };
}

const NO_TEXTS = Object.freeze({});

function always(value: number, length: number): Float64Array {
  return new Float64Array(length).fill(value);
}

function dictionaries(bytes: Buffer, plan: ReadPlan): Record<string, readonly string[]> {
  const lists = textsOf(bytes);
  const byName: Record<string, readonly string[]> = {};
  for (const [i, name] of plan.texts.entries()) byName[name] = lists[i]!;
  for (const name of plan.absentTexts) byName[name] = [];
  return byName;
}

/** The events a value was made from; for the writer. Fields added since are null. */
export function decodeEvents(bytes: Buffer, plan: ReadPlan, entity: string): HistoryEvent[] {
  const columns = decodeColumns(bytes, plan);
  const lines = identitiesOf(bytes).toString("utf8").split("\n");
  return Array.from({ length: columns.length }, (_, row) => {
    const [source, eventId, seq] = JSON.parse(lines[row]!) as [string, string, number | null];
    const [at, knownAt] = [columns.at[row]!, columns.knownAt[row]!];
    const retracted = columns.retracted[row] === 1;
    return {
      event: plan.layout.event,
      entity,
      source,
      eventId,
      seq,
      at,
      knownAt,
      retracted,
      fields: fieldsOf(columns, row),
    };
  });
}

function fieldsOf(columns: EventColumns, row: number): HistoryEvent["fields"] {
  const fields: Record<string, number | string | null> = {};
  for (const name in columns.fields) {
    const value = columns.fields[name]![row]!;
    fields[name] = Number.isNaN(value) ? null : (columns.dictionaries[name]?.[value] ?? value);
  }
  return fields;
}
