// Events of one type as the columns of a table file, and back. What identifies and orders an event stands in columns that
// begin with an underscore; fields keep their names. All numbers are BIGINT in stored units (instants in microseconds,
// categories as the index in the definition that the manifest holds, booleans 0 or 1), text and references are VARCHAR.

import { AssayError, type Problem } from "../base/index.ts";
import { type HistoryEvent, type HistorySchema, holdsText } from "../compile/index.ts";
import type { EventNode } from "../define/index.ts";
import type { OrderBy, ReadTable, TableColumn } from "../storage/index.ts";
import { problems } from "./errors.ts";
import type { Position } from "./event-log.ts";

/** The order of rows in a file: entity by entity, each in the total order (contract 1). */
export const TABLE_ORDER: readonly OrderBy[] = [
  "_entity",
  "_at",
  "_source",
  { column: "_seq", missing: "first" },
  "_event_id",
  "_known_at",
];
const IDENTITY = ["_entity", "_at", "_source", "_seq", "_event_id", "_known_at"];
const RETRACTED = "_retracted";
const OFFSET = "_offset";
/** When the next revision of the same event in the same file was known; absent where the file has none. */
const SUPERSEDED_AT = "_superseded_at";

/** An event and its place in the log: the number of its record. */
export interface PlacedEvent {
  readonly event: HistoryEvent;
  readonly offset: number;
}

export function tableColumns(rows: readonly PlacedEvent[], node: EventNode): TableColumn[] {
  const events = rows.map(({ event }) => event);
  return [
    { name: OFFSET, type: "bigint", values: Float64Array.from(rows, ({ offset }) => offset) },
    texts("_entity", events, (event) => event.entity),
    numbers("_at", events, (event) => event.at),
    texts("_source", events, (event) => event.source),
    numbers("_seq", events, (event) => event.seq),
    texts("_event_id", events, (event) => event.eventId),
    numbers("_known_at", events, (event) => event.knownAt),
    numbers(RETRACTED, events, (event) => (event.retracted ? 1 : 0)),
    { name: SUPERSEDED_AT, type: "bigint", values: supersededAt(events) },
    ...openFields(node).map(([name, text]) => {
      const read = (event: HistoryEvent) => event.fields[name] ?? null;
      return text ? texts(name, events, read as Read<string>) : numbers(name, events, read as Read<number>);
    }),
  ];
}

/** NaN where `events` hold no later revision of the same event. */
function supersededAt(events: readonly HistoryEvent[]): Float64Array {
  const superseded = new Float64Array(events.length).fill(Number.NaN);
  const newest = new Map<string, number>();
  const known = Array.from(events.keys()).sort((a, b) => events[a]!.knownAt - events[b]!.knownAt);
  for (const row of known) {
    const { source, eventId, knownAt } = events[row]!;
    const name = `${source}\u0000${eventId}`;
    const older = newest.get(name);
    if (older !== undefined) superseded[older] = knownAt;
    newest.set(name, row);
  }
  return superseded;
}

type Read<T> = (event: HistoryEvent) => T | null;

function texts(name: string, events: readonly HistoryEvent[], read: Read<string>): TableColumn {
  return { name, type: "varchar", values: events.map(read) };
}

function numbers(name: string, events: readonly HistoryEvent[], read: Read<number>): TableColumn {
  return { name, type: "bigint", values: Float64Array.from(events, (event) => read(event) ?? Number.NaN) };
}

/** Unprotected fields; true where they hold text. */
export function openFields(node: EventNode): [string, boolean][] {
  const open = Object.entries(node.fields).filter(([, { protection }]) => protection === "none");
  return open.map(([name, { type }]) => [name, holdsText(type)]);
}

/** Rows of a table written under `node`; with `before` those that had arrived by then. Throws ASSAY_HISTORY_NO_OFFSETS. */
export function tableEvents(table: ReadTable, node: EventNode, before?: Position): HistoryEvent[] {
  const events = allEvents(table, node);
  if (before === undefined) return events;
  const offsets = offsetsOf(table, node);
  return events.filter((_, row) => offsets[row]! < before.offset);
}

/** Each row with its place in the log. Throws ASSAY_HISTORY_NO_OFFSETS for a file from before offsets were kept. */
export function placedTableEvents(table: ReadTable, node: EventNode): PlacedEvent[] {
  const offsets = offsetsOf(table, node);
  return allEvents(table, node).map((event, row) => ({ event, offset: offsets[row]! }));
}

/** Files from before offsets were kept have none. */
export function hasOffsets(table: ReadTable): boolean {
  return table.columns[OFFSET] !== undefined;
}

function offsetsOf(table: ReadTable, node: EventNode): Float64Array {
  const offsets = table.columns[OFFSET]?.values as Float64Array | undefined;
  if (offsets === undefined) throw new AssayError(problems.NO_OFFSETS(`table of ${node.name}`, {}));
  return offsets;
}

function allEvents(table: ReadTable, node: EventNode): HistoryEvent[] {
  const column = (name: string) => table.columns[name]!.values;
  const text = (name: string) => column(name) as readonly string[];
  const number = (name: string) => column(name) as Float64Array;
  const [entity, source, eventId] = [text("_entity"), text("_source"), text("_event_id")];
  const [at, seq, knownAt, retracted] = [number("_at"), number("_seq"), number("_known_at"), number(RETRACTED)];
  const fields = openFields(node).map(([name]) => [name, column(name) as Float64Array | readonly string[]] as const);
  return Array.from({ length: table.rows }, (_, row) => ({
    event: node.name,
    entity: entity[row]!,
    source: source[row]!,
    eventId: eventId[row]!,
    seq: orNull(seq[row]!) as number | null,
    at: at[row]!,
    knownAt: knownAt[row]!,
    retracted: retracted[row] === 1,
    fields: Object.fromEntries(fields.map(([name, values]) => [name, orNull(values[row]!)])),
  }));
}

function orNull(value: number | string): number | string | null {
  return Number.isNaN(value) ? null : value;
}

/** Names that would meet in one table: DuckDB does not tell case apart. */
function columnProblems(schema: HistorySchema): Problem[] {
  return Object.values(schema).flatMap((node) => {
    const names = [...IDENTITY, RETRACTED, OFFSET, SUPERSEDED_AT, ...openFields(node).map(([name]) => name)];
    const twice = names.filter((name, i) => names.findIndex((other) => other.toLowerCase() === name.toLowerCase()) < i);
    return twice.map((column) => problems.RESERVED_COLUMN(`field "${column}" of event ${node.name}`, { column }));
  });
}

export function checkColumns(schema: HistorySchema): void {
  const [first] = columnProblems(schema);
  if (first !== undefined) throw new AssayError(first);
}
