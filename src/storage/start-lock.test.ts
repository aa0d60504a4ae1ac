import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { tryStartLock, withStartLock } from "./start-lock.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-lock-"));
});
afterAll(() => rm(folder, { recursive: true }));

it("lets one in at a time, and the next one when the work fails", async () => {
  const path = join(folder, "here.lock");
  let inside = 0;
  const work = async (i: number) => {
    inside++;
    expect(inside).toBe(1);
    await new Promise((turn) => setImmediate(turn));
    inside--;
    if (i % 2 === 0) throw new Error("failed");
  };
  const all = await Promise.allSettled(Array.from({ length: 8 }, (_, i) => withStartLock(path, () => work(i))));
  expect(all.map(({ status }) => status).filter((status) => status === "rejected")).toHaveLength(4);
});

it("falls with its holder, however the holder ends", async () => {
  const path = join(folder, "there.lock");
  const holder = spawn(process.execPath, [join(import.meta.dirname, "fixtures", "hold-lock.ts"), path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(holder, "exit");
  try {
    expect(String(await once(holder.stdout, "data"))).toBe("held\n");
    expect(tryStartLock(path)).toBeUndefined();
  } finally {
    holder.kill("SIGKILL");
    await exited;
  }
  const release = tryStartLock(path);
  expect(release).toBeDefined();
  release!();
});
