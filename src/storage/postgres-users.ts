// Who uses a shared PostgreSQL: one file per user, named by process. A file whose process is gone, or whose number now
// belongs to a younger process, does not count. Read and written under the start lock only.

import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive } from "./postmaster-file.ts";

/** Registers this process and returns the path of its file. */
export function registerUser(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${process.pid}-${randomBytes(4).toString("hex")}`);
  writeFileSync(path, startOf(process.pid));
  return path;
}

/** Removes `mine` and the files of dead processes; true where nobody is left. */
export function unregisterUser(folder: string, mine: string): boolean {
  rmSync(mine, { force: true });
  const names = readdirSync(folder);
  const gone = names.filter((name) => !isUserAlive(folder, name));
  for (const name of gone) rmSync(join(folder, name), { force: true });
  return gone.length === names.length;
}

function isUserAlive(folder: string, name: string): boolean {
  const pid = Number(name.split("-")[0]);
  return isAlive(pid) && startOf(pid) === readFileSync(join(folder, name), "utf8");
}

// Field 22 of /proc/pid/stat: ticks since boot at which the process started. Empty where the system has no /proc.
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
