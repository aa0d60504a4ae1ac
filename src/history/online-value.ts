// The bytes of one (entity, event type) in the online store, version 1: the columns as the kernel reads them, so that a
// read is one copy and some views, then what only the writer needs.
//
//   version (u8) · flags (u8) · layout (u16) · rows (u32) · byte of the texts (u32) · byte of the identities (u32)
//   at, knownAt, [supersededAt,] fields… (f64 each, column by column) [· retracted (u8)]
//   texts: JSON, one list per text field · identities: JSON {source, eventId, seq}, one list each
//
// Bit 1 of the flags is `prefixVisible`; the columns in brackets are there where it is not set. A layout names the
// fields; the store keeps the list of layouts, so that values written under an older definition stay readable.

import { AssayError } from "../base/index.ts";
import type { EventColumns, HistoryEvent } from "../compile/index.ts";
import type { EventNode } from "../define/index.ts";
import { problems } from "./errors.ts";

export const VALUE_VERSION = 1;
const HEADER_BYTES = 16;
const PREFIX_VISIBLE = 1;

/** Which fields a value holds, in which order. */
export interface ValueLayout {
  readonly event: string;
  readonly fields: readonly { readonly name: string; readonly text: boolean }[];
}

export interface RowIdentities {
  readonly source: readonly string[];
  readonly eventId: readonly string[];
  readonly seq: readonly (number | null)[];
}

export function layoutOf(node: EventNode): ValueLayout {
  const open = Object.entries(node.fields).filter(([, field]) => field.protection === "none");
  return { event: node.name, fields: open.map(([name, { type }]) => ({ name, text: isText(type.kind) })) };
}

function isText(kind: string): boolean {
  return kind === "text" || kind === "ref";
}

export function encodeValue(columns: EventColumns, layout: ValueLayout, layoutId: number, rows: RowIdentities): Buffer {
  const numbers = [columns.at, columns.knownAt];
  if (!columns.prefixVisible) numbers.push(columns.supersededAt);
  for (const { name } of layout.fields) numbers.push(columns.fields[name]!);
  const texts = Buffer.from(JSON.stringify(layout.fields.filter(({ text }) => text).map(({ name }) => columns.dictionaries[name])));
  const identities = Buffer.from(JSON.stringify(rows));
  const textsAt = HEADER_BYTES + numbers.length * columns.length * 8 + (columns.prefixVisible ? 0 : columns.length);
  const bytes = Buffer.allocUnsafe(textsAt + texts.length + identities.length);
  bytes.writeUInt8(VALUE_VERSION, 0);
  bytes.writeUInt8(columns.prefixVisible ? PREFIX_VISIBLE : 0, 1);
  bytes.writeUInt16LE(layoutId, 2);
  bytes.writeUInt32LE(columns.length, 4);
  bytes.writeUInt32LE(textsAt, 8);
  bytes.writeUInt32LE(textsAt + texts.length, 12);
  let at = HEADER_BYTES;
  for (const column of numbers) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, columns.length * 8), at);
    at += columns.length * 8;
  }
  if (!columns.prefixVisible) bytes.set(columns.retracted, at);
  bytes.set(texts, textsAt);
  bytes.set(identities, textsAt + texts.length);
  return bytes;
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
  const prefixVisible = (bytes[1]! & PREFIX_VISIBLE) !== 0;
  const length = bytes.readUInt32LE(4);
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
    dictionaries: plan.texts.length + plan.absentTexts.length === 0 ? NO_TEXTS : dictionaries(bytes, textsAt, plan),
  };
}

const NO_TEXTS = Object.freeze({});

function always(value: number, length: number): Float64Array {
  return new Float64Array(length).fill(value);
}

function dictionaries(bytes: Buffer, textsAt: number, plan: ReadPlan): Record<string, readonly string[]> {
  const lists = JSON.parse(bytes.toString("utf8", textsAt, bytes.readUInt32LE(12))) as string[][];
  const byName: Record<string, readonly string[]> = {};
  for (const [i, name] of plan.texts.entries()) byName[name] = lists[i]!;
  for (const name of plan.absentTexts) byName[name] = [];
  return byName;
}

/** The events a value was made from; for the writer. Fields added since are null. */
export function decodeEvents(bytes: Buffer, plan: ReadPlan, entity: string): HistoryEvent[] {
  const columns = decodeColumns(bytes, plan);
  const { source, eventId, seq } = JSON.parse(bytes.toString("utf8", bytes.readUInt32LE(12))) as RowIdentities;
  return Array.from({ length: columns.length }, (_, row) => ({
    event: plan.layout.event,
    entity,
    source: source[row]!,
    eventId: eventId[row]!,
    seq: seq[row]!,
    at: columns.at[row]!,
    knownAt: columns.knownAt[row]!,
    retracted: columns.retracted[row] === 1,
    fields: fieldsOf(columns, row),
  }));
}

function fieldsOf(columns: EventColumns, row: number): HistoryEvent["fields"] {
  const fields: Record<string, number | string | null> = {};
  for (const name in columns.fields) {
    const value = columns.fields[name]![row]!;
    fields[name] = Number.isNaN(value) ? null : (columns.dictionaries[name]?.[value] ?? value);
  }
  return fields;
}
