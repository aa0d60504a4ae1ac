// Why a value is not what it was: the one cause that explains it, found by trying. Each is proved, not guessed: an event is
// blamed only where the value without it is the recorded one and the value with it is not.

import { formatInstant, type Instant, SEMANTICS } from "../base/index.ts";
import type { EntityHistory, HistoryEvent, HistorySchema } from "../compile/index.ts";
import type { PlacedEvent, Position } from "../history/index.ts";
import { sameAt } from "./parity-value.ts";
import type { Witness } from "./parity-witness.ts";
import type { PartyValues } from "./table-values.ts";

export const parityCauses = [
  "late",
  "revised since",
  "retracted since",
  "definition changed",
  "semantics changed",
  "time zones changed",
  "online store behind",
  "trimmed depth",
  "different request",
  "twin disagrees",
  "unknown",
] as const;

export type ParityCause = (typeof parityCauses)[number];

export interface Cause {
  readonly cause: ParityCause;
  readonly why: string;
}

/** One value on every road, and what is known of how it was recorded. */
export interface Differing {
  /** Place of the feature in the set. */
  readonly column: number;
  readonly t: Instant;
  readonly recorded: PartyValues;
  /** Rebuilt from table files, as everything stands now. */
  readonly table: PartyValues;
  readonly naive: PartyValues;
  readonly online: PartyValues | null;
  readonly witness: Witness;
  readonly schema: HistorySchema;
  /** Up to where history had arrived when it was recorded; null where nobody kept it. */
  readonly position: Position | null;
  /** Under which it was recorded; null where nobody kept it. */
  readonly semantics: { readonly number: number; readonly timeZoneData: string } | null;
  /** Whether the definitions that rebuild it have another meaning than those that recorded it. */
  readonly redefined: boolean;
  /** Whether the feature reads what was asked, and no other feature of the row differs. */
  readonly onlyAsked: boolean;
  readonly onlineHistory: EntityHistory | null;
  readonly onlinePosition: Position | null;
  readonly snapshotPosition: Position;
}

export function causeOf(differing: Differing): Cause {
  const { naive, table, recorded, column } = differing;
  if (!sameAt(naive, table, column)) {
    return {
      cause: "twin disagrees",
      why: "kernel and naive twin give two values for the same events: a defect of this release",
    };
  }
  return sameAt(recorded, table, column) ? onlineCause(differing) : recordedCause(differing);
}

// ---------------------------------------------------------------- recorded and rebuilt differ

function recordedCause(differing: Differing): Cause {
  const { position, recorded, column, witness, semantics, redefined, onlyAsked } = differing;
  if (position !== null) {
    const then = witness.valuesOf(({ offset }) => offset < position.offset);
    if (sameAt(then, recorded, column)) return arrivedSince(differing, position.offset);
  }
  if (semantics !== null && semantics.number !== SEMANTICS.number) {
    return {
      cause: "semantics changed",
      why: `recorded under semantics ${semantics.number}, rebuilt under ${SEMANTICS.number}`,
    };
  }
  if (semantics !== null && semantics.timeZoneData !== SEMANTICS.timeZoneData) {
    const why = `recorded under time-zone data ${semantics.timeZoneData}, rebuilt under ${SEMANTICS.timeZoneData}`;
    return { cause: "time zones changed", why };
  }
  if (redefined)
    return { cause: "definition changed", why: "the feature set has another meaning hash than when it was recorded" };
  const behind = position === null ? null : positionThatGives(differing, position.offset);
  if (behind !== null) {
    const why = `it is the value at position ${behind} of the log, and the record says ${position!.offset}: what was read lagged`;
    return { cause: "online store behind", why };
  }
  if (onlyAsked)
    return { cause: "different request", why: "only values that read the request differ: it was asked with another" };
  return { cause: "unknown", why: "no event, definition or request explains it" };
}

/** Of what arrived after `position` and counts at t: the one event that makes the difference, or the first of several. */
function arrivedSince({ witness, column, recorded, t, schema }: Differing, position: number): Cause {
  const since = witness.events().filter(({ offset, event }) => offset >= position && event.knownAt <= t);
  const alone = since.find((one) => {
    const values = witness.valuesOf((placed) => placed.offset < position || placed === one);
    return !sameAt(values, recorded, column);
  });
  const blamed = alone ?? since[0];
  if (blamed === undefined) return { cause: "unknown", why: "nothing that counts at t arrived since" };
  return arrivalCause(blamed, witness.events(), { position, schema, together: alone === undefined ? since.length : 1 });
}

interface Arrival {
  readonly position: number;
  readonly schema: HistorySchema;
  /** How many events make the difference only together. */
  readonly together: number;
}

function arrivalCause({ event, offset }: PlacedEvent, all: readonly PlacedEvent[], arrival: Arrival): Cause {
  const name = `${event.event} "${event.eventId}" of source "${event.source}"`;
  const others = arrival.together > 1 ? `, with ${arrival.together - 1} more` : "";
  const came = `arrived at position ${offset}, after ${arrival.position}, though known from ${formatInstant(event.knownAt)}${others}`;
  const earlier = all.some((other) => other.offset < arrival.position && sameEvent(other.event, event));
  if (event.retracted) return { cause: "retracted since", why: `${name} was taken back; that ${came}` };
  if (earlier) return { cause: "revised since", why: `${name} was revised; that ${came}` };
  const delay = (arrival.schema[event.event]?.delayMicros ?? 0) / 3_600_000_000;
  const why = `${name} ${came}: source "${event.source}" exceeds its declared delay of ${delay} h`;
  return { cause: "late", why };
}

function sameEvent(a: HistoryEvent, b: HistoryEvent): boolean {
  return a.source === b.source && a.eventId === b.eventId;
}

/** So many of the events that came last are left out one by one, in search of the state that was read. */
const LAG_MAX = 200;

function positionThatGives({ witness, recorded, column }: Differing, position: number): number | null {
  const offsets = witness.events().map(({ offset }) => offset);
  const before = offsets.filter((offset) => offset < position).toReversed();
  for (const lag of before.slice(0, LAG_MAX)) {
    if (
      sameAt(
        witness.valuesOf(({ offset }) => offset < lag),
        recorded,
        column,
      )
    )
      return lag;
  }
  return null;
}

// ---------------------------------------------------------------- only the online value differs

function onlineCause({ onlinePosition, snapshotPosition, onlineHistory, witness, t, schema }: Differing): Cause {
  if (onlinePosition !== null && onlinePosition.offset < snapshotPosition.offset) {
    const why = `the online store holds history up to position ${onlinePosition.offset}, the table files up to ${snapshotPosition.offset}`;
    return { cause: "online store behind", why };
  }
  const held = witness
    .events()
    .map(({ event }) => event)
    .filter(({ knownAt }) => knownAt <= t);
  for (const [name, rows] of Object.entries(onlineHistory?.events ?? {})) {
    const table = held.filter(({ event }) => event === name);
    const extra = newRow(rows, table, t);
    if (extra !== null) return newerCause(name, extra, schema);
  }
  const missing = held.find(({ event, at, knownAt }) => !holdsRow(onlineHistory, event, at, knownAt));
  if (missing === undefined)
    return { cause: "unknown", why: "the online store holds the same events and gives another value" };
  const oldest = Math.min(...(onlineHistory?.events[missing.event]?.at ?? [Number.POSITIVE_INFINITY]));
  const name = `${missing.event} "${missing.eventId}" of ${formatInstant(missing.at)}`;
  return missing.at <= oldest
    ? { cause: "trimmed depth", why: `the online store no longer holds ${name}` }
    : { cause: "online store behind", why: `the online store lacks ${name}` };
}

type Rows = EntityHistory["events"][string];

interface NewRow {
  readonly at: number;
  readonly knownAt: number;
  readonly retracted: boolean;
  readonly revises: boolean;
}

/** A row that counts at t and that the table files do not have. */
function newRow(rows: Rows, table: readonly HistoryEvent[], t: Instant): NewRow | null {
  const left = new Map<string, number>();
  for (const { at, knownAt } of table) left.set(`${at} ${knownAt}`, (left.get(`${at} ${knownAt}`) ?? 0) + 1);
  for (let row = 0; row < rows.length; row++) {
    const [at, knownAt] = [rows.at[row]!, rows.knownAt[row]!];
    if (knownAt > t) continue;
    const known = left.get(`${at} ${knownAt}`) ?? 0;
    if (known === 0) {
      return { at, knownAt, retracted: rows.retracted[row] === 1, revises: rows.supersededAt.includes(knownAt) };
    }
    left.set(`${at} ${knownAt}`, known - 1);
  }
  return null;
}

function newerCause(name: string, { at, knownAt, retracted, revises }: NewRow, schema: HistorySchema): Cause {
  const what = `${name} of ${formatInstant(at)}, known from ${formatInstant(knownAt)}`;
  if (retracted) return { cause: "retracted since", why: `${what}, was taken back after the table files were sealed` };
  if (revises) return { cause: "revised since", why: `${what}, was revised after the table files were sealed` };
  const delay = (schema[name]?.delayMicros ?? 0) / 3_600_000_000;
  return {
    cause: "late",
    why: `${what}, arrived after the table files were sealed, beyond its declared delay of ${delay} h`,
  };
}

function holdsRow(history: EntityHistory | null, event: string, at: number, knownAt: number): boolean {
  const rows = history?.events[event];
  if (rows === undefined) return false;
  return rows.at.some((value, row) => value === at && rows.knownAt[row] === knownAt);
}
