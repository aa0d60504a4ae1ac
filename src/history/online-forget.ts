// Taking an (entity, event type) out of the online store: its rows, who they are, and its name. LMDB writes beside what it
// replaces, so the bytes of what went stand on in pages that are free until they are used again. They are gone for certain
// once the file is another: a mark beside the store has the next writer begin a new one (store-state.ts).

import { closeSync, existsSync, fdatasyncSync, openSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readDirectory } from "./online-directory.ts";
import {
  blocksKey,
  chunkKey,
  directoryKey,
  type LmdbBytes,
  numberKey,
  type OnlineEnvironment,
  tailKey,
} from "./online-environment.ts";
import { namesOfGroup } from "./online-held.ts";
import type { Group } from "./online-histories.ts";
import { groupHash } from "./online-index.ts";
import { readHeader } from "./online-value.ts";

/** Its transaction is open. What the index of ids says of it leads nowhere from now on. */
export function dropGroup(environment: OnlineEnvironment, bytes: LmdbBytes, { entity, event }: Group): void {
  const tail = bytes.tail(entity, event);
  if (tail === undefined) return;
  const { group, chunks } = readHeader(tail.views);
  if (chunks > 0) dropChunks(environment, bytes, group);
  environment.tails.removeSync(tailKey(entity, event));
  const hash = groupHash(entity, event);
  const names = namesOfGroup(environment, hash).filter((name) => name !== `${entity}\u0000${event}`);
  if (names.length === 0) environment.groups.removeSync(numberKey(hash));
  else environment.groups.putSync(numberKey(hash), Buffer.from(names.join("\n")));
}

function dropChunks(environment: OnlineEnvironment, bytes: LmdbBytes, group: number): void {
  const directory = bytes.directory(group)!;
  for (const { chunk } of readDirectory(directory.views, directory.length).chunks) {
    environment.chunks.removeSync(chunkKey(group, chunk));
    environment.names.removeSync(chunkKey(group, chunk));
  }
  environment.chunks.removeSync(directoryKey(group));
  environment.chunks.removeSync(blocksKey(group));
}

/** Has the next writer begin a new file; durable. */
export function markOutworn(folder: string): void {
  const path = markPath(folder);
  writeFileSync(path, "");
  for (const each of [path, folder]) sync(each);
}

export function isOutworn(folder: string): boolean {
  return existsSync(markPath(folder));
}

/** The old file is gone. */
export function clearOutworn(folder: string): void {
  rmSync(markPath(folder), { force: true });
}

function markPath(folder: string): string {
  return join(folder, "outworn");
}

function sync(path: string): void {
  const file = openSync(path, "r");
  fdatasyncSync(file);
  closeSync(file);
}
