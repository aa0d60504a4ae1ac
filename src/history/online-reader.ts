// Online histories for a process that only reads: the deciders. Its own entry file, because such a process may open
// neither table files nor the log, so nothing here may import them. Each read sees one state, the newest committed one.

import { existsSync } from "node:fs";
import { AssayError } from "../base/index.ts";
import type { EntityHistory, EventColumns, HistorySchema } from "../compile/index.ts";
import type { EventNode } from "../define/index.ts";
import { problems } from "./errors.ts";
import type { Position } from "./event-log.ts";
import {
  dataFile,
  type OnlineEnvironment,
  openEnvironment,
  readLayouts,
  readPosition,
  valueKey,
} from "./online-environment.ts";
import type { HistoriesRead, HistoryWanted, OnlineReader } from "./online-histories.ts";
import { decodeColumns, layoutIdOf, layoutOf, type ReadPlan, readPlan } from "./online-value.ts";

/** The LMDB reader answers at once: a few microseconds for an entity with a handful of events. */
export interface LmdbReader extends OnlineReader {
  read(wanted: readonly HistoryWanted[]): HistoriesRead;
  history(entity: string, events: readonly string[]): EntityHistory;
  appliedUpTo(): Position;
  /** The open fields of an event type as the writer keeps them, in the reader's own schema; undefined where it keeps none. */
  holds(event: string): EventNode["fields"] | undefined;
}

/** Opens the store in `folder` read-only. Throws ASSAY_HISTORY_NO_ONLINE_STORE where no writer has made one. */
export function openOnlineReader(folder: string, schema: HistorySchema): LmdbReader {
  if (!existsSync(dataFile(folder))) throw new AssayError(problems.NO_ONLINE_STORE(folder, {}));
  const environment = openEnvironment(folder, { readOnly: true });
  return { ...readerOf(environment, schema), close: () => environment.root.close() };
}

/** Reading, for whoever holds the environment open. */
export function readerOf(environment: OnlineEnvironment, schema: HistorySchema): Omit<LmdbReader, "close"> {
  const plans = new ReadPlans(environment, schema);
  const history = (entity: string, names: readonly string[]): EntityHistory => {
    const events: Record<string, EventColumns> = {};
    for (const name of names) {
      const key = valueKey(entity, name);
      let bytes = environment.values.getBinaryFast(key);
      if (bytes === undefined) continue;
      if (plans.of(layoutIdOf(bytes)) === undefined) {
        plans.learn();
        // Learning read something else, and the buffer is lent only until the next read.
        bytes = environment.values.getBinaryFast(key)!;
      }
      events[name] = decodeColumns(bytes, plans.of(layoutIdOf(bytes))!);
    }
    return { entity, events };
  };
  const refresh = () => environment.root.resetReadTxn();
  return {
    read(wanted) {
      refresh();
      const position = readPosition(environment);
      return { position, histories: wanted.map(({ entity, events }) => history(entity, events)) };
    },
    history(entity, events) {
      refresh();
      return history(entity, events);
    },
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

/** One plan per layout; layouts are only ever added, also by a rebuild. */
export class ReadPlans {
  readonly #environment: OnlineEnvironment;
  readonly #schema: HistorySchema;
  #plans: readonly ReadPlan[] = [];

  constructor(environment: OnlineEnvironment, schema: HistorySchema) {
    this.#environment = environment;
    this.#schema = schema;
  }

  of(layoutId: number): ReadPlan | undefined {
    return this.#plans[layoutId];
  }

  /** Reads the layouts again; event types that the definitions no longer have get no plan and cannot be asked for. */
  learn(): void {
    this.#plans = readLayouts(this.#environment).map((layout) => {
      const node = this.#schema[layout.event];
      return readPlan(layout, node ?? EMPTY);
    });
  }
}

const EMPTY = { kind: "event", name: "", entity: "", delayMicros: 0, fields: {} } as const;
