// A real PostgreSQL for one workspace, without an installation and without a service. Commands share it: the first one
// in starts it, later ones attach, the last one out stops it. It outlives a killed command on purpose; the next command
// finds it alive and attaches. Only a Unix socket in a folder that nobody else can enter leads to it.

import type { ChildProcess, SpawnOptions } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AssayError } from "../base/index.ts";
import { makeFolder, namingDiskFull } from "./atomic-file.ts";
import { problems } from "./errors.ts";
import { chooseLauncher, type Launcher, postgresPrograms } from "./postgres-launcher.ts";
import { registerUser, unregisterUser } from "./postgres-users.ts";
import { livingPostmaster, type Postmaster, serves } from "./postmaster-file.ts";
import { tryStartLock, withStartLock } from "./start-lock.ts";

export const POSTGRES_USER = "assay";
const MAJOR_VERSION = "18";
const PORT = 5432;
const SOCKET_PATH_BYTES_MAX = 107;
const WAL_SEGMENT_BYTES = 16 * 1024 * 1024;
const POLL_MS = 5;
const PATIENCE_MS = 300_000;

export interface RunningPostgres {
  readonly socketFolder: string;
  readonly port: number;
  /** Stops using it; the last user stops the server and waits until it is gone. */
  leave(): Promise<void>;
}

interface Site {
  readonly dataFolder: string;
  readonly usersFolder: string;
  readonly lockFile: string;
  readonly logFile: string;
  /** Where the last program's output begins in the log. */
  logFrom: number;
}

// One listener for all, because a process may open several workspaces.
const leaveOnExit = new Set<() => void>();
process.on("exit", () => {
  for (const leave of leaveOnExit) {
    try {
      leave();
    } catch {
      // Nobody is left to tell; the next command finds the server and attaches.
    }
  }
});

/** Starts or attaches to the PostgreSQL of `stateFolder` (its data: `postgres/`). Every failure is a named problem. */
export async function joinPostgres(stateFolder: string, launcher?: Launcher): Promise<RunningPostgres> {
  const folder = resolve(stateFolder);
  await makeFolder(folder);
  const site: Site = {
    dataFolder: join(folder, "postgres"),
    usersFolder: join(folder, "postgres-users"),
    lockFile: join(folder, "postgres.lock"),
    logFile: join(folder, "postgres.log"),
    logFrom: 0,
  };
  return await namingDiskFull(folder, () =>
    withStartLock(site.lockFile, () => enter(site, launcher ?? chooseLauncher(site.dataFolder))),
  );
}

async function enter(site: Site, launcher: Launcher): Promise<RunningPostgres> {
  const mine = registerUser(site.usersFolder);
  try {
    const { socketFolder, port } = await attachOrStart(site, launcher);
    const atExit = () => leaveAtExit(site, mine);
    leaveOnExit.add(atExit);
    const leave = async () => {
      await withStartLock(site.lockFile, () => leaveServer(site, mine, socketFolder));
      leaveOnExit.delete(atExit);
    };
    return { socketFolder, port, leave };
  } catch (error) {
    unregisterUser(site.usersFolder, mine);
    throw error;
  }
}

async function attachOrStart(site: Site, launcher: Launcher): Promise<Postmaster> {
  const found = livingPostmaster(site.dataFolder);
  if (found?.status === "ready") return found;
  if (found?.status === "stopping") await untilGone(site, found.pid);
  else if (found !== undefined) return await untilReady(site, found.pid);
  checkVersion(site.dataFolder);
  const programs = postgresPrograms();
  const socketFolder = makeSocketFolder(site.dataFolder, launcher);
  if (!existsSync(site.dataFolder)) await initialise(site, launcher, programs);
  return await start(site, launcher, programs, socketFolder);
}

function checkVersion(dataFolder: string): void {
  if (!existsSync(dataFolder)) return;
  const path = join(dataFolder, "PG_VERSION");
  const found = existsSync(path) ? readFileSync(path, "utf8").trim() : "an unknown version";
  if (found === MAJOR_VERSION) return;
  throw new AssayError(problems.POSTGRES_VERSION(dataFolder, { found, wanted: MAJOR_VERSION }));
}

function makeSocketFolder(dataFolder: string, launcher: Launcher): string {
  const folder = join(tmpdir(), `assay-${createHash("sha256").update(dataFolder).digest("hex").slice(0, 10)}`);
  const bytes = Buffer.byteLength(join(folder, `.s.PGSQL.${PORT}`));
  if (bytes > SOCKET_PATH_BYTES_MAX) throw new AssayError(problems.SOCKET_PATH_TOO_LONG(folder, { bytes }));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  launcher.give(folder);
  const { uid, mode } = statSync(folder);
  const ours = process.getuid?.();
  const trusted = uid === ours || (ours === 0 && launcher.kind === "as another user");
  if (!trusted || (mode & 0o077) !== 0) throw new AssayError(problems.SOCKET_FOLDER_NOT_OURS(folder, {}));
  return folder;
}

// Built to the side and renamed, so that a crash here never leaves a folder that looks like a database.
async function initialise(site: Site, launcher: Launcher, programs: string): Promise<void> {
  const building = `${site.dataFolder}.new`;
  rmSync(building, { recursive: true, force: true });
  mkdirSync(building, { mode: 0o700 });
  launcher.give(building);
  const args = ["-D", building, "-U", POSTGRES_USER, "-A", "trust", "-E", "UTF8", "--no-instructions", "--no-clean"];
  const locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const code = await withLog(site, (stdio) =>
    exitOf(launcher.spawn(join(programs, "initdb"), [...args, ...locale], { stdio, cwd: "/" })),
  );
  if (code !== 0) {
    // Judged before the half-made database gives its space back.
    const problem = failure(site, launcher, "creating the database");
    rmSync(building, { recursive: true, force: true });
    throw problem;
  }
  renameSync(building, site.dataFolder);
}

async function start(site: Site, launcher: Launcher, programs: string, socketFolder: string): Promise<Postmaster> {
  const settings = ["listen_addresses=", "shared_buffers=64MB", "unix_socket_permissions=0700", "timezone=UTC"];
  const args = ["-D", site.dataFolder, "-k", socketFolder, "-p", String(PORT), ...settings.flatMap((s) => ["-c", s])];
  for (let attempt = 1; ; attempt++) {
    clearLeftovers(site.dataFolder, socketFolder);
    const ready = await withLog(site, (stdio) => {
      // A session of its own: Ctrl-C on our terminal must reach us first, and a killed command must not take it along.
      const server = launcher.spawn(join(programs, "postgres"), args, { stdio, cwd: "/", detached: true });
      server.unref();
      return untilReadyOrDead(site, server);
    });
    if (ready !== undefined) return ready;
    // Back ends of a killed server hold its shared memory for a moment after it.
    const canRetry = attempt < 50 && /pre-existing shared memory block/.test(logTail(site));
    if (!canRetry) throw failure(site, launcher, "starting");
    await sleep(200);
  }
}

// We hold the lock and know that no server lives here, so what a dead one left cannot mislead the next.
function clearLeftovers(dataFolder: string, socketFolder: string): void {
  rmSync(join(dataFolder, "postmaster.pid"), { force: true });
  rmSync(join(socketFolder, `.s.PGSQL.${PORT}`), { force: true });
  rmSync(join(socketFolder, `.s.PGSQL.${PORT}.lock`), { force: true });
}

async function untilReadyOrDead(site: Site, server: ChildProcess): Promise<Postmaster | undefined> {
  let dead = false;
  void exitOf(server).then(() => {
    dead = true;
  });
  for (let waitedMs = 0; waitedMs < PATIENCE_MS && !dead; waitedMs += POLL_MS) {
    const found = livingPostmaster(site.dataFolder);
    if (found?.status === "ready") return found;
    await sleep(POLL_MS);
  }
  return undefined;
}

async function untilReady(site: Site, pid: number): Promise<Postmaster> {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS && serves(pid, site.dataFolder); waitedMs += POLL_MS) {
    const found = livingPostmaster(site.dataFolder);
    if (found?.status === "ready") return found;
    await sleep(POLL_MS);
  }
  throw failure(site, undefined, "starting");
}

async function leaveServer(site: Site, mine: string, socketFolder: string): Promise<void> {
  if (!unregisterUser(site.usersFolder, mine)) return;
  const found = livingPostmaster(site.dataFolder);
  if (found !== undefined) {
    process.kill(found.pid, "SIGINT");
    await untilGone(site, found.pid);
  }
  rmSync(socketFolder, { recursive: true, force: true });
}

// A process that ends without leaving still must not leave a server behind. Nothing can be awaited here: the fast
// shutdown is asked for, and the next command waits for it. Where another command holds the lock, it is the one to stop.
function leaveAtExit(site: Site, mine: string): void {
  const release = tryStartLock(site.lockFile);
  if (release === undefined) {
    rmSync(mine, { force: true });
    return;
  }
  const found = unregisterUser(site.usersFolder, mine) ? livingPostmaster(site.dataFolder) : undefined;
  if (found !== undefined) process.kill(found.pid, "SIGINT");
  release();
}

async function untilGone(site: Site, pid: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS && serves(pid, site.dataFolder); waitedMs += POLL_MS) {
    await sleep(POLL_MS);
  }
  if (serves(pid, site.dataFolder)) throw failure(site, undefined, "stopping");
}

async function withLog<T>(site: Site, run: (stdio: SpawnOptions["stdio"]) => Promise<T>): Promise<T> {
  const log = openSync(site.logFile, "a", 0o600);
  site.logFrom = fstatSync(log).size;
  try {
    return await run(["ignore", log, log]);
  } finally {
    closeSync(log);
  }
}

async function exitOf(child: ChildProcess): Promise<number | string> {
  return await new Promise((done) => {
    child.once("error", (error) => done(error.message));
    child.once("exit", (code, signal) => done(code ?? signal ?? "gone"));
  });
}

function logTail(site: Site): string {
  return existsSync(site.logFile) ? readFileSync(site.logFile).subarray(site.logFrom).toString() : "";
}

function bytesFree(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function failure(site: Site, launcher: Launcher | undefined, doing: string): AssayError {
  const tail = logTail(site);
  const thing = `the database in ${dirname(site.dataFolder)}`;
  // On a full disk the log may have found no room either.
  if (/No space left on device/.test(tail) || bytesFree(dirname(site.dataFolder)) < WAL_SEGMENT_BYTES) {
    return new AssayError(problems.DISK_FULL(thing, { doing: `while PostgreSQL was ${doing}` }));
  }
  const lines = tail.split("\n").filter((line) => /FATAL|error|denied|PANIC/i.test(line));
  const detail = lines.at(-1) ?? "it gave no reason";
  if (launcher?.kind === "as another user" && /denied/i.test(detail)) {
    return new AssayError(problems.POSTGRES_AS_ROOT(thing, { detail }));
  }
  return new AssayError(problems.POSTGRES_FAILED(thing, { doing, detail, log: site.logFile }));
}
