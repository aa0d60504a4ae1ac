// The LMDB environment that the writer fills and the readers open: three tables and the names of things in them.
//
//   values  entity NUL event → one value (online-value.ts); all types of an entity lie side by side
//   ids     16 bytes of SHA-256 of source and event id → what is held under it (held-event.ts)
//   meta    "position" → offset applied · "layouts" → the layouts of values, by number · "rebuilding" → true
//
// Loads nothing but lmdb: the decider's process reads histories and may not open table files or the log.

import { join } from "node:path";
import { type Database, open, type RootDatabase } from "lmdb";
import type { Position } from "./event-log.ts";
import type { ValueLayout } from "./online-value.ts";

export interface OnlineEnvironment {
  readonly root: RootDatabase;
  readonly values: Database<Buffer, Buffer>;
  readonly ids: Database<Buffer, Buffer>;
  readonly meta: Database<unknown, string>;
}

/** Address space, not disk: large enough that no process has to map again while others read. */
const MAP_BYTES = 64 * 2 ** 30;

export function dataFile(folder: string): string {
  return join(folder, "histories.mdb");
}

export function openEnvironment(folder: string, access: { readonly readOnly: boolean }): OnlineEnvironment {
  const root = open({
    path: dataFile(folder),
    noSubdir: true,
    readOnly: access.readOnly,
    // The log is durable; a store that lived through a crash of the machine is rebuilt from it (store-state.ts).
    noSync: true,
    mapSize: MAP_BYTES,
    maxDbs: 4,
    cache: false,
  });
  const binary = { encoding: "binary", keyEncoding: "binary", cache: false } as const;
  return {
    root,
    values: root.openDB<Buffer, Buffer>("values", binary),
    ids: root.openDB<Buffer, Buffer>("ids", binary),
    meta: root.openDB<unknown, string>("meta", { encoding: "json", cache: false }),
  };
}

/** Ids hold no control characters, so the separator cannot occur in one. */
export function valueKey(entity: string, event: string): Buffer {
  return Buffer.from(`${entity}\u0000${event}`);
}

export function readPosition(environment: OnlineEnvironment): Position {
  return { partition: 0, offset: (environment.meta.get("position") as number | undefined) ?? 0 };
}

export function readLayouts(environment: OnlineEnvironment): ValueLayout[] {
  return (environment.meta.get("layouts") as ValueLayout[] | undefined) ?? [];
}
