// Work that can be done again but need not be: written beside its hash, so that one torn by a kill or a full disk is noticed
// and done again. Nothing here is a format that a later release must read.

import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { deserialize, serialize } from "node:v8";

const HASH_LENGTH = 64;

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Writes to the side and renames. What cannot be written is not kept, and the work is done again another time. */
export async function keepFile(path: string, value: object): Promise<void> {
  const bytes = serialize(value);
  const beside = `${path}.${randomUUID()}`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(beside, [Buffer.from(hashOf(bytes)), bytes]);
    await rename(beside, path);
  } catch {
    await rm(beside, { force: true });
  }
}

/** `undefined` where nothing is kept, or what is kept is damaged. */
export async function keptFile<T>(path: string): Promise<T | undefined> {
  const read = await readFile(path).catch(() => undefined);
  if (read === undefined) return undefined;
  const bytes = read.subarray(HASH_LENGTH);
  if (read.toString("latin1", 0, HASH_LENGTH) !== hashOf(bytes)) return undefined;
  return deserialize(bytes) as T;
}
