// A process is killed while it decides, again and again at seeded moments; then everything it answered is accounted for.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { seededRandom } from "../../src/base/index.ts";
import { firstBreak, replayDecision, runBundle } from "../../src/decisions/index.ts";
import { decodeEvent, LOG_START } from "../../src/history/index.ts";
import { type Metadata, openMetadata } from "../../src/storage/index.ts";
import { openSite, people, type Site, takeInPeople } from "./decision-site.ts";
import { lineRequest } from "./line-request.ts";

const SEED = "killed while deciding";
const KILLS = 3;
const entities = [...Object.keys(people), "b-unknown"];
const script = fileURLToPath(new URL("./deciding-process.ts", import.meta.url));

let folder: string;
/** Holds the database up, so that a kill takes the deciding process alone. */
let database: Metadata;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-killed-"));
  database = await openMetadata(folder);
  const site = await openSite(folder);
  await takeInPeople(site);
  await site.close();
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

/** Decides in a process of its own and kills it a while after so many answers. What it answered, by key. */
async function decideUntilKilled(run: number, answers: number, laterMs: number): Promise<Map<string, string>> {
  const child = spawn(process.execPath, [script, folder, String(run)], { stdio: ["ignore", "pipe", "inherit"] });
  const acknowledged = new Map<string, string>();
  for await (const line of createInterface(child.stdout)) {
    const [key, decisionId] = line.split(" ") as [string, string];
    acknowledged.set(key, decisionId);
    if (acknowledged.size === answers) setTimeout(() => child.kill("SIGKILL"), laterMs);
  }
  return acknowledged;
}

/** Ids of the events in the log that decisions told, as often as they stand there. */
async function toldIds(site: Site): Promise<string[]> {
  const ids: string[] = [];
  for await (const { records } of site.history.log.read(LOG_START)) {
    const events = records.map((record) => decodeEvent(record));
    ids.push(...events.filter(({ source }) => source === "assay.decisions").map(({ eventId }) => eventId));
  }
  return ids;
}

it(`loses nothing, keeps nothing twice and breaks no chain (seed "${SEED}")`, async () => {
  const random = seededRandom(SEED);
  const acknowledged = new Map<string, string>();
  for (let run = 1; run <= KILLS; run++) {
    const [answers, laterMs] = [1 + random.integer(120), random.integer(15)];
    for (const [key, id] of await decideUntilKilled(run, answers, laterMs)) acknowledged.set(key, id);
  }
  expect(acknowledged.size).toBeGreaterThan(KILLS);

  const site = await openSite(folder);
  // Every key that a client may have sent is sent again: what was answered stays, what was cut off is decided now.
  const answered = new Map<string, string>();
  for (let run = 1; run <= KILLS; run++) {
    const last = Math.max(
      ...[...acknowledged.keys()].filter((key) => key.startsWith(`${run}-`)).map((key) => Number(key.slice(2))),
    );
    const keys = Array.from({ length: last + 20 }, (_, i) => ({
      key: `${run}-${i}`,
      entity: entities[i % entities.length]!,
    }));
    const answers = await Promise.all(keys.map(({ key, entity }) => site.service.decide(lineRequest(entity, key))));
    for (const [i, { decision }] of answers.entries()) answered.set(keys[i]!.key, decision.decisionId);
  }
  for (const [key, id] of acknowledged) expect(answered.get(key)).toBe(id);

  while ((await site.service.forwardOutbox()) > 0);
  const bundle = runBundle(site.parcel);
  const expected: string[] = [];
  const kept: string[] = [];
  for await (const stored of site.records.decisions()) {
    expect(stored.intact).toBe(true);
    expect(replayDecision(bundle, stored).differences).toEqual([]);
    kept.push(stored.decision.decisionId);
    expected.push(`${stored.decision.application}:received`);
  }
  const { rows } = await site.metadata.pool.query<{ id: string }>(
    "select event ->> 'eventId' as id from outbox, jsonb_array_elements(events) as event",
  );
  expected.push(...rows.map(({ id }) => id));
  expect(kept.sort()).toEqual([...answered.values()].sort());
  for (const links of (await site.records.links()).values()) expect(firstBreak(links)).toBeNull();
  const told = await toldIds(site);
  expect(new Set(told).size).toBe(told.length);
  expect(told.sort()).toEqual(expected.sort());
  await site.close();
});
