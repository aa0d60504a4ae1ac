// From validated events to the arrays a kernel reads. The one way to do it: back-fill workers and the decider both call
// this, so a difference between them cannot start here.

import { EXACT_ROWS_MAX, invariant } from "../base/index.ts";
import type { EventNode } from "../define/index.ts";
import type { EntityHistory, EventColumns, HistoryEvent, HistorySchema } from "./history.ts";
import { holdsText } from "./row.ts";
import { compareEvents } from "./total-order.ts";

/**
 * Lays out every revision of one entity's events, in any order given. Types that `schema` does not name are left out;
 * protected fields are never read. Events must be valid: one (source, event id) never has two revisions of one knownAt.
 */
export function layOutHistory(entity: string, events: readonly HistoryEvent[], schema: HistorySchema): EntityHistory {
  const superseded = supersededAt(events);
  const order = events.map((_, index) => index).sort((a, b) => compareEvents(events[a]!, events[b]!));
  const byType = new Map<string, number[]>();
  for (const index of order) {
    const event = events[index]!;
    invariant(event.entity === entity, `an event of ${event.entity} in the history of ${entity}`);
    const rows = byType.get(event.event);
    if (rows === undefined) byType.set(event.event, [index]);
    else rows.push(index);
  }
  const columns: { [event: string]: EventColumns } = {};
  for (const [type, rows] of byType) {
    const node = Object.hasOwn(schema, type) ? schema[type] : undefined;
    if (node !== undefined) columns[type] = layOutRows(rows, events, superseded, node);
  }
  return { entity, events: columns };
}

/** Whether a row shows at `t` (contract 3); `known` is `t` for features and the cut-off for labels. */
export function isKnown(columns: EventColumns, row: number, known: number): boolean {
  return columns.knownAt[row]! <= known && known < columns.supersededAt[row]! && columns.retracted[row] === 0;
}

/** Per event, the knownAt of the next revision of the same (source, event id); Infinity for the newest. */
function supersededAt(events: readonly HistoryEvent[]): Float64Array {
  const superseded = new Float64Array(events.length).fill(Number.POSITIVE_INFINITY);
  const revisions = new Map<string, Map<string, number[]>>();
  for (const [index, { source, eventId }] of events.entries()) {
    let ofSource = revisions.get(source);
    if (ofSource === undefined) {
      ofSource = new Map();
      revisions.set(source, ofSource);
    }
    const known = ofSource.get(eventId);
    if (known === undefined) ofSource.set(eventId, [index]);
    else known.push(index);
  }
  for (const ofSource of revisions.values()) {
    for (const indices of ofSource.values()) if (indices.length > 1) supersede(indices, events, superseded);
  }
  return superseded;
}

function supersede(indices: number[], events: readonly HistoryEvent[], superseded: Float64Array): void {
  indices.sort((a, b) => events[a]!.knownAt - events[b]!.knownAt);
  for (let i = 1; i < indices.length; i++) {
    const next = events[indices[i]!]!;
    invariant(next.knownAt > events[indices[i - 1]!]!.knownAt, `two revisions of ${next.eventId} known at one instant`);
    superseded[indices[i - 1]!] = next.knownAt;
  }
}

function layOutRows(
  rows: readonly number[],
  events: readonly HistoryEvent[],
  superseded: Float64Array,
  node: EventNode,
): EventColumns {
  const length = rows.length;
  invariant(length <= EXACT_ROWS_MAX, `${length} rows of ${node.name} for one entity`);
  const at = new Float64Array(length);
  const knownAt = new Float64Array(length);
  const supersededBy = new Float64Array(length);
  const retracted = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const event = events[rows[i]!]!;
    at[i] = event.at;
    knownAt[i] = event.knownAt;
    supersededBy[i] = superseded[rows[i]!]!;
    retracted[i] = event.retracted ? 1 : 0;
  }
  const prefixVisible = isPrefix(knownAt, supersededBy, retracted);
  const read = layOutFields(rows, events, node);
  return { length, at, knownAt, supersededAt: supersededBy, retracted, prefixVisible, largest: undefined, ...read };
}

function isPrefix(knownAt: Float64Array, superseded: Float64Array, retracted: Uint8Array): boolean {
  for (let i = 0; i < knownAt.length; i++) {
    if (superseded[i] !== Number.POSITIVE_INFINITY || retracted[i] !== 0) return false;
    if (i > 0 && knownAt[i]! < knownAt[i - 1]!) return false;
  }
  return true;
}

function layOutFields(
  rows: readonly number[],
  events: readonly HistoryEvent[],
  node: EventNode,
): Pick<EventColumns, "fields" | "dictionaries"> {
  const fields: { [field: string]: Float64Array } = {};
  const dictionaries: { [field: string]: readonly string[] } = {};
  for (const [name, field] of Object.entries(node.fields)) {
    if (field.protection !== "none") continue;
    const codes = new Map<string, number>();
    const column = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) column[i] = stored(events[rows[i]!]!.fields[name], codes);
    fields[name] = column;
    if (holdsText(field.type)) dictionaries[name] = [...codes.keys()];
  }
  return { fields, dictionaries };
}

function stored(value: number | string | null | undefined, codes: Map<string, number>): number {
  if (value === null || value === undefined) return Number.NaN;
  // -0 becomes 0.
  if (typeof value === "number") return value + 0;
  const known = codes.get(value);
  if (known !== undefined) return known;
  codes.set(value, codes.size);
  return codes.size - 1;
}
