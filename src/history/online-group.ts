// Writing one (entity, event type): new rows simply follow the tail where they can, without decoding who its rows are;
// whatever lands among older rows (late, tied, revised, retracted) has only the stretches it touches laid anew.

import { invariant } from "../base/index.ts";
import { compareEvents, type HistoryEvent } from "../compile/index.ts";
import { ByteWriter } from "./online-bytes.ts";
import type { Views } from "./online-column.ts";
import { type ChunkEntry, readDirectory, writeDirectory } from "./online-directory.ts";
import type { Lent } from "./online-draft.ts";
import { chunkKey, directoryKey, type LmdbBytes, type OnlineEnvironment, tailKey } from "./online-environment.ts";
import { IdentityWriter, lastIdentity, rowsOfIdentity } from "./online-identity.ts";
import {
  chunkBytes,
  inheritedFrom,
  type LaidRow,
  type LaidRows,
  laidRows,
  NOTHING_INHERITED,
  readLaidRows,
  rowsThatFit,
  type StretchPlace,
  settledAt,
  tailBytes,
} from "./online-rows.ts";
import { type KeptLayout, tellChunks } from "./online-tell.ts";
import { TextLists } from "./online-texts.ts";
import {
  CHUNK_BYTES,
  identitiesOf,
  readHeader,
  readRows,
  textsOf,
  type ValueHeader,
  type ValueLayout,
  writeValue,
} from "./online-value.ts";

/** New rows of one (entity, event type) from a batch. */
export interface Addition {
  readonly entity: string;
  readonly event: string;
  readonly key: Buffer;
  readonly events: HistoryEvent[];
  /** Those of `events` whose id may be held already. */
  readonly suspects: Set<HistoryEvent>;
}

/** What the store knows and a group does not. */
export interface GroupPlaces {
  readonly environment: OnlineEnvironment;
  readonly bytes: LmdbBytes;
  layout(layoutId: number): ValueLayout;
  /** The layout that an event type is written in today. */
  current(event: string): { readonly id: number; readonly layout: ValueLayout };
  /** The layouts in which blocks of an event type are told. */
  blockLayouts(event: string): readonly KeptLayout[];
  /** The number of an (entity, event type) that had none. */
  newGroup(entity: string, event: string): number;
}

/** Lays an addition. Its transaction is open. */
export function layAddition(places: GroupPlaces, addition: Addition): void {
  const { tails } = places.environment;
  const lent = places.bytes.lent(tails, addition.key);
  addition.events.sort(compareEvents);
  const grown = lent === undefined || addition.suspects.size > 0 ? undefined : follow(places, lent, addition);
  if (grown !== undefined) tails.putSync(addition.key, grown);
  else new GroupRewrite(places, addition, lent).run();
}

// ---------------------------------------------------------------- rows that follow

let columns: Float64Array[] = [];
const NO_FLAGS = new Uint8Array(0);
const [textBytes, identityBytes] = [new ByteWriter(), new ByteWriter()];

/** The tail with the events behind its rows; `undefined` where they cannot simply follow. Hot path. */
function follow(places: GroupPlaces, { views, length }: Lent, { event, events }: Addition): Buffer | undefined {
  const header = readHeader(views);
  const { id, layout } = places.current(event);
  if (header.layoutId !== id || header.revised || header.rows === 0) return undefined;
  const rows = header.rows + events.length;
  const [at, knownAt, ...fields] = scratchColumns(2 + layout.fields.length, rows) as [Float64Array, Float64Array];
  readRows(views, header, { at, knownAt, supersededAt: at, retracted: NO_FLAGS, fields }, 0);
  const last = header.rows - 1;
  if (events[0]!.at <= at[last]! || events.some(({ retracted }) => retracted)) return undefined;
  const rising = addRows(events, { at, knownAt }, header.rows);
  const texts = addFields(events, layout, fields, views, header.rows);
  for (let i = 0; i < rows; i++) knownAt[i] = knownAt[i]! - at[i]!;
  const identities = addIdentities(events, identitiesOf(views, length), header.rows);
  const after = { ...header, rows, prefixVisible: header.prefixVisible && rising };
  const grown = writeValue(after, [at, knownAt, ...fields], 0, { texts, identities });
  return grown.length - identities.length <= CHUNK_BYTES ? grown : undefined;
}

function scratchColumns(count: number, rows: number): Float64Array[] {
  if (columns.length < count || columns[0]!.length < rows) {
    const length = Math.max(rows * 2, columns[0]?.length ?? 0);
    columns = Array.from({ length: Math.max(count, columns.length) }, () => new Float64Array(length));
  }
  return columns.slice(0, count);
}

/** Whether `knownAt` never falls along them. */
function addRows(
  events: readonly HistoryEvent[],
  { at, knownAt }: { at: Float64Array; knownAt: Float64Array },
  from: number,
): boolean {
  let rising = true;
  for (const [i, event] of events.entries()) {
    at[from + i] = event.at;
    knownAt[from + i] = event.knownAt;
    rising &&= event.knownAt >= knownAt[from + i - 1]!;
  }
  return rising;
}

function addFields(
  events: readonly HistoryEvent[],
  layout: ValueLayout,
  fields: readonly Float64Array[],
  views: Views,
  from: number,
): Uint8Array {
  const lists = new TextLists(textsOf(views), layout.fields.filter(({ text }) => text).length);
  let list = 0;
  for (const [i, { name, text }] of layout.fields.entries()) {
    for (const [row, event] of events.entries()) {
      const value = event.fields[name] ?? null;
      fields[i]![from + row] =
        value === null ? Number.NaN : text ? lists.code(list, value as string) : (value as number) + 0;
    }
    if (text) list++;
  }
  return lists.write(textBytes);
}

function addIdentities(events: readonly HistoryEvent[], before: Uint8Array, rows: number): Uint8Array {
  const { source, id } = lastIdentity(before, rows);
  const into = identityBytes.begin();
  into.put(before);
  const writer = new IdentityWriter(into);
  writer.follow(source, id);
  for (const event of events) writer.add(event);
  return into.bytes();
}

// ---------------------------------------------------------------- rows among others

interface Stretch {
  /** As the directory tells it; `undefined` for the tail. */
  readonly entry: ChunkEntry | undefined;
  rows: LaidRow[] | undefined;
  changed: boolean;
}

/** One group laid anew where events land among its rows. */
class GroupRewrite {
  readonly #places: GroupPlaces;
  readonly #addition: Addition;
  readonly #current: { readonly id: number; readonly layout: ValueLayout };
  readonly #stretches: Stretch[];
  readonly #tail: Stretch;
  readonly #group: number;
  #nextChunk = 0;
  /** Chunks written. */
  readonly #written = new Set<number>();

  constructor(places: GroupPlaces, addition: Addition, lent: Lent | undefined) {
    const { entity, event } = addition;
    this.#places = places;
    this.#addition = addition;
    this.#current = places.current(event);
    const header = lent === undefined ? undefined : readHeader(lent.views);
    const rows =
      lent === undefined ? [] : this.#decode(lent, readHeader(lent.views), identitiesOf(lent.views, lent.length));
    this.#tail = { entry: undefined, rows, changed: true };
    this.#group = header?.group ?? places.newGroup(entity, event);
    this.#stretches = [...this.#listed(header), this.#tail];
  }

  #listed(header: ValueHeader | undefined): Stretch[] {
    if (header === undefined || header.chunks === 0) return [];
    const lent = this.#places.bytes.directory(this.#group)!;
    const { nextChunk, chunks } = readDirectory(lent.views, lent.length);
    this.#nextChunk = nextChunk;
    return chunks.map((entry) => ({ entry, rows: undefined, changed: false }));
  }

  #decode({ views }: Lent, header: ValueHeader, identities: Uint8Array): LaidRow[] {
    const layouts = { layout: this.#places.layout(header.layoutId), wanted: this.#current.layout };
    return readLaidRows(views, header, layouts, this.#addition.entity, identities);
  }

  #identities(chunk: number): Uint8Array {
    return this.#places.environment.names.getBinary(chunkKey(this.#group, chunk))!;
  }

  #rowsOf(stretch: Stretch): LaidRow[] {
    if (stretch.rows !== undefined) return stretch.rows;
    const { chunk } = stretch.entry!;
    const identities = this.#identities(chunk);
    const lent = this.#places.bytes.chunk(this.#group, chunk)!;
    stretch.rows = this.#decode(lent, readHeader(lent.views), identities);
    return stretch.rows;
  }

  run(): void {
    const { events, suspects } = this.#addition;
    for (const event of events)
      if (!suspects.has(event)) this.#place({ event, supersededAt: Number.POSITIVE_INFINITY });
    for (const event of events) if (suspects.has(event)) this.#revise(event);
    this.#write();
  }

  #place(row: LaidRow): void {
    const { event } = row;
    const stretch = this.#stretches.find((each) => each.entry === undefined || this.#reaches(each, event))!;
    this.#rowsOf(stretch).push(row);
    stretch.changed = true;
  }

  /** Whether an event stands before the last row of a chunk. Rows that were put in do not move that row. */
  #reaches(stretch: Stretch, event: HistoryEvent): boolean {
    const { lastAt, rows } = stretch.entry!;
    if (event.at !== lastAt) return event.at < lastAt;
    return compareEvents(event, this.#rowsOf(stretch)[rows - 1]!.event) < 0;
  }

  /** Another revision of an event that is held, the same one again, or an event whose hash met another's. */
  #revise(event: HistoryEvent): void {
    const revisions = this.#revisionsOf(event);
    if (revisions.some(({ row }) => row.event.knownAt === event.knownAt)) return;
    const row: LaidRow = { event, supersededAt: Number.POSITIVE_INFINITY };
    const all = [...revisions.map((each) => each.row), row].sort((a, b) => a.event.knownAt - b.event.knownAt);
    for (const [i, each] of all.entries()) each.supersededAt = all[i + 1]?.event.knownAt ?? Number.POSITIVE_INFINITY;
    for (const { stretch } of revisions) stretch.changed = true;
    this.#place(row);
  }

  #revisionsOf({ source, eventId }: HistoryEvent): { readonly row: LaidRow; readonly stretch: Stretch }[] {
    return this.#stretches.flatMap((stretch) => {
      const { entry, rows } = stretch;
      if (
        rows === undefined &&
        rowsOfIdentity(this.#identities(entry!.chunk), entry!.rows, source, eventId).length === 0
      ) {
        return [];
      }
      const same = this.#rowsOf(stretch).filter(({ event }) => event.source === source && event.eventId === eventId);
      return same.map((row) => ({ row, stretch }));
    });
  }

  #write(): void {
    const entries: ChunkEntry[] = [];
    for (const stretch of this.#stretches) {
      if (stretch.entry === undefined) continue;
      if (stretch.changed) entries.push(...this.#writeChunk(stretch.entry, stretch.rows!, entries.at(-1)));
      else entries.push(stretch.entry);
    }
    const before = entries.length;
    const rows = this.#laid(this.#tail.rows!);
    let [from, place] = [0, this.#placeAfter(entries.at(-1))];
    for (let fit = rowsThatFit(rows, from, place); from + fit < rows.length; fit = rowsThatFit(rows, from, place)) {
      entries.push(this.#put(rows, from, from + fit, this.#nextChunk++, place));
      [from, place] = [from + fit, this.#placeAfter(entries.at(-1))];
    }
    const changed = entries.length > before || this.#stretches.some((each) => each.changed && each !== this.#tail);
    const { chunks, tails } = this.#places.environment;
    if (changed) {
      chunks.putSync(directoryKey(this.#group), writeDirectory({ nextChunk: this.#nextChunk, chunks: entries }));
      tellChunks(this.#places, { group: this.#group, event: this.#addition.event }, entries, this.#written);
    }
    invariant(rows.length > 0, `a tail of ${this.#addition.entity} has rows`);
    const header = { ...place.header, chunks: entries.length };
    tails.putSync(this.#addition.key, tailBytes(rows, from, rows.length, { ...place, header }));
  }

  /** Behind a chunk, or at the beginning. */
  #placeAfter(entry: ChunkEntry | undefined): StretchPlace {
    const { id, layout } = this.#current;
    const lent = entry === undefined ? undefined : this.#places.bytes.chunk(this.#group, entry.chunk);
    const inherited = lent === undefined ? NOTHING_INHERITED : inheritedFrom(lent.views, id, layout);
    return { header: { layoutId: id, group: this.#group, chunks: 0 }, layout, inherited };
  }

  #laid(rows: LaidRow[]): LaidRows {
    rows.sort((a, b) => compareEvents(a.event, b.event));
    const superseded = Float64Array.from(rows, ({ supersededAt }) => supersededAt);
    return laidRows(
      rows.map(({ event }) => event),
      superseded,
      this.#current.layout,
    );
  }

  /** What no longer fits is spread evenly, so that the next late event finds room. */
  #writeChunk({ chunk }: ChunkEntry, held: LaidRow[], before: ChunkEntry | undefined): ChunkEntry[] {
    const rows = this.#laid(held);
    const place = this.#placeAfter(before);
    let parts = 1;
    while (!partsFit(rows, parts, place)) parts++;
    return Array.from({ length: parts }, (_, i) => {
      const [from, to] = [partStart(rows, parts, i), partStart(rows, parts, i + 1)];
      return this.#put(rows, from, to, i === 0 ? chunk : this.#nextChunk++, place);
    });
  }

  #put(rows: LaidRows, from: number, to: number, chunk: number, place: StretchPlace): ChunkEntry {
    const { chunks, names } = this.#places.environment;
    const { value, identities } = chunkBytes(rows, from, to, place);
    chunks.putSync(chunkKey(this.#group, chunk), value);
    names.putSync(chunkKey(this.#group, chunk), identities);
    this.#written.add(chunk);
    return { chunk, rows: to - from, lastAt: rows.at[to - 1]!, settledAt: settledAt(rows, from, to) };
  }
}

function partsFit(rows: LaidRows, parts: number, place: StretchPlace): boolean {
  for (let i = 0; i < parts; i++) {
    const [from, to] = [partStart(rows, parts, i), partStart(rows, parts, i + 1)];
    if (to - from > 1 && rowsThatFit(rows, from, place) < to - from) return false;
  }
  return true;
}

function partStart({ length }: LaidRows, parts: number, part: number): number {
  return Math.floor((length * part) / parts);
}

export function additionOf({ entity, event }: HistoryEvent): Addition {
  return { entity, event, key: tailKey(entity, event), events: [], suspects: new Set() };
}
