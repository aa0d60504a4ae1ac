// Snapshots for whoever asks in the registry, while events and decisions come in: each holds the log up to a place, every
// record once, and all that had been acknowledged when it was asked for.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Hash } from "../base/index.ts";
import { applicationEvents, type DecisionAnswer } from "../decisions/index.ts";
import { type PlacedEvent, placedEvents, type SnapshotManifest, verifySnapshot } from "../history/index.ts";
import type { SnapshotAnswer } from "../registry/index.ts";
import { statement } from "./fixtures/line-bundle.ts";
import { bearer, type LineService, lineRequestOf, openLineService, statementsOf } from "./fixtures/line-service.ts";

let service: LineService;
let app: FastifyInstance;
let headers: { authorization: string };
beforeAll(async () => {
  service = await openLineService();
  app = await service.build();
  headers = await bearer(service.keys);
});
afterAll(() => service.close());

const ANSWERED = { timeout: 10_000, interval: 20 };

async function answered(request: number): Promise<SnapshotAnswer> {
  const { registry } = service.parts;
  await expect.poll(() => registry.snapshotAnswer(request), ANSWERED).toBeDefined();
  return (await registry.snapshotAnswer(request))!;
}

async function snapshotOf(hash: Hash) {
  const { folder } = service.parts.history;
  const text = await readFile(join(folder, "snapshots", `${hash}.json`), "utf8");
  return { hash, folder, manifest: JSON.parse(text) as SnapshotManifest };
}

const schema = Object.fromEntries([statement, ...applicationEvents].map((event) => [event.name, event]));

/** Every event of a snapshot in the order of the log; what it says of its files is true. */
async function eventsOf(hash: Hash): Promise<{ readonly events: PlacedEvent[]; readonly end: number }> {
  const snapshot = await snapshotOf(hash);
  expect(await verifySnapshot(snapshot)).toEqual([]);
  const events: PlacedEvent[] = [];
  for await (const some of placedEvents(snapshot, schema)) events.push(...some);
  return { events: events.sort((a, b) => a.offset - b.offset), end: snapshot.manifest.position.offset };
}

let next = 0;
async function takeIn(): Promise<number> {
  const person = `b-${next++}`;
  const answer = await app.inject({ method: "POST", url: "/v1/events", headers, payload: statementsOf(person, 1, 20) });
  return answer.json<{ position: { offset: number } }>().position.offset;
}

async function decide(): Promise<string> {
  const keyed = { ...headers, "idempotency-key": `k-${next++}` };
  const answer = await app.inject({
    method: "POST",
    url: "/v1/decisions",
    headers: keyed,
    payload: lineRequestOf("b-0"),
  });
  return answer.json<DecisionAnswer>().decision.decisionId;
}

describe("a snapshot on request", () => {
  it("holds every record up to its place once, whatever comes in beside", async () => {
    const { registry } = service.parts;
    let asking = true;
    const beside = [takeIn, takeIn, decide].map(async (work) => {
      let rounds = 0;
      for (; asking; rounds++) await work();
      return rounds;
    });
    const ends: number[] = [];
    for (let asked = 0; asked < 4; asked++) {
      const [acknowledged, decided] = await Promise.all([takeIn(), decide()]);
      const answer = await answered(await registry.requestSnapshot());
      const { events, end } = await eventsOf((answer as { snapshot: Hash }).snapshot);
      expect(events.map(({ offset }) => offset)).toEqual(Array.from({ length: end }, (_, i) => i));
      expect(end).toBeGreaterThanOrEqual(acknowledged);
      const told = events.filter(({ event }) => event.event === "application.decided");
      expect(told.map(({ event }) => event.fields["decision"])).toContain(decided);
      ends.push(end);
    }
    asking = false;
    for (const rounds of await Promise.all(beside)) expect(rounds).toBeGreaterThan(ends.length);
    expect(ends).toEqual([...new Set(ends)].sort((a, b) => a - b));
  });

  it("answers all who wait, and who asks again without news gets the same one", async () => {
    const { registry } = service.parts;
    await takeIn();
    const requests = await Promise.all([registry.requestSnapshot(), registry.requestSnapshot()]);
    const answers = await Promise.all(requests.map(answered));
    expect(answers[0]).toMatchObject({ snapshot: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await answered(await registry.requestSnapshot())).toEqual(answers[0]);
  });

  it("that cannot be made is answered with why, and the next one is made", async () => {
    const { registry, history } = service.parts;
    const current = join(history.folder, "snapshots", "current");
    const before = await readFile(current);
    await takeIn();
    await writeFile(current, "{");
    expect(await answered(await registry.requestSnapshot())).toEqual({ failure: expect.stringContaining("JSON") });
    await writeFile(current, before);
    expect(await answered(await registry.requestSnapshot())).toHaveProperty("snapshot");
  });
});
