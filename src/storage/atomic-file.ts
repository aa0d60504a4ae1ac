// Publishing a file: readers see the old content or the whole new one, also after a crash or a full disk.
// Temp file in the same folder, fsync, rename, fsync of the folder.

import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { AssayError, isAssayError } from "../base/index.ts";
import { problems } from "./errors.ts";

/** Writes `bytes` to `path` atomically; the folder must exist. A full disk is ASSAY_STORAGE_DISK_FULL. */
export async function publishBytes(path: string, bytes: Uint8Array): Promise<void> {
  await publishFile(path, async (temporary) => {
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(bytes);
    } finally {
      await file.close();
    }
  });
}

/** Lets `write` fill a temporary file beside `path`, then publishes it. Whatever fails, the temporary file is removed. */
export async function publishFile(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`;
  try {
    await write(temporary);
    await syncPath(temporary);
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw isDiskFull(error) ? diskFull(path, error) : error;
  }
}

/** Makes a folder and its parents, durably. */
export async function makeFolder(folder: string): Promise<void> {
  await namingDiskFull(folder, async () => {
    const first = await mkdir(folder, { recursive: true });
    if (first !== undefined) await syncFolder(dirname(first));
  });
}

/** Runs `work`; a full disk met in it becomes ASSAY_STORAGE_DISK_FULL about `path`. */
export async function namingDiskFull<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isDiskFull(error) ? diskFull(path, error) : error;
  }
}

/** Makes the names in a folder outlast the machine: a rename or a new file is durable only then. */
export async function syncFolder(folder: string): Promise<void> {
  await syncPath(folder);
}

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** ENOSPC and EDQUOT, also where an engine reports them only as text. */
export function isDiskFull(error: unknown): boolean {
  if (isAssayError(error)) return false;
  if (hasErrorCode(error, "ENOSPC") || hasErrorCode(error, "EDQUOT") || hasErrorCode(error, "53100")) return true;
  return /No space left on device|Disk quota exceeded|database or disk is full/i.test(
    error instanceof Error ? error.message : String(error),
  );
}

export function diskFull(path: string, cause: unknown): AssayError {
  return new AssayError(problems.DISK_FULL(path, { doing: "while it was written" }), { cause });
}

export function hasErrorCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
