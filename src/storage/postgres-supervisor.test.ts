import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openMetadata } from "./metadata.ts";
import { asUser, chooseLauncher, ordinaryUser } from "./postgres-launcher.ts";
import { joinPostgres } from "./postgres-supervisor.ts";
import { livingPostmaster } from "./postmaster-file.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "assay-supervisor-"));
});
afterAll(() => rm(root, { recursive: true }));

async function hold(folder: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "fixtures", "hold-postgres.ts"), folder], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(child.stdout!, "data");
  return child;
}

async function end(child: ChildProcess, how: "SIGKILL" | "leave" | "exit"): Promise<void> {
  const exited = once(child, "exit");
  if (how === "SIGKILL") child.kill(how);
  else child.stdin!.write(`${how}\n`);
  await exited;
}

const serverPid = (folder: string): number | undefined => livingPostmaster(join(folder, "postgres"))?.pid;

describe("sharing", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(root, "shared-"));
  });

  it("starts once for all who come at once, and the last one out stops it", async () => {
    const [here, there] = await Promise.all([openMetadata(folder), hold(folder)]);
    const pid = serverPid(folder);
    expect(pid).toBeDefined();
    await here.close();
    expect(serverPid(folder)).toBe(pid);
    await end(there, "leave");
    expect(serverPid(folder)).toBeUndefined();
    expect(await readdir(join(folder, "postgres-users"))).toEqual([]);
  });

  it("survives kill -9 of the command that started it; the next attaches, and stops it", async () => {
    const killed = await hold(folder);
    const pid = serverPid(folder);
    await end(killed, "SIGKILL");
    expect(serverPid(folder)).toBe(pid);
    const next = await openMetadata(folder);
    expect(serverPid(folder)).toBe(pid);
    const { rows } = await next.pool.query("select pid from held where pid = $1", [killed.pid]);
    expect(rows).toHaveLength(1);
    await next.close();
    expect(serverPid(folder)).toBeUndefined();
  });

  it("recovers after kill -9 of the server itself, with its socket, lock files and back ends left behind", async () => {
    const before = await openMetadata(folder);
    await before.pool.query("create table kept as select 7 as n");
    process.kill(serverPid(folder)!, "SIGKILL");
    const after = await openMetadata(folder);
    expect((await after.pool.query("select n from kept")).rows).toEqual([{ n: 7 }]);
    await before.close();
    await after.close();
    expect(serverPid(folder)).toBeUndefined();
  });

  it("does not trust a pid that passed to another program", async () => {
    writeFileSync(
      join(folder, "postgres", "postmaster.pid"),
      `${process.pid}\n${folder}\n0\n5432\n/tmp\n\n\nready   \n`,
    );
    const metadata = await openMetadata(folder);
    expect(serverPid(folder)).not.toBe(process.pid);
    await metadata.close();
  });

  it("is stopped by a command that exits without leaving", async () => {
    await end(await hold(folder), "exit");
    while (serverPid(folder) !== undefined) await sleep(5);
    const metadata = await openMetadata(folder);
    await metadata.close();
  });

  it("lets nobody else in", async () => {
    const server = await joinPostgres(folder);
    expect(statSync(server.socketFolder).mode & 0o777).toBe(0o700);
    await server.leave();
    expect(existsSync(server.socketFolder)).toBe(false);
  });
});

describe("refusals", () => {
  it("names data of another version", async () => {
    const folder = await mkdtemp(join(root, "old-"));
    mkdirSync(join(folder, "postgres"));
    writeFileSync(join(folder, "postgres", "PG_VERSION"), "15\n");
    await expect(openMetadata(folder)).rejects.toMatchObject({
      code: "ASSAY_STORAGE_POSTGRES_VERSION",
      message: expect.stringContaining("written by PostgreSQL 15"),
    });
    expect(await readdir(join(folder, "postgres-users"))).toEqual([]);
  });

  it("names a socket path that is too long", async () => {
    const folder = await mkdtemp(join(root, "long-"));
    const kept = process.env["TMPDIR"];
    process.env["TMPDIR"] = join(root, "x".repeat(100));
    try {
      await expect(openMetadata(folder)).rejects.toMatchObject({ code: "ASSAY_STORAGE_SOCKET_PATH_TOO_LONG" });
    } finally {
      if (kept === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = kept;
    }
  });

  it("says why the server would not start, and where to read on", async () => {
    const folder = await mkdtemp(join(root, "broken-"));
    // What a command killed while it made the database leaves behind does not stand in the way.
    mkdirSync(join(folder, "postgres.new", "base"), { recursive: true });
    await (await openMetadata(folder)).close();
    writeFileSync(join(folder, "postgres", "postgresql.auto.conf"), "no_such_setting = 1\n");
    await expect(openMetadata(folder)).rejects.toMatchObject({
      code: "ASSAY_STORAGE_POSTGRES_FAILED",
      message: expect.stringMatching(/starting.*postgres\.log/s),
    });
  });
});

describe.skipIf(process.getuid?.() !== 0)("as root", () => {
  it("falls back to an ordinary user, who then keeps the data", async () => {
    const folder = await mkdtemp(join(root, "fallback-"));
    const { uid, gid } = ordinaryUser();
    // The user must be able to reach the folder, as it could below /var/lib.
    for (const path of [root, folder]) chmodSync(path, 0o755);
    const server = await joinPostgres(folder, asUser(uid, gid));
    expect(statSync(join(folder, "postgres")).uid).toBe(uid);
    await server.leave();
    expect(chooseLauncher(join(folder, "postgres")).kind).toBe("as another user");
    await (await openMetadata(folder)).close();
    expect(serverPid(folder)).toBeUndefined();
  });
});
