// A person leaves a history: log, table files, online store and quarantine. Nobody else's history changes by a bit, but for
// references to the person, and an old delivery, sent again, brings nothing back.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { fixedClock, instant } from "../../src/base/index.ts";
import type { EntityHistory, HistorySchema } from "../../src/compile/index.ts";
import type { EventNode, FieldNode, FieldType } from "../../src/define/index.ts";
import { currentSnapshot, type History, openHistory, placedEvents, readBucket } from "../../src/history/index.ts";
import { tracesInFiles } from "./absence.ts";

const field = (type: FieldType): FieldNode => ({ type, protection: "none", optional: true });
const node = (name: string, fields: EventNode["fields"]): EventNode => ({
  kind: "event",
  name,
  entity: "borrower",
  delayMicros: 0,
  fields,
});
const schema: HistorySchema = {
  payment: node("payment", { amount: field({ kind: "integer" }), note: field({ kind: "text" }) }),
  transfer: node("transfer", { amount: field({ kind: "integer" }), to: field({ kind: "ref", entity: "borrower" }) }),
};

const PERSON = "borrower-zanzibar-4711";
const MARKS = [PERSON, "ev-zanzibar", "a note on zanzibar"];
/** In each round: enough for several chunks of the online store. */
const PAYMENTS = 200;
const OTHERS = ["ann", "ben", "borrower-zanzibar-471", "cleo"];

let folder: string;
let history: History;
let erased: Set<string>;

const vault = {
  store: async () => {},
  erased: async (entities: Iterable<string>) => new Set(Array.from(entities).filter((entity) => erased.has(entity))),
};

async function open(): Promise<History> {
  return await openHistory(join(folder, "history"), {
    schema,
    vault,
    clock: fixedClock(instant("2030-01-01T00:00:00Z")),
  });
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-forget-history-"));
  erased = new Set();
  history = await open();
});

afterEach(async () => {
  await history.close();
  await rm(folder, { recursive: true });
});

const day = (n: number) => new Date(Date.UTC(2024, 0, 1 + n)).toISOString();

function rowsOf(entity: string, round: number): object[] {
  const mine = entity === PERSON;
  const id = (n: number) => `${mine ? "ev-zanzibar" : `ev-${entity}`}-${round}-${n}`;
  const note = mine ? `a note on zanzibar ${round}` : `a note on ${entity}`;
  const rows: object[] = Array.from({ length: PAYMENTS }, (_, n) => ({
    event: "payment",
    entity,
    eventId: id(n),
    at: day(round * PAYMENTS + n),
    fields: { amount: n, note },
  }));
  rows.push({ ...rows[0], knownAt: day(round * PAYMENTS + PAYMENTS + 9), fields: { amount: 7, note } });
  rows.push({ ...rows[1], knownAt: day(round * PAYMENTS + PAYMENTS + 9), retracted: true });
  const to = mine ? "ann" : entity === "ann" ? PERSON : "ann";
  return [
    ...rows,
    { event: "transfer", entity, eventId: id(PAYMENTS), at: day(round * PAYMENTS), fields: { amount: 5, to } },
  ];
}

/** Three rounds of everybody, the first two sealed; and rows of the person that are refused. */
async function takeIn(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    const rows = [PERSON, ...OTHERS].flatMap((entity) => rowsOf(entity, round));
    expect((await history.ingest(rows, { source: "core" })).accepted).toBe(rows.length);
    if (round < 2) await history.seal();
  }
  const wrong = { event: "payment", eventId: "ev-zanzibar-wrong", at: "soon", fields: {} };
  const moved = { ...rowsOf(PERSON, 0)[2], entity: "ann" };
  const another = { ...wrong, entity: "ann", eventId: "ev-ann-wrong" };
  await history.ingest([{ ...wrong, entity: PERSON }, moved, another], { source: "core" });
}

const online = (entity: string) => history.online.history(entity, Object.keys(schema));

async function fromTables(): Promise<Map<string, EntityHistory>> {
  const snapshot = (await currentSnapshot(history.folder))!;
  const found = new Map<string, EntityHistory>();
  for (let bucket = 0; bucket < 2 ** snapshot.manifest.bits; bucket++) {
    for await (const one of readBucket(snapshot, bucket, Object.keys(schema), schema)) found.set(one.entity, one);
  }
  return found;
}

async function offsets(): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for await (const events of placedEvents((await currentSnapshot(history.folder))!, schema)) {
    for (const { event, offset } of events) found.set(`${event.eventId} ${event.knownAt}`, offset);
  }
  return found;
}

it("forgets a person in every file, and changes nobody else by a bit", async () => {
  await takeIn();
  const before = new Map(OTHERS.map((entity) => [entity, online(entity)]));
  const held = await history.holdingsOf([PERSON]);
  expect(held).toEqual({ events: 3 * (PAYMENTS + 3), redacted: 3, quarantined: 2 });
  const kinds = (await tracesInFiles(folder, MARKS)).map((path) => path.split("/")[1]);
  expect(new Set(kinds)).toEqual(new Set(["log", "tables", "online", "quarantine"]));

  erased.add(PERSON);
  const coming = history.ingest([...rowsOf(PERSON, 4), ...rowsOf("dora", 4)], { source: "core" });
  for (let time = 0; time < 2; time++) await history.forget([PERSON]);
  expect((await coming).accepted).toBe(PAYMENTS + 3);

  expect(online(PERSON).events).toEqual({});
  for (const entity of OTHERS) {
    const { payment, transfer } = online(entity).events;
    expect(payment).toEqual(before.get(entity)!.events["payment"]);
    if (entity === "ann") expect([...transfer!.fields["to"]!]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    else expect(transfer).toEqual(before.get(entity)!.events["transfer"]);
  }
  const live = new Map([...OTHERS, "dora"].map((entity) => [entity, online(entity)]));
  await history.close();
  history = await open();
  expect(await tracesInFiles(folder, MARKS)).toEqual([]);
  expect(await history.holdingsOf([PERSON])).toEqual({ events: 0, redacted: 0, quarantined: 0 });
  for (const [entity, seen] of live) expect(online(entity)).toEqual(seen);
  expect(history.quarantine.list({ limit: 9 }).map(({ payload }) => payload)).toMatchObject([
    { payload: { eventId: "ev-ann-wrong" } },
  ]);
});

it("keeps every other event at its place in the log, and the table files give what the online store gives", async () => {
  await takeIn();
  await history.seal();
  const before = await offsets();
  erased.add(PERSON);
  await history.forget([PERSON]);
  const others = [...before].filter(([name]) => !name.startsWith("ev-zanzibar-"));
  expect(new Map(await offsets())).toEqual(new Map(others));
  await history.ingest(rowsOf("ann", 5), { source: "core" });
  await history.seal();
  const tables = await fromTables();
  expect([...tables.keys()].sort()).toEqual([...OTHERS].sort());
  for (const [entity, seen] of tables) expect(online(entity)).toEqual(seen);
});

it("takes nothing of an erased person in again, and finds the old deliveries of others to be duplicates", async () => {
  await takeIn();
  erased.add(PERSON);
  await history.forget([PERSON]);
  const head = history.log.head();
  const wrong = { event: "payment", entity: PERSON, eventId: "ev-zanzibar-later", at: "soon" };
  const referring = { event: "transfer", entity: "ben", eventId: "ev-ben-bad", at: "soon", fields: { to: PERSON } };
  const again = [...rowsOf(PERSON, 1), wrong, referring];
  const { quarantined, accepted } = await history.ingest(again, { source: "core" });
  expect(accepted).toBe(0);
  expect(quarantined.map(({ code }) => code)).toEqual([
    ...Array.from({ length: PAYMENTS + 4 }, () => "ASSAY_HISTORY_ERASED"),
    expect.stringMatching(/^ASSAY_HISTORY_(?!ERASED)/),
  ]);
  const others = OTHERS.flatMap((entity) => rowsOf(entity, 1));
  expect(await history.ingest(others, { source: "core" })).toMatchObject({ accepted: 0, duplicates: others.length });
  expect(history.log.head()).toEqual(head);
  await history.close();
  history = await open();
  // Rebuilt from table files, it still knows them.
  expect(await history.ingest(others, { source: "core" })).toMatchObject({ accepted: 0, duplicates: others.length });
  expect(await tracesInFiles(folder, MARKS)).toEqual([]);
});
