// The writer of the online histories in LMDB. One transaction per batch holds the values, the ids and the position, so a
// killed process is found exactly where a commit left it and replays the log from there. An event is laid into its value
// by `layOutHistory`, the same function that lays out rows from table files.

import { invariant } from "../base/index.ts";
import type { HistoryEvent, HistorySchema } from "../compile/index.ts";
import { layOutRows } from "./entity-rows.ts";
import type { Position } from "./event-log.ts";
import { decodeHeld, encodeHeld } from "./held-event.ts";
import { type OnlineEnvironment, openEnvironment, readLayouts, valueKey } from "./online-environment.ts";
import type { EventBatch, HistoryWanted, OnlineHistories } from "./online-histories.ts";
import { type LmdbReader, ReadPlans, readerOf } from "./online-reader.ts";
import { decodeEvents, encodeValue, layoutIdOf, layoutOf, type ValueLayout } from "./online-value.ts";
import { type HeldEvent, withRevision } from "./revision.ts";
import { beginWriting, endWriting } from "./store-state.ts";
import { identify } from "./wire-event.ts";
import { takeWriterLock, type WriterLock } from "./writer-lock.ts";

/** A larger transaction leaves a free list that slows every later one. */
const TRANSACTION_EVENTS = 5_000;

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
}

export class LmdbHistories implements OnlineHistories {
  readonly #folder: string;
  readonly #lock: WriterLock;
  readonly #environment: OnlineEnvironment;
  readonly #schema: HistorySchema;
  readonly #reader: Omit<LmdbReader, "close">;
  readonly #plans: ReadPlans;
  readonly #layoutIds = new Map<string, number>();
  #mustRebuild: boolean;
  #closed = false;

  constructor(folder: string, lock: WriterLock, environment: OnlineEnvironment, schema: HistorySchema, trusted: boolean) {
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
      const text = JSON.stringify(layoutOf(node));
      const at = layouts.findIndex((layout) => JSON.stringify(layout) === text);
      this.#layoutIds.set(node.name, at >= 0 ? at : layouts.push(layoutOf(node)) - 1);
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
    return ids.map((id) => this.#held(idKey(id)));
  }

  #held(key: Buffer): HeldEvent | undefined {
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

  async rebuild(batches: AsyncIterable<readonly HistoryEvent[]>, upTo: Position): Promise<void> {
    const { root, values, ids, meta } = this.#environment;
    this.#mustRebuild = true;
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

  #transact(events: readonly HistoryEvent[], alsoWrite: () => void): void {
    this.#environment.root.transactionSync(() => {
      for (const addition of this.#register(events)) this.#lay(addition);
      alsoWrite();
    });
  }

  /** Notes the events under their ids; gives back those that were not held, by value, in the order of the keys. */
  #register(events: readonly HistoryEvent[]): Addition[] {
    const heldById = new Map<string, { readonly key: Buffer; held: HeldEvent }>();
    const additions = new Map<string, Addition>();
    for (const event of events) {
      const { id, content } = identify(event);
      const entry = heldById.get(id);
      const key = entry?.key ?? idKey(id);
      const before = entry?.held ?? this.#held(key);
      const held = withRevision(before, event, content);
      if (held === before) continue;
      heldById.set(id, { key, held });
      additionFor(additions, event).events.push(event);
    }
    const entries = [...heldById.values()].sort((a, b) => Buffer.compare(a.key, b.key));
    for (const { key, held } of entries) this.#environment.ids.putSync(key, encodeHeld(held));
    return [...additions.values()].sort((a, b) => Buffer.compare(a.key, b.key));
  }

  #lay({ entity, event, key, events }: Addition): void {
    const node = this.#schema[event];
    const layoutId = this.#layoutIds.get(event);
    invariant(node !== undefined && layoutId !== undefined, `event ${event} is in the schema`);
    const bytes = this.#environment.values.getBinary(key);
    const before = bytes === undefined ? [] : decodeEvents(bytes, this.#plans.of(layoutIdOf(bytes))!, entity);
    const { columns, identities } = layOutRows([...before, ...events], node);
    this.#environment.values.putSync(key, encodeValue(columns, layoutOf(node), layoutId, identities));
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
  const addition: Addition = { entity, event, key: valueKey(entity, event), events: [] };
  additions.set(name, addition);
  return addition;
}
