// A process that takes a file in, seals what came and compacts the runs is killed, again and again at seeded moments; the file is sent again
// each time. In the end every row stands once in the log, once in the table files and once before the deciders.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, expect, test } from "vitest";
import { seededRandom } from "../base/index.ts";
import { bucketCount, readBucket } from "./bucket.ts";
import { LOG_START } from "./event-log.ts";
import {
  clock,
  RecordingVault,
  rawPurchase,
  rawStatement,
  removeTemporaryFolders,
  schema,
  temporaryFolder,
} from "./fixture.ts";
import { type History, openHistory } from "./history.ts";
import { readNdjsonFile } from "./ndjson-file.ts";
import { verifySnapshot } from "./snapshot.ts";
import { decodeEvent } from "./wire-event.ts";

afterAll(removeTemporaryFolders);

const SEED = "killed while taking in, sealing and compacting";
const KILLS = 5;
const ROWS = 30_000;
const PEOPLE = 40;
const source = { source: "core" };
const url = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);

/** One row in a hundred is refused. */
function rowOf(i: number): object {
  if (i % 100 === 99) return rawStatement("bad", `s${i}`, { fields: { billed: "x", monthsLate: 0 } });
  return i % 2 === 0 ? rawStatement(`e${i % PEOPLE}`, `s${i}`) : rawPurchase(`e${i % PEOPLE}`, `p${i}`);
}

async function loggedIds(history: History): Promise<string[]> {
  const ids: string[] = [];
  for await (const { records } of history.log.read(LOG_START))
    ids.push(...records.map((one) => decodeEvent(one).eventId));
  return ids;
}

test(`kill -9 at any moment of a file, of its sealing and of compaction (seed "${SEED}")`, async () => {
  const folder = temporaryFolder();
  const file = join(temporaryFolder(), "rows.ndjson");
  writeFileSync(file, Array.from({ length: ROWS }, (_, i) => JSON.stringify(rowOf(i))).join("\n"));
  const body = `
    import { openHistory } from ${url("./history.ts")};
    import { readNdjsonFile } from ${url("./ndjson-file.ts")};
    import { clock, RecordingVault, schema } from ${url("./fixture.ts")};
    const history = await openHistory(${JSON.stringify(folder)}, { schema, vault: new RecordingVault(), clock });
    process.stdout.write("open\\n");
    let sealing = true;
    const sealed = (async () => { while (sealing) { await history.seal(); await history.compact(); } })();
    await history.ingestRows(readNdjsonFile(${JSON.stringify(file)}), { source: "core" });
    sealing = false;
    await sealed;
    process.stdout.write("done\\n");
    setInterval(() => {}, 1000);`;
  const random = seededRandom(SEED);
  for (let kill = 0; kill < KILLS; kill++) await killedAfter(body, 20 + random.integer(900));

  const history = await openHistory(folder, { schema, vault: new RecordingVault(), clock });
  const before = history.log.head().offset;
  const good = ROWS - ROWS / 100;
  const { accepted, duplicates, quarantined } = await history.ingestRows(readNdjsonFile(file), source);
  expect({ accepted, duplicates, quarantined: quarantined.length }).toEqual({
    accepted: good - before,
    duplicates: before,
    quarantined: ROWS / 100,
  });
  expect(history.quarantine.counts().total).toBe(ROWS / 100);
  const snapshot = await history.seal();
  expect(await verifySnapshot(snapshot)).toEqual([]);
  const { snapshot: compacted } = await history.compact();
  expect(await verifySnapshot(compacted)).toEqual([]);
  const ids = await loggedIds(history);
  expect(new Set(ids).size).toBe(good);
  expect(ids.length).toBe(good);
  const tables = new Map<string, unknown>();
  for (let bucket = 0; bucket < bucketCount(compacted); bucket++) {
    for await (const one of readBucket(compacted, bucket, ["statement", "purchase"])) tables.set(one.entity, one);
  }
  let online = 0;
  for (let i = 0; i < PEOPLE; i++) {
    const held = history.online.history(`e${i}`, ["statement", "purchase"]);
    expect(tables.get(`e${i}`)).toEqual(held);
    online += Object.values(held.events).reduce((sum, { length }) => sum + length, 0);
  }
  expect(online).toBe(good);
  expect(history.lateness().reduce((sum, { known }) => sum + known.events, 0)).toBe(good);
  await history.close();
});

/** Kills the process so long after it has opened the history. */
async function killedAfter(body: string, afterMs: number): Promise<void> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", body], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === "open") setTimeout(() => child.kill("SIGKILL"), afterMs);
  }
  expect(await exited).toEqual([null, "SIGKILL"]);
}
