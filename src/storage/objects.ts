// The object port: immutable bytes under the hash of their content. A writer may crash at any point and leave nothing
// half-written under a hash; a reader never gets bytes that do not hash to the name it asked for.

import { readFile, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AssayError, type Hash, hashBytes } from "../base/index.ts";
import { hasErrorCode, makeFolder, publishBytes, syncFolder } from "./atomic-file.ts";
import { problems } from "./errors.ts";

export interface ObjectStore {
  /** Keeps the bytes durably and returns their SHA-256; keeping the same bytes again changes nothing. */
  put(bytes: Uint8Array): Promise<Hash>;
  /** The bytes, checked against the hash. Throws ASSAY_STORAGE_NOT_FOUND or ASSAY_STORAGE_WRONG_HASH. */
  get(hash: Hash): Promise<Uint8Array>;
  has(hash: Hash): Promise<boolean>;
  /** Takes the bytes away, durably: for personal data that must go. What is not there stays so. */
  remove(hash: Hash): Promise<void>;
}

/** Objects as files `ab/cdef…` below a folder, each written to the side, fsynced and renamed into place. */
export function directoryObjects(folder: string): ObjectStore {
  return {
    put: (bytes) => putFile(folder, bytes),
    get: (hash) => getFile(folder, hash),
    has: async (hash) => await hasFile(pathOf(folder, hash)),
    remove: (hash) => removeFile(pathOf(folder, hash)),
  };
}

function pathOf(folder: string, hash: Hash): string {
  if (!/^[0-9a-f]{64}$/.test(hash)) throw new AssayError(problems.NOT_A_HASH(`object "${hash}"`, {}));
  return join(folder, hash.slice(0, 2), hash.slice(2));
}

async function putFile(folder: string, bytes: Uint8Array): Promise<Hash> {
  const hash = hashBytes(bytes);
  const path = pathOf(folder, hash);
  // A damaged copy is replaced: only bytes that read back right count as kept.
  if (await holdsSameBytes(path, bytes)) return hash;
  await makeFolder(dirname(path));
  await publishBytes(path, bytes);
  return hash;
}

async function holdsSameBytes(path: string, bytes: Uint8Array): Promise<boolean> {
  const found = await readIfThere(path);
  return found?.equals(bytes) === true;
}

async function getFile(folder: string, hash: Hash): Promise<Uint8Array> {
  const bytes = await readIfThere(pathOf(folder, hash));
  if (bytes === undefined) throw new AssayError(problems.NOT_FOUND(`object ${hash}`, { folder }));
  const actual = hashBytes(bytes);
  if (actual !== hash) throw new AssayError(problems.WRONG_HASH(`object ${hash}`, { actual }));
  return bytes;
}

async function removeFile(path: string): Promise<void> {
  try {
    await rm(path);
  } catch (error) {
    if (hasErrorCode(error, "ENOENT")) return;
    throw error;
  }
  await syncFolder(dirname(path));
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (hasErrorCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

async function hasFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (hasErrorCode(error, "ENOENT")) return false;
    throw error;
  }
}
