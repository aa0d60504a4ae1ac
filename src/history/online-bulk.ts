// Filling an empty store from whole entities, as table files give them: each group's stretches are written once, and no id
// is looked up; the index of ids is written in one pass at the end.

import { compareEvents, type HistoryEvent } from "../compile/index.ts";
import { type ChunkEntry, writeDirectory } from "./online-directory.ts";
import { chunkKey, directoryKey } from "./online-environment.ts";
import { additionOf, type GroupPlaces, layAddition } from "./online-group.ts";
import { groupHash, idHash } from "./online-index.ts";
import {
  chunkBytes,
  type LaidRows,
  laidRows,
  NOTHING_INHERITED,
  rowsThatFit,
  settledAt,
  tailBytes,
} from "./online-rows.ts";
import { tellChunks } from "./online-tell.ts";

/** 32-bit numbers that grow in number. */
class Numbers {
  #held = new Uint32Array(1 << 16);
  #length = 0;

  add(number: number): void {
    if (this.#length === this.#held.length) {
      const grown = new Uint32Array(this.#length * 2);
      grown.set(this.#held);
      this.#held = grown;
    }
    this.#held[this.#length++] = number;
  }

  values(): Uint32Array {
    return this.#held.subarray(0, this.#length);
  }
}

export class BulkLoad {
  readonly #places: GroupPlaces;
  readonly #ids = new Numbers();
  readonly #groups = new Numbers();

  constructor(places: GroupPlaces) {
    this.#places = places;
  }

  /** Hashes of the ids loaded and of the groups that hold them, for the index. */
  entries(): { readonly ids: Uint32Array; readonly groups: Uint32Array } {
    return { ids: this.#ids.values(), groups: this.#groups.values() };
  }

  /** Lays events in any order, best of whole groups. Its transaction is open. */
  load(events: readonly HistoryEvent[]): void {
    for (const group of byGroup(events)) this.#loadGroup(group);
  }

  #loadGroup(events: HistoryEvent[]): void {
    const addition = additionOf(events[0]!);
    const { entity, event } = addition;
    const hash = groupHash(entity, event);
    const ids = new Uint32Array(events.length);
    for (let i = 0; i < ids.length; i++) {
      ids[i] = idHash(events[i]!.source, events[i]!.eventId);
      this.#ids.add(ids[i]!);
      this.#groups.add(hash);
    }
    if (this.#places.bytes.lent(this.#places.environment.tails, addition.key) !== undefined || repeats(ids)) {
      addition.events.push(...events);
      for (const each of events) addition.suspects.add(each);
      layAddition(this.#places, addition);
      return;
    }
    if (!inOrder(events)) events.sort(compareEvents);
    const { id: layoutId, layout } = this.#places.current(event);
    const superseded = new Float64Array(events.length).fill(Number.POSITIVE_INFINITY);
    const rows = laidRows(events, superseded, layout);
    this.#write(addition.key, rows, { layoutId, group: this.#places.newGroup(entity, event) });
  }

  #write(
    key: Buffer,
    rows: LaidRows,
    { layoutId, group }: { readonly layoutId: number; readonly group: number },
  ): void {
    const { chunks, names, tails } = this.#places.environment;
    const { layout } = this.#places.current(rows.events[0]!.event);
    const entries: ChunkEntry[] = [];
    let [from, place] = [0, { header: { layoutId, group, chunks: 0 }, layout, inherited: NOTHING_INHERITED }];
    for (let to = rowsThatFit(rows, 0, place); to < rows.length; to += rowsThatFit(rows, to, place)) {
      const chunk = entries.length;
      const { value, identities, inherited } = chunkBytes(rows, from, to, place);
      chunks.putSync(chunkKey(group, chunk), value);
      names.putSync(chunkKey(group, chunk), identities);
      entries.push({ chunk, rows: to - from, lastAt: rows.at[to - 1]!, settledAt: settledAt(rows, from, to) });
      [from, place] = [to, { ...place, inherited }];
    }
    if (entries.length > 0) {
      chunks.putSync(directoryKey(group), writeDirectory({ nextChunk: entries.length, chunks: entries }));
      const { event } = rows.events[0]!;
      tellChunks(this.#places, { group, event }, entries, new Set(entries.map(({ chunk }) => chunk)));
    }
    const header = { layoutId, group, chunks: entries.length };
    tails.putSync(key, tailBytes(rows, from, rows.length, { ...place, header }));
  }
}

/** The events of each group together, groups in the order in which they first come. */
function byGroup(events: readonly HistoryEvent[]): Iterable<HistoryEvent[]> {
  const groups = new Map<string, HistoryEvent[]>();
  let [entity, event, last] = ["", "", [] as HistoryEvent[]];
  for (const each of events) {
    if (each.entity !== entity || each.event !== event || last.length === 0) {
      [entity, event] = [each.entity, each.event];
      const key = `${entity}\u0000${event}`;
      last = groups.get(key) ?? [];
      groups.set(key, last);
    }
    last.push(each);
  }
  return groups.values();
}

/** Whether two ids may be one: then there may be revisions. */
function repeats(ids: Uint32Array): boolean {
  const sorted = ids.slice().sort();
  for (let i = 1; i < sorted.length; i++) if (sorted[i] === sorted[i - 1]) return true;
  return false;
}

function inOrder(events: readonly HistoryEvent[]): boolean {
  for (let i = 1; i < events.length; i++) if (compareEvents(events[i - 1]!, events[i]!) > 0) return false;
  return true;
}
