import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, expect, test } from "vitest";
import { seededRandom } from "../base/index.ts";
import { type EventLog, LOG_START } from "./event-log.ts";
import { clock, RecordingVault, rawStatement, removeTemporaryFolders, schema, temporaryFolder } from "./fixture.ts";
import { type History, openHistory } from "./history.ts";
import { openLocalLog } from "./local-log.ts";
import { followLog } from "./log-feed.ts";
import { decodeEvent } from "./wire-event.ts";

const opened: EventLog[] = [];
afterAll(async () => {
  for (const log of opened) await log.close();
  removeTemporaryFolders();
});

const FEED = { source: "core" };
const open = (folder: string): Promise<History> => openHistory(folder, { schema, vault: new RecordingVault(), clock });
const record = (row: unknown) => Buffer.from(typeof row === "string" ? row : JSON.stringify(row));

async function foreignLog(...rows: unknown[]): Promise<{ log: EventLog; folder: string }> {
  const folder = temporaryFolder();
  const log = await openLocalLog(folder, { segmentBytes: 2_000 });
  opened.push(log);
  for (const row of rows) await log.append([record(row)]);
  return { log, folder };
}

async function loggedIds(history: History): Promise<string[]> {
  const ids: string[] = [];
  for await (const { records } of history.log.read(LOG_START))
    ids.push(...records.map((one) => decodeEvent(one).eventId));
  return ids;
}

test("what the log holds comes in once; the next call goes on from there, and bad records are set aside by offset", async () => {
  const { log } = await foreignLog(
    rawStatement("ann", "s1"),
    "{",
    rawStatement("bob", "s2", { fields: { billed: "x" } }),
  );
  const history = await open(temporaryFolder());
  expect(await followLog(log, history, FEED)).toMatchObject({
    accepted: 1,
    quarantined: [
      { row: 2, code: "ASSAY_HISTORY_MALFORMED_ROW" },
      { row: 3, code: "ASSAY_HISTORY_NOT_A_NUMBER" },
    ],
  });
  expect(await followLog(log, history, FEED)).toBeNull();
  await log.append([record(rawStatement("bob", "s2"))]);
  expect(await followLog(log, history, FEED)).toMatchObject({ accepted: 1, duplicates: 0, quarantined: [] });
  expect(await loggedIds(history)).toEqual(["s1", "s2"]);
  await history.close();
});

test("a lost note repeats the log and changes nothing: events are known again, refused rows too", async () => {
  const { log } = await foreignLog(rawStatement("ann", "s1"), "{");
  const folder = temporaryFolder();
  const history = await open(folder);
  await followLog(log, history, FEED);
  rmSync(join(folder, "feeds"), { recursive: true });
  expect(await followLog(log, history, FEED)).toMatchObject({ accepted: 0, duplicates: 1 });
  expect(history.quarantine.counts().total).toBe(1);
  await history.close();
});

test("another log in its place is refused, as is one that has forgotten what never came", async () => {
  const folder = temporaryFolder();
  const history = await open(folder);
  const { log } = await foreignLog(rawStatement("ann", "s1"), rawStatement("ann", "s2"));
  await followLog(log, history, FEED);
  const replaced = { code: "ASSAY_HISTORY_FEED_REPLACED" };
  const other = await foreignLog(rawStatement("ann", "s1"), rawStatement("ann", "s3"));
  await expect(followLog(other.log, history, FEED)).rejects.toMatchObject(replaced);
  const shorter = await foreignLog(rawStatement("ann", "s1"));
  await expect(followLog(shorter.log, history, FEED)).rejects.toMatchObject(replaced);
  const long = await foreignLog(...Array.from({ length: 40 }, (_, i) => rawStatement("cy", `c${i}`)));
  await long.log.trim({ partition: 0, offset: 30 });
  await expect(followLog(long.log, history, { source: "cards" })).rejects.toMatchObject({
    code: "ASSAY_HISTORY_LOG_TRIMMED",
  });
  const [note] = readdirSync(join(folder, "feeds"));
  const path = join(folder, "feeds", note!);
  writeFileSync(path, readFileSync(path, "utf8").replace('"version":1', '"version":2'));
  await expect(followLog(log, history, FEED)).rejects.toMatchObject({ code: "ASSAY_HISTORY_UNKNOWN_VERSION" });
  await history.close();
});

const url = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
const SEED = "killed while following";

test(`kill -9 at seeded moments: every record of the foreign log stands in history once (seed "${SEED}")`, async () => {
  const total = 3_000;
  const { log, folder: foreign } = await foreignLog();
  await log.append(Array.from({ length: total }, (_, i) => record(rawStatement(`e${i % 5}`, `s${i}`))));
  await log.close();
  const folder = temporaryFolder();
  // A few records at a time, so that a kill falls between ingest and note as well.
  const child = `
    import { openHistory } from ${url("./history.ts")};
    import { openLocalLog } from ${url("./local-log.ts")};
    import { followLog } from ${url("./log-feed.ts")};
    import { clock, RecordingVault, schema } from ${url("./fixture.ts")};
    const log = await openLocalLog(${JSON.stringify(foreign)});
    const small = { head: () => log.head(), oldest: () => log.oldest(), async *read(from, to) {
      for await (const batch of log.read(from, to)) for (let i = 0; i < batch.records.length; i += 25) {
        yield { from: { ...batch.from, offset: batch.from.offset + i }, records: batch.records.slice(i, i + 25) };
        process.stdout.write("\\n");
      }
    } };
    const history = await openHistory(${JSON.stringify(folder)}, { schema, vault: new RecordingVault(), clock });
    await followLog(small, history, { source: "core" });
    await history.close();
    await log.close();`;
  const random = seededRandom(SEED);
  for (let kill = 0; kill < 3; kill++) await killedAfter(child, 1 + random.integer(30), random.integer(8));
  const history = await open(folder);
  const again = await openLocalLog(foreign);
  await followLog(again, history, FEED);
  const ids = await loggedIds(history);
  expect(ids).toEqual(Array.from({ length: total }, (_, i) => `s${i}`));
  const counts = Array.from(
    { length: 5 },
    (_, i) => history.online.history(`e${i}`, ["statement"]).events["statement"]!.length,
  );
  expect(counts).toEqual(Array.from({ length: 5 }, () => total / 5));
  await again.close();
  await history.close();
});

async function killedAfter(body: string, batches: number, laterMs: number): Promise<void> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", body], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  let seen = 0;
  for await (const _ of createInterface({ input: child.stdout })) {
    if (++seen === batches) setTimeout(() => child.kill("SIGKILL"), laterMs);
  }
  expect(await exited).toEqual([null, "SIGKILL"]);
}
