// What a running PostgreSQL says about itself in `postmaster.pid`, and whether that is still true.

import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly socketFolder: string;
  readonly status: "starting" | "ready" | "stopping" | "standby" | "";
}

/** The server that owns `dataFolder`, if one is alive; a file left by a dead one, or by one before a reboot, is nobody. */
export function livingPostmaster(dataFolder: string): Postmaster | undefined {
  const lines = readIfThere(join(dataFolder, "postmaster.pid"))?.split("\n");
  const pid = Number(lines?.[0]);
  if (lines === undefined || !(pid > 0) || !serves(pid, dataFolder)) return undefined;
  const status = (lines[7] ?? "").trim() as Postmaster["status"];
  return { pid, port: Number(lines[3]), socketFolder: lines[4] ?? "", status };
}

/** Whether process `pid` is a PostgreSQL on this folder: the number alone may have passed to another program. */
export function serves(pid: number, dataFolder: string): boolean {
  if (process.platform !== "linux") return isAlive(pid);
  const command = readIfThere(`/proc/${pid}/cmdline`)?.split("\0") ?? [];
  return command.some((word, i) => word === "-D" && command[i + 1] === dataFolder);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
