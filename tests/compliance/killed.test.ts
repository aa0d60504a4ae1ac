// A process is killed while it erases, again and again at seeded moments; the next one goes on, until nobody waits.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { seededRandom } from "../../src/base/index.ts";
import { firstBreak } from "../../src/decisions/index.ts";
import { verifySnapshot } from "../../src/history/index.ts";
import { type Metadata, openMetadata } from "../../src/storage/index.ts";
import { tracesInFiles, tracesInTables } from "./absence.ts";
import { makePerson, openGround } from "./erased-ground.ts";

const SEED = "killed while erasing";
const KILLS = 4;
const people = Array.from({ length: 3 }, (_, i) => `b-killed-${i}-end`);
const script = fileURLToPath(new URL("./erasing-process.ts", import.meta.url));

let folder: string;
/** Holds the database up, so that a kill takes the erasing process alone. */
let database: Metadata;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-erasing-killed-"));
  database = await openMetadata(folder);
});

afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

/** Whether it was killed before it ended by itself. */
async function eraseUntilKilled(laterMs: number | null): Promise<boolean> {
  const child = spawn(process.execPath, [script, folder], { stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(child, "exit");
  for await (const line of createInterface(child.stdout)) {
    if (laterMs !== null && line.startsWith("begins")) setTimeout(() => child.kill("SIGKILL"), laterMs);
  }
  const [, signal] = await exit;
  return signal === "SIGKILL";
}

it(`goes on after every kill, and in the end nothing is left of anybody (seed "${SEED}")`, async () => {
  const ground = await openGround(folder);
  const { decision: other } = await makePerson(ground, "b-other");
  const ids: string[] = [];
  for (const entity of people) {
    await makePerson(ground, entity);
    ids.push((await ground.erasures.askErasure({ entity, by: "officer" })).id);
  }
  const before = await ground.site.records.decision(other.decisionId);
  await ground.site.close();

  const random = seededRandom(SEED);
  let killed = 0;
  for (let run = 0; run < KILLS; run++) if (await eraseUntilKilled(random.integer(1_500))) killed++;
  expect(killed).toBeGreaterThan(0);
  expect(await eraseUntilKilled(null)).toBe(false);

  const again = await openGround(folder);
  const { site, erasures } = again;
  expect(await erasures.waitingErasures()).toEqual([]);
  const receipts = await Promise.all(ids.map((id) => erasures.erasure(id)));
  for (const { receipt } of receipts) {
    expect(receipt).toMatchObject({
      removed: {
        vault: { attributes: 1, keys: 1 },
        decisions: { decisions: 2, joint: 1 },
        history: { quarantined: 1 },
      },
      models: [{ splits: ["validation"] }],
    });
  }
  expect(await tracesInFiles(folder, people)).toEqual([]);
  expect(await tracesInTables(site.metadata, people)).toEqual([]);
  expect(await site.records.decision(other.decisionId)).toEqual(before);
  for (const links of (await site.records.links()).values()) expect(firstBreak(links)).toBeNull();
  expect(await verifySnapshot(await site.history.seal())).toEqual([]);
  await site.close();
}, 300_000);
