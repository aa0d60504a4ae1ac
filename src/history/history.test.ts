import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { type EntityHistory, type HistoryEvent, layOutHistory } from "../compile/index.ts";
import { bucketCount, readBucket } from "./bucket.ts";
import { LOG_START } from "./event-log.ts";
import {
  clock,
  NOW,
  RecordingVault,
  rawPurchase,
  rawStatement,
  removeTemporaryFolders,
  SOURCE,
  schema,
  temporaryFolder,
} from "./fixture.ts";
import { type History, openHistory } from "./history.ts";
import { type HeldEvent, judge, withRevision } from "./revision.ts";
import { isValid, validateEvent } from "./validate-event.ts";
import { decodeEvent, idOf } from "./wire-event.ts";

afterAll(removeTemporaryFolders);

const BOTH = ["statement", "purchase"];
const source = { source: SOURCE };

async function open(folder = temporaryFolder(), vault = new RecordingVault()): Promise<History> {
  return await openHistory(folder, { schema, vault, clock });
}

async function logged(history: History): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  for await (const batch of history.log.read(LOG_START)) events.push(...batch.records.map(decodeEvent));
  return events;
}

async function sealedHistories(history: History): Promise<Map<string, EntityHistory>> {
  const snapshot = await history.seal();
  const found = new Map<string, EntityHistory>();
  for (let bucket = 0; bucket < bucketCount(snapshot); bucket++) {
    for await (const one of readBucket(snapshot, bucket, BOTH)) found.set(one.entity, one);
  }
  return found;
}

test("a mixed batch: accepted, duplicates, a revision, and what is refused by row", async () => {
  const history = await open();
  const revision = rawStatement("ann", "s1", { fields: { billed: "120.00" }, knownAt: "2024-01-09T00:00:00Z" });
  const rows = [
    rawStatement("ann", "s1"),
    rawStatement("ann", "s1"),
    revision,
    rawStatement("ann", "s1", { fields: { billed: "130.00" } }),
    "no object",
    rawStatement("bob", "s2", { at: "2024-06-02T00:00:00Z" }),
    rawPurchase("ann", "p1"),
    revision,
  ];
  const answer = await history.ingest(rows, source);
  expect(answer).toEqual({
    position: { partition: 0, offset: 3 },
    accepted: 3,
    duplicates: 2,
    revisions: 1,
    quarantined: [
      { row: 4, code: "ASSAY_HISTORY_CONFLICT" },
      { row: 5, code: "ASSAY_HISTORY_NOT_AN_EVENT" },
      { row: 6, code: "ASSAY_HISTORY_FUTURE" },
    ],
  });
  expect(history.quarantine.counts().total).toBe(3);
  const ann = history.online.history("ann", BOTH);
  expect(ann).toEqual(layOutHistory("ann", await logged(history), schema));
  expect(ann.events["statement"]!.supersededAt[0]).toBe(ann.events["statement"]!.knownAt[1]);
  await history.close();
});

test("sending everything again changes nothing", async () => {
  const history = await open();
  const rows = [rawStatement("ann", "s1"), rawPurchase("ann", "p1"), 42];
  await history.ingest(rows, source);
  const again = await history.ingest(rows, source);
  expect(again).toMatchObject({ accepted: 0, duplicates: 2, position: { offset: 2 }, quarantined: [{ row: 3 }] });
  expect(history.quarantine.counts().total).toBe(1);
  await history.close();
});

test("protected values reach the vault and no file of the history", async () => {
  const folder = temporaryFolder();
  const vault = new RecordingVault();
  const history = await open(folder, vault);
  await history.ingest(
    [
      rawPurchase("ann", "p1", { schooling: "secret-value" }),
      rawPurchase("ann", "p2", { schooling: 7, note: "open-value" }),
    ],
    source,
  );
  await history.ingest([rawPurchase("ann", "p3", { schooling: "secret-value", kind: "unknown" })], source);
  await history.seal();
  await history.close();
  expect(vault.rows.map(({ field, value }) => [field, value])).toEqual([["schooling", "secret-value"]]);
  expect(filesHolding(folder, "secret-value")).toEqual([]);
  expect(filesHolding(folder, "ann").length).toBeGreaterThan(0);
});

function filesHolding(folder: string, text: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
  return files.filter((name) => readFileSync(join(folder, name)).includes(text));
}

test("the vault comes first: where it fails, nothing is accepted", async () => {
  const folder = temporaryFolder();
  const vault = { store: () => Promise.reject(new Error("vault is down")) };
  const history = await openHistory(folder, { schema, vault, clock });
  await expect(history.ingest([rawPurchase("ann", "p1", { sex: "F" })], source)).rejects.toThrow("vault is down");
  expect(history.log.head().offset).toBe(0);
  expect((await history.ingest([rawPurchase("ann", "p2")], source)).accepted).toBe(1);
  await history.close();
});

test("callers at the same time are each answered for their own rows, and judged against each other", async () => {
  const history = await open();
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) => history.ingest([rawStatement("ann", `s${i >> 1}`), i], source)),
  );
  expect(answers.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(20);
  expect(answers.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(20);
  for (const answer of answers) expect(answer.quarantined).toEqual([{ row: 2, code: "ASSAY_HISTORY_NOT_AN_EVENT" }]);
  expect(history.log.head().offset).toBe(20);
  await history.close();
});

test("the log, the online store and the sealed tables give the same arrays", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyRow, { maxLength: 40 }), fc.nat(40), async (rows, cut) => {
      const history = await open();
      await history.ingest(rows.slice(0, cut), source);
      await history.seal();
      await history.ingest(rows.slice(cut), source);
      const events = await logged(history);
      const sealed = await sealedHistories(history);
      for (const entity of ENTITIES) {
        const mine = events.filter((event) => event.entity === entity);
        const expected = layOutHistory(entity, mine, schema);
        expect(history.online.history(entity, BOTH)).toEqual(expected);
        expect(sealed.get(entity)).toEqual(mine.length === 0 ? undefined : expected);
      }
      await history.close();
    }),
    { numRuns: 12 },
  );
});

test("arrival order does not matter: histories are a function of what was accepted, and the order of other events is free", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyRow, { maxLength: 30 }),
      fc.array(fc.nat(), { minLength: 60, maxLength: 60 }),
      async (rows, dice) => {
        const one = await open();
        await one.ingest(rows, source);
        // Deliveries of one event keep their order, everything else is shuffled, and some come twice.
        const other = await open();
        for (const batch of inBatches(interleaved(rows, dice), dice)) await other.ingest(batch, source);
        for (const entity of ENTITIES) {
          expect(other.online.history(entity, BOTH)).toEqual(one.online.history(entity, BOTH));
        }
        expect(other.log.head()).toEqual(one.log.head());
        await one.close();
        await other.close();
      },
    ),
    { numRuns: 15 },
  );
});

test("the door judges as contract 1 says, row by row, whatever the batches", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyRow, { maxLength: 40 }),
      fc.array(fc.nat(), { minLength: 60, maxLength: 60 }),
      async (rows, dice) => {
        const history = await open();
        for (const batch of inBatches(rows, dice)) await history.ingest(batch, source);
        expect(await logged(history)).toEqual(acceptedOneByOne(rows));
        await history.close();
      },
    ),
    { numRuns: 15 },
  );
});

/** The slow, obvious twin of the door: no store, no batches, no log. */
function acceptedOneByOne(rows: readonly unknown[]): HistoryEvent[] {
  const held = new Map<string, HeldEvent>();
  const accepted: HistoryEvent[] = [];
  for (const raw of rows) {
    const valid = validateEvent(raw, schema, { now: NOW, source: SOURCE });
    if (!isValid(valid)) continue;
    const id = idOf(valid.event);
    const { kind } = judge(valid, held.get(id));
    if (kind !== "new" && kind !== "revision") continue;
    held.set(id, withRevision(held.get(id), valid.event));
    accepted.push(valid.event);
  }
  return accepted;
}

const ENTITIES = ["ann", "bob", "cy"];
const day = (n: number) => `2024-01-${String(n + 1).padStart(2, "0")}T00:00:00Z`;

/** Rows that often share an id: duplicates, revisions, retractions, conflicts and moves to another entity. */
const anyRow = fc
  .record({
    entity: fc.constantFrom(...ENTITIES),
    id: fc.nat(6),
    at: fc.nat(2),
    late: fc.option(fc.nat(4), { nil: undefined }),
    billed: fc.nat(2),
    retracted: fc.boolean(),
    seq: fc.option(fc.nat(2)),
  })
  .map(({ entity, id, at, late, billed, retracted, seq }) => {
    const known = late === undefined ? {} : { knownAt: day(at + late) };
    return rawStatement(entity, `${entity}-${id}`, { at: day(at), ...known, seq, retracted, fields: { billed } });
  });

type Row = { readonly eventId: string };

function interleaved<T extends Row>(rows: readonly T[], dice: readonly number[]): T[] {
  const queues = [...Map.groupBy(rows, ({ eventId }) => eventId).values()].map((queue) => [...queue]);
  const mixed: T[] = [];
  for (let i = 0; queues.length > 0; i++) {
    const at = dice[i % dice.length]! % queues.length;
    const row = queues[at]!.shift()!;
    mixed.push(row);
    if (queues[at]!.length === 0) queues.splice(at, 1);
    if (dice[(i + 7) % dice.length]! % 4 === 0) mixed.push(row);
  }
  return mixed;
}

function inBatches<T>(rows: readonly T[], dice: readonly number[]): T[][] {
  const batches: T[][] = [];
  for (let start = 0, i = 0; start < rows.length; i++) {
    const size = 1 + (dice[i % dice.length]! % 9);
    batches.push(rows.slice(start, start + size));
    start += size;
  }
  return batches;
}

test("a crash between the log and the online store is healed at open", async () => {
  const folder = temporaryFolder();
  const first = await open(folder);
  await first.ingest([rawStatement("ann", "s1")], source);
  await first.close();
  const before = await openOnlyLog(folder);
  await before.append([Buffer.from(JSON.stringify({ ...(await sample()), version: 1 }))]);
  await before.close();
  const second = await open(folder);
  expect(second.online.appliedUpTo()).toEqual(second.log.head());
  expect(second.online.history("bob", BOTH).events["statement"]!.length).toBe(1);
  expect((await second.ingest([rawStatement("bob", "s9")], source)).duplicates).toBe(1);
  await second.close();
});

async function sample(): Promise<HistoryEvent> {
  const valid = validateEvent(rawStatement("bob", "s9"), schema, { now: NOW, source: SOURCE });
  if (!isValid(valid)) throw new Error(valid.code);
  return valid.event;
}

async function openOnlyLog(folder: string) {
  const { openLocalLog } = await import("./local-log.ts");
  return await openLocalLog(join(folder, "log"));
}

test("a lost online store is rebuilt from the snapshot and the log behind it, also when the log was trimmed", async () => {
  const folder = temporaryFolder();
  const first = await open(folder);
  await first.ingest([rawStatement("ann", "s1"), rawPurchase("ann", "p1", { note: "n", merchant: "m" })], source);
  await first.seal();
  expect(await first.trimLog()).toEqual([]);
  await first.ingest(
    [rawStatement("ann", "s1", { retracted: true, knownAt: "2024-02-01T00:00:00Z" }), rawStatement("bob", "s2")],
    source,
  );
  const expected = ENTITIES.map((entity) => first.online.history(entity, BOTH));
  await first.close();
  rmSync(join(folder, "online"), { recursive: true });
  const second = await open(folder);
  expect(ENTITIES.map((entity) => second.online.history(entity, BOTH))).toEqual(expected);
  expect(second.online.appliedUpTo()).toEqual(second.log.head());
  expect(
    (await second.ingest([rawStatement("ann", "s1"), rawPurchase("ann", "p1", { note: "n", merchant: "m" })], source))
      .duplicates,
  ).toBe(2);
  await second.close();
});

test("a history whose log was lost is refused: new events would get positions that readers have passed", async () => {
  const folder = temporaryFolder();
  const history = await open(folder);
  await history.ingest([rawStatement("ann", "s1")], source);
  await history.close();
  rmSync(join(folder, "log"), { recursive: true });
  await expect(open(folder)).rejects.toMatchObject({ code: "ASSAY_HISTORY_LOG_BEHIND" });
  // The refusal leaves no lock behind, and says so again.
  await expect(open(folder)).rejects.toMatchObject({ code: "ASSAY_HISTORY_LOG_BEHIND" });
});

test("sealing while rows come in takes what had arrived, and the next seal the rest", async () => {
  const history = await open();
  const rows = (from: number) => Array.from({ length: 50 }, (_, i) => rawStatement("ann", `s${from + i}`));
  await history.ingest(rows(0), source);
  const [first] = await Promise.all([history.seal(), history.seal(), history.ingest(rows(50), source)]);
  const second = await history.seal();
  expect(first.manifest.position.offset).toBeGreaterThanOrEqual(50);
  expect(second.manifest.position).toEqual(history.log.head());
  expect((await sealedHistories(history)).get("ann")).toEqual(history.online.history("ann", BOTH));
  await history.close();
});

const url = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);

test("kill -9 during ingest: every acknowledged row is there once, and sending all again completes the history", async () => {
  const folder = temporaryFolder();
  const child = `
    import { openHistory } from ${url("./history.ts")};
    import { clock, RecordingVault, rawStatement, schema } from ${url("./fixture.ts")};
    const history = await openHistory(${JSON.stringify(folder)}, { schema, vault: new RecordingVault(), clock });
    for (let i = 0; ; i += 20) {
      const rows = Array.from({ length: 20 }, (_, j) => rawStatement("e" + (j % 7), "s" + (i + j)));
      await history.ingest(rows, { source: "core" });
      process.stdout.write(i + 20 + "\\n");
    }`;
  for (const limit of [200, 700]) {
    const acknowledged = await runUntil(child, limit);
    const history = await open(folder);
    const ids = (await logged(history)).map(({ eventId }) => eventId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(acknowledged);
    const counts = Array.from(
      { length: 7 },
      (_, j) => history.online.history(`e${j}`, BOTH).events["statement"]!.length,
    );
    expect(counts.reduce((a, b) => a + b)).toBe(ids.length);
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

test("a full disk: ingest says so, keeps what it acknowledged, and goes on once there is space", async ({ skip }) => {
  const small = temporaryFolder();
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", small]);
  if (mounted.status !== 0) return skip("mounting a small file system needs root");
  try {
    writeFileSync(join(small, "ballast"), Buffer.alloc(1 << 20));
    const history = await open(join(small, "history"));
    const refusal = await ingestUntilRefused(history);
    expect(refusal.error).toMatchObject({ code: expect.stringMatching(/^ASSAY_HISTORY_(LOG|STORE)_FULL$/) });
    rmSync(join(small, "ballast"));
    const again = await history.ingest(batch(refusal.acknowledged), source);
    expect(again.accepted + again.duplicates).toBe(500);
    await history.close();
    const reopened = await open(join(small, "history"));
    const ids = (await logged(reopened)).map(({ eventId }) => eventId);
    expect(ids).toEqual(Array.from({ length: 500 * (refusal.acknowledged + 1) }, (_, i) => `s${i}`));
    expect(reopened.online.appliedUpTo()).toEqual(reopened.log.head());
    await reopened.close();
  } finally {
    spawnSync("umount", ["-l", small]);
  }
});

const batch = (number: number) => Array.from({ length: 500 }, (_, i) => rawStatement(`e${i}`, `s${number * 500 + i}`));

async function ingestUntilRefused(history: History): Promise<{ acknowledged: number; error: unknown }> {
  for (let acknowledged = 0; ; acknowledged++) {
    try {
      await history.ingest(batch(acknowledged), source);
    } catch (error) {
      return { acknowledged, error };
    }
  }
}
