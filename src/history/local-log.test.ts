import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, describe, expect, test } from "vitest";
import { allRecords, at, eventLogConformance, texts } from "./event-log.conformance.ts";
import { removeTemporaryFolders, temporaryFolder } from "./fixture.ts";
import { openLocalLog } from "./local-log.ts";

afterAll(removeTemporaryFolders);

describe("conformance", () => {
  eventLogConformance(() => {
    const folder = temporaryFolder();
    return { open: () => openLocalLog(folder) };
  });
});

describe("conformance with tiny segments", () => {
  eventLogConformance(() => {
    const folder = temporaryFolder();
    return { open: () => openLocalLog(folder, { segmentBytes: 200 }) };
  });
});

async function logOf(...records: string[]): Promise<string> {
  const folder = temporaryFolder();
  const log = await openLocalLog(folder);
  for (const record of records) await log.append(texts(record));
  await log.close();
  return folder;
}

function segmentOf(folder: string): string {
  return join(
    folder,
    readdirSync(folder)
      .filter((name) => name.endsWith(".log"))
      .sort()
      .at(-1)!,
  );
}

async function recordsIn(folder: string): Promise<string[]> {
  const log = await openLocalLog(folder);
  const records = await allRecords(log, log.oldest());
  await log.close();
  return records;
}

describe("a torn tail", () => {
  test.for([1, 5, 8, 9, 12])("of %i bytes less is cut at open and written over", async (missing) => {
    const folder = await logOf("one", "two", "three");
    truncateSync(segmentOf(folder), statSync(segmentOf(folder)).size - missing);
    const log = await openLocalLog(folder);
    expect(log.head()).toEqual(at(2));
    await log.append(texts("four"));
    await log.close();
    expect(await recordsIn(folder)).toEqual(["one", "two", "four"]);
  });

  test("of zeros, as a file system may leave after a crash, is no record", async () => {
    const folder = await logOf("one");
    appendFileSync(segmentOf(folder), Buffer.alloc(4096));
    expect(await recordsIn(folder)).toEqual(["one"]);
  });

  test("a segment file without a whole header never held a record", async () => {
    const folder = await logOf("one");
    writeFileSync(join(folder, "0000000000000001.log"), "ASYL");
    expect(await recordsIn(folder)).toEqual(["one"]);
  });
});

test("damage before acknowledged records is named, not cut away", async () => {
  const folder = await logOf("one", "two", "three");
  const bytes = readFileSync(segmentOf(folder));
  bytes[bytes.indexOf("two")]! ^= 1;
  writeFileSync(segmentOf(folder), bytes);
  await expect(openLocalLog(folder)).rejects.toMatchObject({ code: "ASSAY_HISTORY_LOG_CORRUPT" });
  expect(readdirSync(folder)).not.toContain("writer.lock");
});

test("a second writer is refused, and the lock of a dead process is taken over", async () => {
  const folder = temporaryFolder();
  const log = await openLocalLog(folder);
  await expect(openLocalLog(folder)).rejects.toMatchObject({ code: "ASSAY_HISTORY_LOCKED" });
  await log.close();
  const dead = spawnSync(process.execPath, ["-e", lockLine(folder)], { encoding: "utf8" });
  expect(dead.stderr).toBe("");
  expect(readdirSync(folder)).toContain("writer.lock");
  await (await openLocalLog(folder)).close();
  expect(readdirSync(folder)).not.toContain("writer.lock");
});

function script(body: string): string {
  return `import { openLocalLog } from ${JSON.stringify(new URL("./local-log.ts", import.meta.url).href)};\n${body}`;
}

function lockLine(folder: string): string {
  return script(`await openLocalLog(${JSON.stringify(folder)}); process.exit(0);`);
}

test("kill -9 while appending: every acknowledged record is there, in order, none doubled", async () => {
  const folder = temporaryFolder();
  for (let round = 0; round < 3; round++) {
    const acknowledged = await appendUntilKilled(folder, round);
    const records = await recordsIn(folder);
    const ours = records
      .filter((record) => record.startsWith(`${round}:`))
      .map((record) => Number(record.split(":")[1]));
    expect(acknowledged).toBeGreaterThan(0);
    expect(ours.length).toBeGreaterThanOrEqual(acknowledged);
    expect(ours).toEqual(Array.from({ length: ours.length }, (_, i) => i));
  }
});

/** A child appends numbered records, several at once, and says which are acknowledged; it is killed in mid-flight. */
async function appendUntilKilled(folder: string, round: number): Promise<number> {
  const body = `
    const log = await openLocalLog(${JSON.stringify(folder)}, { segmentBytes: 20_000 });
    let next = 0;
    for (;;) {
      const calls = Array.from({ length: 8 }, () => log.append([Buffer.from("${round}:" + next++ + ":" + "x".repeat(next % 90))]));
      await Promise.all(calls);
      process.stdout.write(next + "\\n");
    }`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script(body)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  let acknowledged = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line);
    if (acknowledged >= 400 * (round + 1)) child.kill("SIGKILL");
  }
  await exited;
  return acknowledged;
}

test("a full disk: the writer stops by name, loses nothing acknowledged, and goes on once there is space", async ({
  skip,
}) => {
  const small = mountSmall();
  if (small === undefined) return skip("mounting a small file system needs root");
  const folder = join(small, "log");
  const ballast = join(small, "ballast");
  try {
    writeFileSync(ballast, Buffer.alloc(200 << 10));
    const log = await openLocalLog(folder);
    const kept: string[] = [];
    expect(await fillUp(log, kept)).toMatchObject({ code: "ASSAY_HISTORY_LOG_FULL" });
    await expect(log.append(texts("x".repeat(100_000)))).rejects.toMatchObject({ code: "ASSAY_HISTORY_LOG_FULL" });
    expect(await allRecords(log)).toEqual(kept);
    // What a refused batch left in the file, whole records among it, must not come back behind the next one.
    const refused = texts("again", ...Array.from({ length: 60_000 }, () => "z"));
    await expect(log.append(refused)).rejects.toMatchObject({ code: "ASSAY_HISTORY_LOG_FULL" });
    rmSync(ballast);
    await log.append(texts("after"));
    await log.close();
    expect(await recordsIn(folder)).toEqual([...kept, "after"]);
  } finally {
    spawnSync("umount", ["-l", small]);
  }
});

async function fillUp(log: Awaited<ReturnType<typeof openLocalLog>>, kept: string[]): Promise<unknown> {
  for (let i = 0; ; i++) {
    const record = `${i}:${"y".repeat(5_000)}`;
    try {
      await log.append(texts(record));
      kept.push(record);
    } catch (error) {
      return error;
    }
  }
}

/** A file system of 512 KB of our own, where the system lets us mount one. */
function mountSmall(): string | undefined {
  const folder = temporaryFolder();
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=512k", "tmpfs", folder]);
  return mounted.status === 0 ? folder : undefined;
}
