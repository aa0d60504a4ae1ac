// Whether the online store survived. It is written without syncs, which a killed process survives (the pages are the
// kernel's) and a machine that goes down may not. So the writer notes the boot it runs under; a store that was not closed
// and belongs to another boot, or to a system that does not tell its boots apart, is thrown away and rebuilt.

import { closeSync, fdatasyncSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dataFile } from "./online-environment.ts";
import { clearOutworn, isOutworn } from "./online-forget.ts";

interface StoreState {
  readonly version: 2;
  readonly boot: string;
  readonly closed: boolean;
}

/** Marks the store as being written. Returns false where what lay there could not be trusted and was removed. */
export function beginWriting(folder: string): boolean {
  const path = statePath(folder);
  const before = readState(path);
  const survived = before?.closed === true || (before !== undefined && before.boot !== "" && before.boot === bootId());
  const trusted = survived && !isOutworn(folder);
  if (!trusted) for (const suffix of ["", "-lock"]) rmSync(`${dataFile(folder)}${suffix}`, { force: true });
  clearOutworn(folder);
  writeDurably(path, { version: 2, boot: bootId(), closed: false });
  return trusted;
}

/** After the last transaction: makes the store durable and says so. */
export function endWriting(folder: string): void {
  syncFile(dataFile(folder));
  writeDurably(statePath(folder), { version: 2, boot: bootId(), closed: true });
}

function statePath(folder: string): string {
  return join(folder, "state.json");
}

function readState(path: string): StoreState | undefined {
  try {
    const state = JSON.parse(readFileSync(path, "utf8")) as StoreState;
    // What another version means by it is not known: the store is rebuilt.
    return state.version === 2 ? state : undefined;
  } catch {
    // Absent, or cut short by a crash: either way nothing vouches for the store.
    return undefined;
  }
}

function writeDurably(path: string, state: StoreState): void {
  writeFileSync(path, JSON.stringify(state));
  syncFile(path);
}

function syncFile(path: string): void {
  const file = openSync(path, "r+");
  fdatasyncSync(file);
  closeSync(file);
}

function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}
