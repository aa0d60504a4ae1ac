// Online histories for a process that only reads: the deciders. Its own entry file, because such a process may open
// neither table files nor the log, so nothing here may import them. Each read sees one state, the newest committed one.

import { existsSync } from "node:fs";
import { AssayError } from "../base/index.ts";
import { compileTeller, type EntityHistory, type EventColumns, type HistorySchema } from "../compile/index.ts";
import type { EventNode } from "../define/index.ts";
import { problems } from "./errors.ts";
import type { Position } from "./event-log.ts";
import { type ReadWay, readColumns } from "./online-cursor.ts";
import { type LayoutPlan, LentSpace, layoutPlan, type ReadPlan, type ToldLayout } from "./online-draft.ts";
import {
  dataFile,
  LmdbBytes,
  type OnlineEnvironment,
  openEnvironment,
  readBlockLayouts,
  readLayouts,
  readPosition,
} from "./online-environment.ts";
import type { HistoriesRead, HistoryWanted, OnlineReader } from "./online-histories.ts";
import { layoutOf } from "./online-value.ts";

/** The LMDB reader answers at once: a few microseconds for an entity with a handful of events. */
export interface LmdbReader extends OnlineReader {
  read(wanted: readonly HistoryWanted[]): HistoriesRead;
  history(entity: string, events: readonly string[], since?: number): EntityHistory;
  /** One more history from the state that the last `read` saw; only before anything is awaited. For whom it turned out to need. */
  also(entity: string, events: readonly string[]): EntityHistory;
  appliedUpTo(): Position;
  /** The open fields of an event type as the writer keeps them, in the reader's own schema; undefined where it keeps none. */
  holds(event: string): EventNode["fields"] | undefined;
}

/**
 * Opens the store in `folder` read-only. What it reads is lent: the next call spoils it. Throws ASSAY_HISTORY_NO_ONLINE_STORE where no writer has made one, UNKNOWN_VERSION
 * where one of another release has.
 */
export function openOnlineReader(folder: string, schema: HistorySchema): LmdbReader {
  if (!existsSync(dataFile(folder))) throw new AssayError(problems.NO_ONLINE_STORE(folder, {}));
  const environment = openEnvironment(folder, { readOnly: true });
  const space = new LentSpace();
  const reader = readerOf(environment, schema, new LmdbBytes(environment, space), () => space.reuse());
  return { ...reader, close: () => environment.root.close() };
}

const ALL_ROWS: ReadWay = { since: Number.NEGATIVE_INFINITY, packed: false };

/** Reading, for whoever holds the environment open. */
export function readerOf(
  environment: OnlineEnvironment,
  schema: HistorySchema,
  bytes: LmdbBytes,
  beforeRead: () => void = () => {},
): Omit<LmdbReader, "close"> {
  const plans = new ReadPlans(environment, schema);
  const history = (entity: string, names: readonly string[], way: (event: string) => ReadWay): EntityHistory => {
    const events: Record<string, EventColumns> = {};
    for (const name of names) {
      const plan = plans.of(name);
      const columns = plan === undefined ? undefined : readColumns(bytes, plan, entity, way(name));
      if (columns !== undefined) events[name] = columns;
    }
    return { entity, events };
  };
  const wantedHistory = ({ entity, events, since, packed = false }: HistoryWanted) =>
    history(entity, events, (event) => ({ since: since?.[event] ?? Number.NEGATIVE_INFINITY, packed }));
  const refresh = () => {
    beforeRead();
    environment.root.resetReadTxn();
  };
  return {
    read(wanted) {
      refresh();
      const position = readPosition(environment);
      return { position, histories: wanted.map(wantedHistory) };
    },
    history(entity, events, since = Number.NEGATIVE_INFINITY) {
      refresh();
      return history(entity, events, () => ({ since, packed: false }));
    },
    also: (entity, events) => history(entity, events, () => ALL_ROWS),
    appliedUpTo() {
      refresh();
      return readPosition(environment);
    },
    holds(event) {
      refresh();
      const node = schema[event];
      return node !== undefined && keepsLayoutOf(environment, node) ? openFields(node) : undefined;
    },
  };
}

/** A writer notes the layouts of its definitions before it writes: what is not among them is not kept. */
function keepsLayoutOf(environment: OnlineEnvironment, node: EventNode): boolean {
  const wanted = JSON.stringify(layoutOf(node));
  return readLayouts(environment).some((layout) => JSON.stringify(layout) === wanted);
}

function openFields(node: EventNode): EventNode["fields"] {
  return Object.fromEntries(Object.entries(node.fields).filter(([, { protection }]) => protection === "none"));
}

/** One plan per event type of the schema; layouts are only ever added, also by a rebuild. */
class ReadPlans {
  readonly #environment: OnlineEnvironment;
  readonly #plans = new Map<string, ReadPlan>();
  /** By event, then layout. */
  readonly #ways = new Map<string, (LayoutPlan | undefined)[]>();
  readonly #told = new Map<string, ToldLayout>();
  #toldKnown = 0;

  constructor(environment: OnlineEnvironment, schema: HistorySchema) {
    this.#environment = environment;
    for (const node of Object.values(schema)) {
      const wanted = layoutOf(node);
      const layout = (id: number) => this.#ways.get(node.name)?.[id];
      const told = (hash: string) => this.#told.get(hash) ?? this.#learnTold(hash);
      this.#plans.set(node.name, { wanted, layout, told, learn: () => this.learn() });
    }
  }

  of(event: string): ReadPlan | undefined {
    return this.#plans.get(event);
  }

  /** A writer only ever adds to the list. */
  #learnTold(hash: string): ToldLayout | undefined {
    const layouts = readBlockLayouts(this.#environment);
    for (const [i, { hash: known, layout }] of layouts.entries()) {
      if (i < this.#toldKnown) continue;
      const { width, untold } = compileTeller(layout);
      this.#told.set(known, { number: i, width, untold });
    }
    this.#toldKnown = layouts.length;
    return this.#told.get(hash);
  }

  learn(): void {
    const layouts = readLayouts(this.#environment);
    for (const [event, { wanted }] of this.#plans) {
      const ways = layouts.map((layout) => (layout.event === event ? layoutPlan(layout, wanted) : undefined));
      this.#ways.set(event, ways);
    }
  }
}
