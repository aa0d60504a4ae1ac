// The LMDB environment that the writer fills and the readers open: tables and the names of things in them, version 2.
//
//   tails   entity NUL event → the newest rows (online-value.ts); all types of an entity lie side by side
//   chunks  group (u32) · chunk (u32) → full stretches of rows before them · group · FFFFFFFF → which there are
//           (online-directory.ts) · group · FFFFFFFE → what is told of them (online-blocks.ts)
//   names   group · chunk → the identities of a chunk's rows (online-identity.ts)
//   ids     bucket (u32) → where each event id may be held (online-index.ts)
//   groups  hash of entity NUL event (u32) → the names that have it
//   meta    "version" · "position" → offset applied · "layouts" → the layouts of values, by number · "counts" → how far
//           numbering and the index have come · "rebuilding" → true
//
// Loads nothing but lmdb: the decider's process reads histories and may not open table files or the log.

import { join } from "node:path";
import { type Database, open, type RootDatabase } from "lmdb";
import { AssayError } from "../base/index.ts";
import { problems } from "./errors.ts";
import type { Position } from "./event-log.ts";
import { type Views, viewsOf } from "./online-column.ts";
import type { ColumnSpace, HistoryBytes, Lent } from "./online-draft.ts";
import type { BlockLayouts } from "./online-tell.ts";
import { STORE_VERSION, type ValueLayout } from "./online-value.ts";

type Table = Database<Buffer, Buffer>;

export interface OnlineEnvironment {
  readonly root: RootDatabase;
  readonly tails: Table;
  readonly chunks: Table;
  readonly names: Table;
  readonly ids: Table;
  readonly groups: Table;
  readonly meta: Database<unknown, string>;
}

/** Address space, not disk: large enough that no process has to map again while others read. */
const MAP_BYTES = 64 * 2 ** 30;
const DIRECTORY = 0xffff_ffff;
const BLOCKS = 0xffff_fffe;

export function dataFile(folder: string): string {
  return join(folder, "histories.mdb");
}

/** Throws ASSAY_HISTORY_UNKNOWN_VERSION for a store that another release wrote and its writer has not yet rebuilt. */
export function openEnvironment(folder: string, access: { readonly readOnly: boolean }): OnlineEnvironment {
  const root = open({
    path: dataFile(folder),
    noSubdir: true,
    readOnly: access.readOnly,
    // The log is durable; a store that lived through a crash of the machine is rebuilt from it (store-state.ts).
    noSync: true,
    mapSize: MAP_BYTES,
    maxDbs: 8,
    cache: false,
  });
  const meta = root.openDB<unknown, string>("meta", { encoding: "json", cache: false });
  try {
    checkVersion(meta, access.readOnly);
  } catch (error) {
    void root.close();
    throw error;
  }
  const binary = { encoding: "binary", keyEncoding: "binary", cache: false } as const;
  const table = (name: string): Table => root.openDB<Buffer, Buffer>(name, binary);
  const names = ["tails", "chunks", "names", "ids", "groups"] as const;
  const [tails, chunks, identities, ids, groups] = names.map(table) as [Table, Table, Table, Table, Table];
  return { root, tails, chunks, names: identities, ids, groups, meta };
}

/** A writer finds its own version or an empty store (store-state.ts has seen to that) and notes the version. */
function checkVersion(meta: Database<unknown, string>, readOnly: boolean): void {
  const found = meta.get("version") as number | undefined;
  if (found === STORE_VERSION) return;
  if (!readOnly && found === undefined) meta.putSync("version", STORE_VERSION);
  else {
    const version = String(found ?? 1);
    throw new AssayError(problems.UNKNOWN_VERSION("online store", { format: "online stores", version }));
  }
}

/** Ids hold no control characters, so the separator cannot occur in one. */
export function tailKey(entity: string, event: string): Buffer {
  return Buffer.from(`${entity}\u0000${event}`);
}

const pair = Buffer.alloc(8);

/** A key that the next call spoils. */
export function chunkKey(group: number, chunk: number): Buffer {
  pair.writeUInt32BE(group, 0);
  pair.writeUInt32BE(chunk, 4);
  return pair;
}

export function blocksKey(group: number): Buffer {
  return chunkKey(group, BLOCKS);
}

export function directoryKey(group: number): Buffer {
  return chunkKey(group, DIRECTORY);
}

/** A key of a group's or a bucket's number that the next call spoils. */
export function numberKey(number: number): Buffer {
  single.writeUInt32BE(number, 0);
  return single;
}

const single = Buffer.alloc(4);

export function readPosition(environment: OnlineEnvironment): Position {
  return { partition: 0, offset: (environment.meta.get("position") as number | undefined) ?? 0 };
}

export function readBlockLayouts(environment: OnlineEnvironment): BlockLayouts {
  return (environment.meta.get("blocks") as BlockLayouts | undefined) ?? [];
}

export function readLayouts(environment: OnlineEnvironment): ValueLayout[] {
  return (environment.meta.get("layouts") as ValueLayout[] | undefined) ?? [];
}

/** The bytes of histories as LMDB lends them: one buffer, good until the next look-up. */
export class LmdbBytes implements HistoryBytes {
  readonly space: ColumnSpace;
  readonly #environment: OnlineEnvironment;
  #buffer: ArrayBufferLike | undefined;
  #views: Views = viewsOf(new ArrayBuffer(0));

  constructor(environment: OnlineEnvironment, space: ColumnSpace) {
    this.space = space;
    this.#environment = environment;
  }

  tail(entity: string, event: string): Lent | undefined {
    return this.lent(this.#environment.tails, tailKey(entity, event));
  }

  directory(group: number): Lent | undefined {
    return this.lent(this.#environment.chunks, directoryKey(group));
  }

  blocks(group: number): Lent | undefined {
    return this.lent(this.#environment.chunks, blocksKey(group));
  }

  chunk(group: number, chunk: number): Lent | undefined {
    return this.lent(this.#environment.chunks, chunkKey(group, chunk));
  }

  lent(table: Table, key: Buffer): Lent | undefined {
    const bytes = table.getBinaryFast(key);
    if (bytes === undefined) return undefined;
    if (bytes.byteOffset !== 0) {
      const { length } = bytes;
      const own = new ArrayBuffer((length + 7) & -8);
      new Uint8Array(own).set(bytes.subarray(0, length));
      return { views: viewsOf(own), length };
    }
    if (bytes.buffer !== this.#buffer) {
      this.#buffer = bytes.buffer;
      this.#views = viewsOf(bytes.buffer);
    }
    return { views: this.#views, length: bytes.length };
  }
}
