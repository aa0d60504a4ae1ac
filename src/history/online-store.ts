// The writer of the online histories in LMDB. One transaction per batch holds the values, the ids and the position, so a
// killed process is found exactly where a commit left it and replays the log from there. An event is laid into its value
// by `layOutHistory`, the same function that lays out rows from table files.

import { statfsSync } from "node:fs";
import { AssayError, invariant } from "../base/index.ts";
import { compareEvents, type HistoryEvent, type HistorySchema, layOutHistory } from "../compile/index.ts";
import type { EventNode } from "../define/index.ts";
import { problems } from "./errors.ts";
import type { Position } from "./event-log.ts";
import { decodeHeld, encodeHeld } from "./held-event.ts";
import { type OnlineEnvironment, openEnvironment, readLayouts, valueKey } from "./online-environment.ts";
import type { EventBatch, HistoryWanted, OnlineHistories } from "./online-histories.ts";
import { type LmdbReader, ReadPlans, readerOf } from "./online-reader.ts";
import { decodeEvents, encodeValue, layoutIdOf, layoutOf, type ValueLayout } from "./online-value.ts";
import { type HeldEvent, withRevision } from "./revision.ts";
import { beginWriting, endWriting } from "./store-state.ts";
import { appendRows } from "./value-append.ts";
import type { IdentifiedEvent } from "./wire-event.ts";
import { takeWriterLock, type WriterLock } from "./writer-lock.ts";

/** A larger transaction leaves a free list that slows every later one. */
const TRANSACTION_EVENTS = 2_000;
/** A write that fails with less than this free failed for want of space. */
const FULL_BELOW_BYTES = 8 << 20;

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

/** New rows of one value, gathered from a batch. */
interface Addition {
  readonly entity: string;
  readonly event: string;
  readonly key: Buffer;
  readonly events: HistoryEvent[];
  /** Whether one of them is another revision of an event that is held. */
  revises: boolean;
}

interface Layout {
  readonly id: number;
  readonly layout: ValueLayout;
}

export class LmdbHistories implements OnlineHistories {
  readonly #folder: string;
  readonly #lock: WriterLock;
  readonly #environment: OnlineEnvironment;
  readonly #schema: HistorySchema;
  readonly #reader: Omit<LmdbReader, "close">;
  readonly #plans: ReadPlans;
  readonly #layouts = new Map<string, Layout>();
  /** What the door has just asked for, so that applying need not read it again. One writer: it cannot have changed. */
  readonly #asked = new Map<string, HeldEvent | undefined>();
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
    this.#schema = schema;
    this.#reader = readerOf(environment, schema);
    this.#plans = new ReadPlans(environment, schema);
    this.#mustRebuild = !trusted || environment.meta.get("rebuilding") === true;
    this.#registerLayouts();
  }

  /** Appends the layouts of this schema that the store has not seen. */
  #registerLayouts(): void {
    const known = readLayouts(this.#environment);
    const layouts: ValueLayout[] = [...known];
    for (const node of Object.values(this.#schema)) {
      const layout = layoutOf(node);
      const text = JSON.stringify(layout);
      const at = layouts.findIndex((known) => JSON.stringify(known) === text);
      this.#layouts.set(node.name, { layout, id: at >= 0 ? at : layouts.push(layout) - 1 });
    }
    if (layouts.length > known.length) this.#environment.meta.putSync("layouts", layouts);
    this.#environment.root.resetReadTxn();
    this.#plans.learn();
  }

  mustRebuild(): boolean {
    return this.#mustRebuild;
  }

  read(wanted: readonly HistoryWanted[]) {
    return this.#reader.read(wanted);
  }

  history(entity: string, events: readonly string[]) {
    return this.#reader.history(entity, events);
  }

  appliedUpTo(): Position {
    return this.#reader.appliedUpTo();
  }

  held(ids: readonly string[]): (HeldEvent | undefined)[] {
    this.#environment.root.resetReadTxn();
    this.#asked.clear();
    for (const id of ids) this.#asked.set(id, this.#readHeld(idKey(id)));
    return ids.map((id) => this.#asked.get(id));
  }

  #readHeld(key: Buffer): HeldEvent | undefined {
    const bytes = this.#environment.ids.getBinaryFast(key);
    return bytes === undefined ? undefined : decodeHeld(bytes);
  }

  applyEvents({ from, events }: EventBatch): void {
    const applied = this.appliedUpTo().offset;
    invariant(from.offset <= applied, `events from ${from.offset} follow ${applied}`);
    for (let start = applied - from.offset; start < events.length; start += TRANSACTION_EVENTS) {
      const slice = events.slice(start, start + TRANSACTION_EVENTS);
      this.#transact(slice, () => this.#environment.meta.putSync("position", from.offset + start + slice.length));
    }
  }

  async rebuild(batches: AsyncIterable<readonly IdentifiedEvent[]>, upTo: Position): Promise<void> {
    const { root, values, ids, meta } = this.#environment;
    this.#mustRebuild = true;
    this.#asked.clear();
    root.transactionSync(() => {
      meta.putSync("rebuilding", true);
      meta.putSync("position", 0);
      values.clearSync();
      ids.clearSync();
    });
    for await (const batch of batches) {
      for (let start = 0; start < batch.length; start += TRANSACTION_EVENTS) {
        this.#transact(batch.slice(start, start + TRANSACTION_EVENTS), () => {});
      }
    }
    root.transactionSync(() => {
      meta.putSync("position", upTo.offset);
      meta.removeSync("rebuilding");
    });
    this.#mustRebuild = false;
  }

  #transact(events: readonly IdentifiedEvent[], alsoWrite: () => void): void {
    try {
      this.#environment.root.transactionSync(() => {
        for (const addition of this.#register(events)) this.#lay(addition);
        alsoWrite();
      });
    } catch (error) {
      throw this.#writeProblem(error);
    } finally {
      this.#asked.clear();
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

  /** Notes the events under their ids; gives back those that were not held, by value, in the order of the keys. */
  #register(events: readonly IdentifiedEvent[]): Addition[] {
    const heldById = new Map<string, { readonly key: Buffer; held: HeldEvent }>();
    const additions = new Map<string, Addition>();
    for (const { event, identity } of events) {
      const { id, content } = identity;
      const entry = heldById.get(id);
      const key = entry?.key ?? idKey(id);
      const before = entry?.held ?? (this.#asked.has(id) ? this.#asked.get(id) : this.#readHeld(key));
      const held = withRevision(before, event, content);
      if (held === before) continue;
      heldById.set(id, { key, held });
      const addition = additionFor(additions, event);
      addition.events.push(event);
      addition.revises ||= before !== undefined;
    }
    const entries = [...heldById.values()].sort((a, b) => Buffer.compare(a.key, b.key));
    for (const { key, held } of entries) this.#environment.ids.putSync(key, encodeHeld(held));
    return [...additions.values()].sort((a, b) => Buffer.compare(a.key, b.key));
  }

  #lay({ entity, event, key, events, revises }: Addition): void {
    const node = this.#schema[event];
    const known = this.#layouts.get(event);
    invariant(node !== undefined && known !== undefined, `event ${event} is in the schema`);
    const { id, layout } = known;
    const bytes = this.#environment.values.getBinary(key);
    events.sort(compareEvents);
    const grown = bytes === undefined || revises ? undefined : appendRows(bytes, layout, id, events);
    this.#environment.values.putSync(key, grown ?? this.#layAnew(entity, node, { id, layout }, bytes, events));
  }

  #layAnew(
    entity: string,
    node: EventNode,
    { id, layout }: Layout,
    bytes: Buffer | undefined,
    events: HistoryEvent[],
  ): Buffer {
    const before = bytes === undefined ? [] : decodeEvents(bytes, this.#plans.of(layoutIdOf(bytes))!, entity);
    const rows = [...before, ...events].sort(compareEvents);
    const columns = layOutHistory(entity, rows, { [node.name]: node }).events[node.name]!;
    return encodeValue(columns, layout, id, rows);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#environment.root.close();
    endWriting(this.#folder);
    this.#lock.release();
  }
}

function idKey(id: string): Buffer {
  return Buffer.from(id, "latin1");
}

function additionFor(additions: Map<string, Addition>, { entity, event }: HistoryEvent): Addition {
  const name = `${entity}\u0000${event}`;
  const there = additions.get(name);
  if (there !== undefined) return there;
  const addition: Addition = { entity, event, key: valueKey(entity, event), events: [], revises: false };
  additions.set(name, addition);
  return addition;
}
