import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { AssayError } from "../base/index.ts";
import { WAITING_AT_MOST } from "./applier.ts";
import { problems } from "./errors.ts";
import { LOG_START } from "./event-log.ts";
import { clock, RecordingVault, rawStatement, removeTemporaryFolders, schema, temporaryFolder } from "./fixture.ts";
import { type History, openHistory } from "./history.ts";
import type { OnlineHistories } from "./online-histories.ts";
import { decodeEvent } from "./wire-event.ts";

afterAll(removeTemporaryFolders);

const durable = { source: "core", until: "durable" } as const;
const visible = { source: "core" };
const open = (folder = temporaryFolder()) => openHistory(folder, { schema, vault: new RecordingVault(), clock });

/** The real store, written only while its gate is open. */
function behindGate({ online }: History) {
  const apply = online.applyEvents.bind(online);
  let gate = Promise.withResolvers<void>();
  (online as OnlineHistories).applyEvents = (batch): Promise<void> => gate.promise.then(() => apply(batch));
  return {
    open: () => gate.resolve(),
    close() {
      gate = Promise.withResolvers();
    },
  };
}

const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => rawStatement(`e${(from + i) % 9}`, `s${from + i}`));
const seen = ({ online }: History, entity: string) =>
  online.history(entity, ["statement"]).events["statement"]?.length ?? 0;

async function loggedIds({ log }: History): Promise<string[]> {
  const ids: string[] = [];
  for await (const { records } of log.read(LOG_START)) ids.push(...records.map((one) => decodeEvent(one).eventId));
  return ids;
}

test("durable is answered before the deciders see it; its position says when they do", async () => {
  const history = await open();
  const gate = behindGate(history);
  const { position } = await history.ingest(rows(0, 100), durable);
  expect([position.offset, history.waiting(), seen(history, "e1")]).toEqual([100, 100, 0]);
  const reached = history.reached(position).then(() => seen(history, "e1"));
  const later = history.ingest([rawStatement("ann", "a1")], visible).then(() => seen(history, "ann"));
  expect(seen(history, "e1")).toBe(0);
  gate.open();
  expect([await reached, await later, history.waiting()]).toEqual([11, 1, 0]);
  await history.reached(LOG_START);
  await history.close();
});

test("what is logged and not yet applied is known: again, revised, contradicted, moved to another", async () => {
  const history = await open();
  await history.ingest([rawStatement("ann", "old")], visible);
  const gate = behindGate(history);
  const revised = (eventId: string, billed: string, day: string) =>
    rawStatement("ann", eventId, { fields: { billed }, knownAt: `2024-05-${day}T00:00:00Z` });
  await history.ingest([rawStatement("ann", "new"), revised("old", "1.00", "01")], durable);
  const again = await history.ingest(
    [
      rawStatement("ann", "new"),
      revised("old", "1.00", "01"),
      rawStatement("ann", "old"),
      revised("old", "2.00", "02"),
      revised("new", "3.00", "03"),
      rawStatement("ann", "new", { fields: { billed: "4.00" } }),
      rawStatement("bob", "new"),
    ],
    durable,
  );
  expect(again).toMatchObject({ accepted: 2, revisions: 2, duplicates: 3 });
  expect(again.quarantined).toEqual([
    { row: 6, code: "ASSAY_HISTORY_CONFLICT" },
    { row: 7, code: "ASSAY_HISTORY_OTHER_THING" },
  ]);
  gate.open();
  await history.reached(again.position);
  expect(history.online.held([{ source: "core", eventId: "old" }])[0]?.revisions).toHaveLength(3);
  expect(await history.ingest([rawStatement("ann", "new"), revised("old", "2.00", "02")], visible)).toMatchObject({
    accepted: 0,
    duplicates: 2,
  });
  await history.close();
});

test("however it falls behind, the same is accepted and the same is held as by waiting for each", async () => {
  const step = fc.record({
    ids: fc.array(fc.nat(6), { minLength: 1, maxLength: 8 }),
    day: fc.integer({ min: 10, max: 28 }),
    own: fc.boolean(),
    open: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const [behind, waiting] = [await open(), await open()];
      const gate = behindGate(behind);
      for (const { ids, day, own, open: opened } of steps) {
        if (opened) gate.open();
        const batch = ids.map((id) =>
          rawStatement(
            `e${id % 3}`,
            `s${id}`,
            own ? { fields: { billed: `${day}` }, knownAt: `2024-05-${day}T00:00:00Z` } : {},
          ),
        );
        expect(await behind.ingest(batch, durable)).toEqual(await waiting.ingest(batch, visible));
        if (opened) gate.close();
      }
      gate.open();
      await behind.reached(behind.log.head());
      for (const entity of ["e0", "e1", "e2"]) {
        expect(behind.online.history(entity, ["statement"])).toEqual(waiting.online.history(entity, ["statement"]));
      }
      expect(behind.quarantine.counts()).toEqual(waiting.quarantine.counts());
      await behind.close();
      await waiting.close();
    }),
    { numRuns: 25, seed: 20 },
  );
});

test("a store that cannot be written is named to who waits for it, and made up for from the log", async () => {
  const history = await open();
  const apply = history.online.applyEvents.bind(history.online);
  const full = new AssayError(problems.STORE_FULL("the store", {}));
  let left = 2;
  history.online.applyEvents = (batch) => {
    if (left-- > 0) throw full;
    apply(batch);
  };
  const { position } = await history.ingest(rows(0, 10), durable);
  await expect(history.reached(position)).rejects.toBe(full);
  expect(history.waiting()).toBe(10);
  // Nothing more is logged while the store does not follow.
  await expect(history.ingest(rows(10, 20), durable)).rejects.toBe(full);
  expect(history.log.head().offset).toBe(10);
  expect(await history.ingest(rows(5, 20), visible)).toMatchObject({ accepted: 10, duplicates: 5 });
  expect([seen(history, "e0"), history.waiting()]).toEqual([3, 0]);
  await history.close();
});

test("who logs more than may wait, waits", async () => {
  const history = await open();
  const gate = behindGate(history);
  let answered = 0;
  const chunk = 2_000;
  const all = (async () => {
    for (let from = 0; from < WAITING_AT_MOST + 3 * chunk; from += chunk) {
      await history.ingest(rows(from, from + chunk), durable);
      answered += chunk;
    }
  })();
  await expect.poll(() => answered, { timeout: 60_000 }).toBe(WAITING_AT_MOST + chunk);
  expect([history.waiting(), history.log.head().offset]).toEqual([answered, answered]);
  gate.open();
  await all;
  await history.reached(history.log.head());
  expect(history.waiting()).toBe(0);
  await history.close();
}, 120_000);

test("closing finishes what waits; forgetting waits for it", async () => {
  const folder = temporaryFolder();
  const first = await open(folder);
  const gate = behindGate(first);
  await first.ingest(rows(0, 500), durable);
  const forgotten = first.forget(["e1"]);
  gate.open();
  await forgotten;
  expect([seen(first, "e1"), seen(first, "e2")]).toEqual([0, 56]);
  await first.ingest(rows(500, 700), durable);
  await first.close();
  const second = await open(folder);
  expect(second.online.appliedUpTo()).toEqual(second.log.head());
  await second.close();
});

const url = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);

test("kill -9 while answers run ahead of the store: what was answered is there, once", async () => {
  const folder = temporaryFolder();
  const code = `
    import { openHistory } from ${url("./history.ts")};
    import { clock, RecordingVault, rawStatement, schema } from ${url("./fixture.ts")};
    const history = await openHistory(${JSON.stringify(folder)}, { schema, vault: new RecordingVault(), clock });
    const from = history.log.head().offset;
    history.online.applyEvents = () => new Promise(() => {});
    for (let i = from; ; i += 50) {
      const rows = Array.from({ length: 50 }, (_, j) => rawStatement("e" + ((i + j) % 7), "s" + (i + j)));
      const { position } = await history.ingest(rows, { source: "core", until: "durable" });
      process.stdout.write(position.offset + "\\n");
    }`;
  for (const limit of [300, 900]) {
    const acknowledged = await runUntil(code, limit);
    const history = await open(folder);
    const ids = await loggedIds(history);
    expect(ids.length).toBeGreaterThanOrEqual(acknowledged);
    expect(new Set(ids).size).toBe(ids.length);
    const online = Array.from({ length: 7 }, (_, j) => seen(history, `e${j}`)).reduce((a, b) => a + b);
    expect(online).toBe(ids.length);
    await history.close();
  }
});

async function runUntil(code: string, limit: number): Promise<number> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  let acknowledged = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line);
    if (acknowledged >= limit) child.kill("SIGKILL");
  }
  await exited;
  return acknowledged;
}
