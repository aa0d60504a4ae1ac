// The writer of the online histories in LMDB. One transaction per batch holds rows, ids and the position, so a killed
// process is found exactly where a commit left it and replays the log from there.

import { statfsSync } from "node:fs";
import { AssayError, invariant, type Progress, silent } from "../base/index.ts";
import { type BlockLayout, blockLayoutHash, type HistoryEvent, type HistorySchema } from "../compile/index.ts";
import { problems } from "./errors.ts";
import type { Position } from "./event-log.ts";
import { BulkLoad } from "./online-bulk.ts";
import { ownSpace } from "./online-draft.ts";
import {
  LmdbBytes,
  numberKey,
  type OnlineEnvironment,
  openEnvironment,
  readBlockLayouts,
  readLayouts,
} from "./online-environment.ts";
import { dropGroup, markOutworn } from "./online-forget.ts";
import { type Addition, additionOf, layAddition } from "./online-group.ts";
import { HeldEvents, namesOfGroup } from "./online-held.ts";
import type { EventBatch, EventName, Group, HistoryWanted, OnlineHistories } from "./online-histories.ts";
import { EMPTY_INDEX, enterIds, fillIndex, groupHash, type IndexSize, idHash } from "./online-index.ts";
import { type LmdbReader, readerOf } from "./online-reader.ts";
import { type BlockLayouts, type KeptLayout, keptLayouts, tellAll } from "./online-tell.ts";
import { layoutOf, type ValueLayout } from "./online-value.ts";
import type { HeldEvent } from "./revision.ts";
import { beginWriting, endWriting } from "./store-state.ts";
import { takeWriterLock, type WriterLock } from "./writer-lock.ts";

/** The more at once, the fewer pages are written twice; beyond this it pays little. */
const TRANSACTION_EVENTS = 10_000;
/** A write that fails with less than this free failed for want of space. */
const FULL_BELOW_BYTES = 8 << 20;
/** Pages of the index that one transaction of a rebuild writes. */
const TRANSACTION_BUCKETS = 1_000;

/** Opens (or creates) the store in `folder` for writing. Throws ASSAY_HISTORY_LOCKED. */
export function openOnlineStore(folder: string, schema: HistorySchema): LmdbHistories {
  const lock = takeWriterLock(folder);
  try {
    const trusted = beginWriting(folder);
    return new LmdbHistories(folder, lock, openEnvironment(folder, { readOnly: false }), schema, trusted);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** How far the store has come in numbering, as it stands in `meta`. */
interface Counts {
  readonly groups: number;
  readonly index: IndexSize;
}

const NO_COUNTS: Counts = { groups: 0, index: EMPTY_INDEX };

export class LmdbHistories implements OnlineHistories {
  readonly #folder: string;
  readonly #lock: WriterLock;
  readonly #environment: OnlineEnvironment;
  readonly #reader: Omit<LmdbReader, "close">;
  readonly #bytes: LmdbBytes;
  readonly #held: HeldEvents;
  readonly #current = new Map<string, { readonly id: number; readonly layout: ValueLayout }>();
  #layouts: readonly ValueLayout[] = [];
  #kept: ReadonlyMap<string, readonly KeptLayout[]> = new Map();
  /** Of the open transaction. */
  #groups = 0;
  #mustRebuild: boolean;
  #closed = false;

  constructor(
    folder: string,
    lock: WriterLock,
    environment: OnlineEnvironment,
    schema: HistorySchema,
    trusted: boolean,
  ) {
    this.#folder = folder;
    this.#lock = lock;
    this.#environment = environment;
    this.#bytes = new LmdbBytes(environment, ownSpace);
    this.#held = new HeldEvents(this.#places());
    this.#mustRebuild = !trusted || environment.meta.get("rebuilding") === true;
    this.#registerLayouts(schema);
    this.#keep(readBlockLayouts(environment));
    this.#reader = readerOf(environment, schema, this.#bytes);
  }

  /** Appends the layouts of this schema that the store has not seen. */
  #registerLayouts(schema: HistorySchema): void {
    const known = readLayouts(this.#environment);
    const layouts: ValueLayout[] = [...known];
    for (const node of Object.values(schema)) {
      const layout = layoutOf(node);
      const text = JSON.stringify(layout);
      const at = layouts.findIndex((known) => JSON.stringify(known) === text);
      this.#current.set(node.name, { layout, id: at >= 0 ? at : layouts.push(layout) - 1 });
    }
    if (layouts.length > known.length) this.#environment.meta.putSync("layouts", layouts);
    this.#environment.root.resetReadTxn();
    this.#layouts = layouts;
  }

  #keep(layouts: BlockLayouts): void {
    this.#kept = keptLayouts(layouts, (event) => this.#current.get(event)?.layout);
  }

  /**
   * From now on tells blocks in these layouts too, and tells the chunks that are held, a few groups at a time. Until it is done,
   * and whatever comes of it, readers get the same values.
   */
  async tellBlocks(layouts: readonly BlockLayout[]): Promise<void> {
    const known = readBlockLayouts(this.#environment);
    const held = new Set(known.map(({ hash }) => hash));
    const asked = new Map(layouts.map((layout) => [blockLayoutHash(layout), layout]));
    const fresh = [...asked].flatMap(([hash, layout]) => (held.has(hash) ? [] : [{ hash, layout }]));
    if (fresh.length === 0) return;
    this.#environment.meta.putSync("blocks", [...known, ...fresh]);
    this.#keep([...known, ...fresh]);
    const events = new Set(fresh.map(({ layout }) => layout.event));
    await tellAll(this.#places(), events, (work) =>
      this.#transact(({ index }) => {
        work();
        return index;
      }),
    );
  }

  #places() {
    return {
      environment: this.#environment,
      bytes: this.#bytes,
      layout: (id: number) => this.#layouts[id]!,
      current: (event: string) => {
        const known = this.#current.get(event);
        invariant(known !== undefined, `event ${event} is in the schema`);
        return known;
      },
      blockLayouts: (event: string) => this.#kept.get(event) ?? [],
      newGroup: (entity: string, event: string) => this.#newGroup(entity, event),
    };
  }

  #newGroup(entity: string, event: string): number {
    const hash = groupHash(entity, event);
    const names = [...namesOfGroup(this.#environment, hash), `${entity}\u0000${event}`];
    this.#environment.groups.putSync(numberKey(hash), Buffer.from(names.join("\n")));
    return this.#groups++;
  }

  mustRebuild(): boolean {
    return this.#mustRebuild;
  }

  read(wanted: readonly HistoryWanted[]) {
    return this.#reader.read(wanted);
  }

  history(entity: string, events: readonly string[], since?: number) {
    return this.#reader.history(entity, events, since);
  }

  appliedUpTo(): Position {
    return this.#reader.appliedUpTo();
  }

  held(names: readonly EventName[]): (HeldEvent | undefined)[] {
    this.#environment.root.resetReadTxn();
    return this.#held.find(names, this.#counts().index);
  }

  #counts(): Counts {
    return (this.#environment.meta.get("counts") as Counts | undefined) ?? NO_COUNTS;
  }

  applyEvents({ from, events }: EventBatch): void {
    const applied = this.appliedUpTo().offset;
    invariant(from.offset <= applied, `events from ${from.offset} follow ${applied}`);
    for (let start = applied - from.offset; start < events.length; start += TRANSACTION_EVENTS) {
      const slice = events.slice(start, start + TRANSACTION_EVENTS);
      this.#transact(({ index }) => {
        const size = this.#apply(slice, index);
        this.#environment.meta.putSync("position", from.offset + start + slice.length);
        return size;
      });
    }
  }

  #apply(events: readonly HistoryEvent[], index: IndexSize): IndexSize {
    const ids = Uint32Array.from(events, ({ source, eventId }) => idHash(source, eventId));
    const groups = Uint32Array.from(events, ({ entity, event }) => groupHash(entity, event));
    const { size, known } = enterIds(this.#environment.ids, index, ids, groups);
    const places = this.#places();
    for (const addition of additionsOf(events, known)) layAddition(places, addition);
    return size;
  }

  /** Pages that held them are certain to be gone when the store is next opened. */
  forget(entities: Iterable<string>, replaced: readonly Group[], events: readonly HistoryEvent[]): void {
    markOutworn(this.#folder);
    const types = [...new Set(this.#layouts.map(({ event }) => event))];
    const gone = [...entities].flatMap((entity) => types.map((event) => ({ entity, event })));
    this.#transact(({ index }) => {
      for (const group of [...gone, ...replaced]) dropGroup(this.#environment, this.#bytes, group);
      return this.#apply(events, index);
    });
  }

  async rebuild(
    batches: AsyncIterable<readonly HistoryEvent[]>,
    upTo: Position,
    progress: Progress = silent,
  ): Promise<void> {
    this.#mustRebuild = true;
    this.#transact(() => this.#clear());
    const load = new BulkLoad(this.#places());
    for await (const batch of batches) {
      this.#transact(({ index }) => {
        load.load(batch);
        return index;
      });
      progress({ stage: "rebuild", done: load.entries().ids.length, total: upTo.offset, unit: "events" });
    }
    this.#writeIndex(load);
    this.#transact(({ index }) => {
      this.#environment.meta.putSync("position", upTo.offset);
      this.#environment.meta.removeSync("rebuilding");
      return index;
    });
    this.#mustRebuild = false;
  }

  #clear(): IndexSize {
    const { tails, chunks, names, ids, groups, meta } = this.#environment;
    meta.putSync("rebuilding", true);
    meta.putSync("position", 0);
    for (const table of [tails, chunks, names, ids, groups]) table.clearSync();
    this.#groups = 0;
    return EMPTY_INDEX;
  }

  #writeIndex(load: BulkLoad): void {
    const pages: [number, Uint32Array][] = [];
    const entries = load.entries();
    const write = (size: IndexSize | undefined) =>
      this.#transact(({ index }) => {
        for (const [bucket, page] of pages.splice(0)) {
          this.#environment.ids.putSync(numberKey(bucket), Buffer.from(page.buffer));
        }
        return size ?? index;
      });
    const size = fillIndex(entries.ids, entries.groups, (bucket, page) => {
      if (pages.push([bucket, page]) >= TRANSACTION_BUCKETS) write(undefined);
    });
    write(size);
  }

  /** Runs `work` in a transaction; it gives back the size of the index since. */
  #transact(work: (counts: Counts) => IndexSize): void {
    try {
      this.#environment.root.transactionSync(() => {
        const before = this.#counts();
        this.#groups = before.groups;
        const index = work(before);
        this.#environment.meta.putSync("counts", { groups: this.#groups, index });
      });
    } catch (error) {
      throw this.#writeProblem(error);
    }
  }

  /** LMDB says EIO where the disk is full, because it could write only a part. */
  #writeProblem(error: unknown): unknown {
    if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "number") return error;
    const { bavail, bsize } = statfsSync(this.#folder);
    const full = bavail * bsize < FULL_BELOW_BYTES;
    const problem = full
      ? problems.STORE_FULL(this.#folder, {})
      : problems.STORE_FAILED(this.#folder, { why: error.message });
    return new AssayError(problem, { cause: error });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#environment.root.close();
    endWriting(this.#folder);
    this.#lock.release();
  }
}

/** The events by group, in the order of the keys. */
function additionsOf(events: readonly HistoryEvent[], known: Uint8Array): Addition[] {
  const additions = new Map<string, Addition>();
  for (const [i, event] of events.entries()) {
    const name = `${event.entity}\u0000${event.event}`;
    const addition = additions.get(name) ?? additionOf(event);
    additions.set(name, addition);
    addition.events.push(event);
    if (known[i] === 1) addition.suspects.add(event);
  }
  return [...additions.values()].sort((a, b) => Buffer.compare(a.key, b.key));
}
