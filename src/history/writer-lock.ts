// One writer per folder: a lock file that names its process, taken by an atomic link and, where the process is gone,
// moved aside by an atomic rename. A process is known by host, pid and start time, so a reused pid is no holder.
// A holder on another host cannot be judged from here, so it counts as alive.

import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { AssayError } from "../base/index.ts";
import { problems } from "./errors.ts";

export interface WriterLock {
  release(): void;
}

/** Throws ASSAY_HISTORY_LOCKED where a living process, this one included, writes in `folder`. Creates the folder. */
export function takeWriterLock(folder: string): WriterLock {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "writer.lock");
  const mine = join(folder, `writer.${process.pid}-${randomBytes(4).toString("hex")}.tmp`);
  const identity = `${hostname()} ${process.pid} ${processStart(process.pid) ?? ""} ${randomBytes(8).toString("hex")}\n`;
  writeFileSync(mine, identity);
  try {
    while (!linkIfAbsent(mine, path)) evictIfStale(path, `${mine}.stale`);
  } finally {
    rmSync(mine, { force: true });
  }
  return { release: () => releaseIfMine(path, identity) };
}

function linkIfAbsent(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

function evictIfStale(path: string, aside: string): void {
  const held = readIfThere(path);
  if (held === undefined) return;
  if (isAlive(held)) throw new AssayError(problems.LOCKED(path, { holder: describe(held) }));
  try {
    renameSync(path, aside);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return;
    throw error;
  }
  // Between reading and renaming another process may have taken the lock: give it back its file.
  if (readIfThere(aside) !== held) linkIfAbsent(aside, path);
  rmSync(aside, { force: true });
}

function isAlive(held: string): boolean {
  const [host, pid, started] = held.trim().split(" ");
  if (host !== hostname()) return host !== "" && host !== undefined;
  const start = processStart(Number(pid));
  return start !== undefined && (started === "" || start === "" || start === started);
}

/** Start time of a living process in the kernel's ticks, "" where the system does not tell; `undefined` if it is gone. */
function processStart(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!hasCode(error, "EPERM")) return undefined;
  }
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return "";
  // The command, which may hold blanks, ends with the last parenthesis; the state and 18 fields precede the start time.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" ? undefined : (fields[19] ?? "");
}

function describe(held: string): string {
  const [host, pid] = held.trim().split(" ");
  return `process ${pid} on ${host}`;
}

function releaseIfMine(path: string, identity: string): void {
  if (readIfThere(path) === identity) rmSync(path, { force: true });
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT") || hasCode(error, "ESRCH")) return undefined;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
