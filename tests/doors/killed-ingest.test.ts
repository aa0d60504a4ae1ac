// A service is killed while events come in over HTTP; every batch is sent again to the one that follows it. Nothing that was
// answered is lost, nothing is there twice.

import { afterAll, beforeAll, expect, it } from "vitest";
import { seededRandom } from "../../src/base/index.ts";
import { freePort, type Running } from "../e2e/assay-process.ts";
import { SmallWorkspace, statement } from "./small-workspace.ts";

const SEED = "killed while events come in";
const KILLS = 2;
const BATCHES = 60;
const ROWS = 50;

let workspace: SmallWorkspace;
let key: string;
beforeAll(async () => {
  workspace = await SmallWorkspace.open();
  key = (await workspace.json<{ token: string }>("keys", "create", "writer", "--rights", "events:write,read")).document
    .token;
});
afterAll(() => workspace.close());

async function serve(): Promise<{ service: Running; url: string }> {
  const port = await freePort();
  const service = workspace.ground.start(["--workspace", "book", "serve", "--port", String(port)]);
  await service.said("Assay serves book");
  return { service, url: `http://127.0.0.1:${port}` };
}

const batch = (number: number) =>
  Array.from({ length: ROWS }, (_, i) => statement(`e${(number * ROWS + i) % 30}`, `s${number * ROWS + i}`));

interface Answer {
  readonly accepted: number;
  readonly duplicates: number;
}

async function send(url: string, number: number): Promise<Answer> {
  const reply = await fetch(`${url}/v1/events?source=core`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body: JSON.stringify({ events: batch(number) }),
  });
  expect(reply.status).toBe(200);
  return (await reply.json()) as Answer;
}

it(`loses nothing and takes nothing twice (seed "${SEED}")`, async () => {
  const random = seededRandom(SEED);
  const answered = new Set<number>();
  for (let kill = 0; kill < KILLS; kill++) {
    const { service, url } = await serve();
    const after = 5 + random.integer(25);
    const all = Array.from({ length: BATCHES }, async (_, number) => {
      await send(url, number);
      answered.add(number);
      if (answered.size >= after * (kill + 1)) service.process.kill("SIGKILL");
    });
    await Promise.allSettled(all);
    service.process.kill("SIGKILL");
    await service.ended;
  }
  const { service, url } = await serve();
  const again = await Promise.all(Array.from({ length: BATCHES }, (_, number) => send(url, number)));
  for (const number of answered)
    expect(again[number]).toEqual(expect.objectContaining({ accepted: 0, duplicates: ROWS }));
  const once = await Promise.all(Array.from({ length: BATCHES }, (_, number) => send(url, number)));
  for (const { accepted, duplicates } of once)
    expect({ accepted, duplicates }).toEqual({ accepted: 0, duplicates: ROWS });
  service.process.kill("SIGTERM");
  expect((await service.ended).code).toBe(0);
  // The position of the last event is the number of events: none stands twice in the log.
  const sealed = await workspace.json<{ position: { offset: number } }>("seal");
  expect(sealed.document.position.offset).toBe(BATCHES * ROWS);
  expect((await workspace.json("verify")).code).toBe(0);
});
