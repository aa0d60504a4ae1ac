// Where spines come from, told by how a file's name ends. A `.json` file draws one from events: every event of a type, or a
// calendar of observation dates for each account that has one.

import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { AssayError, calendarOf, isTimeZone, type PeriodUnit, parseInstant } from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import { type Snapshot, snapshotEvents } from "../history/index.ts";
import { problems } from "./errors.ts";
import { readSpine, type SpineRow } from "./spine.ts";
import { csvSpine, derivedId, parquetSpine, type SpineShape, sqlSpine } from "./spine-table.ts";

/** `{"every": "statement"}`: a row at each event, one microsecond after the lender could know it. */
interface EveryEvent {
  readonly every: string;
}

/** `{"each": "month", "zone": …, "from": …, "to": …, "since": "accountOpened"}`: a row at the start of each period, `[from, to)`. */
interface EachPeriod {
  readonly each: PeriodUnit;
  readonly zone: string;
  readonly from: string;
  readonly to: string;
  /** An account is observed once an event of this type is known. */
  readonly since: string;
}

export interface SpineGround extends SpineShape {
  readonly snapshot: Snapshot;
  readonly schema: HistorySchema;
}

/** Rows of any source. Throws ASSAY_DATASETS_BAD_SPINE_SOURCE, NO_SPINE_COLUMN and what reading a source of its kind throws. */
export async function spineFrom(file: string, ground: SpineGround): Promise<SpineRow[]> {
  switch (extname(file).toLowerCase()) {
    case ".csv":
      return await csvSpine(file, ground);
    case ".parquet":
      return await parquetSpine(file, ground);
    case ".sql":
      return await sqlSpine(file, ground.snapshot, ground);
    case ".json":
      return await drawnSpine(file, ground);
    default:
      return await readSpine(file);
  }
}

async function drawnSpine(file: string, ground: SpineGround): Promise<SpineRow[]> {
  const refuse = (why: string) => new AssayError(problems.BAD_SPINE_SOURCE(file, { why }));
  const drawn = parsed(
    await readFile(file, "utf8").catch((error: Error) => {
      throw new AssayError(problems.NO_SPINE(file, { why: error.message }), { cause: error });
    }),
  );
  const event = isEvery(drawn) ? drawn.every : isEach(drawn) ? drawn.since : undefined;
  if (event === undefined) throw refuse('it says neither "every" nor "each" with "zone", "from", "to" and "since"');
  if (ground.schema[event] === undefined) throw refuse(`there is no event "${event}"`);
  const at = isEach(drawn) ? periodStarts(drawn, refuse) : null;
  const instants = await observed(ground, event, at);
  const role = ground.roles[0]!;
  const rows = [...instants].flatMap(([entity, times]) =>
    [...times].map((t) => ({ decisionId: derivedId(entity, t), t, parties: { [role]: entity }, asked: {} })),
  );
  if (rows.length === 0) throw new AssayError(problems.EMPTY_SPINE(file));
  return rows.sort((a, b) => (a.decisionId < b.decisionId ? -1 : 1));
}

/** Entity → when it is looked at. `starts` are ascending; without them at each event. */
async function observed(
  { snapshot, schema }: SpineGround,
  event: string,
  starts: readonly number[] | null,
): Promise<Map<string, Set<number>>> {
  const known = new Map<string, Set<number>>();
  for await (const events of snapshotEvents(snapshot, { [event]: schema[event]! })) {
    const first = new Map<string, number>();
    for (const { entity, source, eventId, at, knownAt } of events) {
      const key = JSON.stringify([entity, source, eventId]);
      first.set(key, Math.min(first.get(key) ?? Number.POSITIVE_INFINITY, Math.max(at, knownAt) + 1));
    }
    for (const [key, t] of first) {
      const [entity] = JSON.parse(key) as [string];
      const times = known.get(entity) ?? new Set();
      known.set(entity, times.add(t));
    }
  }
  if (starts === null) return known;
  for (const [entity, times] of known) {
    const since = Math.min(...times);
    known.set(entity, new Set(starts.filter((start) => start >= since)));
  }
  return known;
}

function periodStarts({ each, zone, from, to }: EachPeriod, refuse: (why: string) => AssayError): number[] {
  if (!["day", "week", "month", "year"].includes(each)) throw refuse('"each" is none of day, week, month and year');
  if (!isTimeZone(zone)) throw refuse(`"${zone}" is no time zone`);
  const [first, last] = [parseInstant(from), parseInstant(to)];
  if (first === undefined || last === undefined) throw refuse('"from" and "to" are no instants with an offset');
  const calendar = calendarOf(each, zone);
  const starts: number[] = [];
  for (let period = calendar.firstFrom(first); calendar.start(period) < last; period++)
    starts.push(calendar.start(period));
  return starts;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isEvery(drawn: unknown): drawn is EveryEvent {
  return typeof drawn === "object" && drawn !== null && "every" in drawn && typeof drawn.every === "string";
}

function isEach(drawn: unknown): drawn is EachPeriod {
  if (typeof drawn !== "object" || drawn === null) return false;
  const given = drawn as { readonly [name: string]: unknown };
  return ["each", "zone", "from", "to", "since"].every((name) => typeof given[name] === "string");
}
