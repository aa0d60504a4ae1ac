// A lock that the operating system drops when its holder dies, however it dies: the exclusive lock of an SQLite file
// without tables (a POSIX record lock). No stale lock to judge, no process id to trust. Held only while the metadata
// database starts or stops.

import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { AssayError } from "../base/index.ts";
import { problems } from "./errors.ts";

const SQLITE_BUSY = 5;
const POLL_MS = 10;
const PATIENCE_SECONDS = 330;

export async function withStartLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const release = await acquire(path);
  try {
    return await work();
  } finally {
    release();
  }
}

async function acquire(path: string): Promise<() => void> {
  for (let attempt = 0; attempt * POLL_MS < PATIENCE_SECONDS * 1000; attempt++) {
    const release = tryStartLock(path);
    if (release !== undefined) return release;
    await sleep(POLL_MS);
  }
  throw new AssayError(problems.LOCKED(path, { seconds: PATIENCE_SECONDS }));
}

/** Takes the lock at once and returns how to release it, or `undefined` where another holds it. */
export function tryStartLock(path: string): (() => void) | undefined {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    // SQLite writes a first page into an empty file before it locks. Written once, at the very start, it is there when the
    // disk is full and the database has to be stopped.
    if (statSync(path).size === 0) database.exec("PRAGMA journal_mode = OFF; PRAGMA user_version = 1");
    database.exec("BEGIN EXCLUSIVE");
    return () => database.close();
  } catch (error) {
    database.close();
    if (error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
}
