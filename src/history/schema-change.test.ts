// Definitions change while stored bytes stay: what they mean must not.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { HistorySchema } from "../compile/index.ts";
import type { FieldNode } from "../define/index.ts";
import { bucketCount, readBucket, snapshotEvents } from "./bucket.ts";
import {
  clock,
  RecordingVault,
  rawPurchase,
  rawStatement,
  removeTemporaryFolders,
  SOURCE,
  schema,
  temporaryFolder,
} from "./fixture.ts";
import { openHistory } from "./history.ts";
import { currentSnapshot, type Snapshot } from "./snapshot.ts";

afterAll(removeTemporaryFolders);

const source = { source: SOURCE };
const open = (folder: string, using: HistorySchema) =>
  openHistory(folder, { schema: using, vault: new RecordingVault(), clock });

function withField(name: string, change: Partial<FieldNode>): HistorySchema {
  const purchase = schema["purchase"]!;
  const field = { protection: "none", optional: true, ...purchase.fields[name], ...change } as FieldNode;
  return { ...schema, purchase: { ...purchase, fields: { ...purchase.fields, [name]: field } } };
}

const category = (...values: string[]) => withField("kind", { type: { kind: "category", values } });

const changes: readonly (readonly [string, HistorySchema, string, string])[] = [
  ["categories in another order", category("groceries", "cash", "rent"), "kind", "category (groceries, rent, cash)"],
  ["a category taken away", category("groceries", "rent"), "kind", "category (groceries, rent, cash)"],
  [
    "another scale",
    withField("amount", { type: { kind: "money", currency: "USD", scale: 3 } }),
    "amount",
    "of scale 2",
  ],
  ["another currency", withField("amount", { type: { kind: "money", currency: "TWD", scale: 2 } }), "amount", "in USD"],
  ["another kind", withField("online", { type: { kind: "integer" } }), "online", "boolean"],
  ["a field that is protected now", withField("note", { protection: "sensitive" }), "note", "text"],
  ["a field that is open now", withField("schooling", { protection: "none" }), "schooling", "text, sensitive"],
];

async function filled(sealed: boolean): Promise<string> {
  const folder = temporaryFolder();
  const history = await open(folder, schema);
  await history.ingest([rawPurchase("ann", "p1", { amount: "5.00" }), rawStatement("ann", "s1")], source);
  if (sealed) await history.seal();
  await history.close();
  return folder;
}

test.each(changes)("%s is refused by name, in the log and in table files", async (_, changed, field, was) => {
  const refusal = { code: "ASSAY_HISTORY_SCHEMA_CHANGED", problem: { thing: `purchase.${field}` } };
  await expect(open(await filled(false), changed)).rejects.toMatchObject(refusal);
  const folder = await filled(true);
  await expect(open(folder, changed)).rejects.toThrow(was);
  rmSync(join(folder, "log", "schema.json"));
  await expect(open(folder, changed)).rejects.toMatchObject(refusal);
});

async function read(snapshot: Snapshot, using: HistorySchema): Promise<void> {
  for await (const _ of readBucket(snapshot, 0, ["purchase"], using));
  for await (const _ of snapshotEvents(snapshot, using));
}

test("a required field may not be added to a type with events; an optional one may", async () => {
  const added = (optional: boolean) => withField("points", { type: { kind: "integer" }, optional });
  const refusal = { code: "ASSAY_HISTORY_FIELD_ADDED", problem: { thing: "purchase.points" } };
  await expect(open(await filled(false), added(false))).rejects.toMatchObject(refusal);
  await expect(open(await filled(true), added(false))).rejects.toThrow("Make it optional(…)");
  await (await open(await filled(true), added(true))).close();
  await (await open(temporaryFolder(), added(false))).close();
});

test("table files are read under no definition that says something else; an older one with fewer categories does", async () => {
  const snapshot = (await currentSnapshot(await filled(true)))!;
  await read(snapshot, category("groceries", "rent"));
  const refusal = { code: "ASSAY_HISTORY_SCHEMA_CHANGED" };
  const reordered = category("rent", "groceries", "cash");
  await expect(readBucket(snapshot, 0, ["purchase"], reordered).next()).rejects.toMatchObject(refusal);
  await expect(snapshotEvents(snapshot, reordered).next()).rejects.toMatchObject(refusal);
});

test("an event type that turns to another kind of entity is refused; one without events may change", async () => {
  const employer = { ...schema, statement: { ...schema["statement"]!, entity: "employer" } };
  await expect(open(await filled(false), employer)).rejects.toThrow("stored with it as about borrower");
  const folder = temporaryFolder();
  const history = await open(folder, schema);
  await history.ingest([rawPurchase("ann", "p1")], source);
  await history.close();
  await (await open(folder, employer)).close();
});

test("a category may be appended, an optional field and a type added; old values keep their words", async () => {
  const folder = await filled(true);
  const note = { note: { type: { kind: "text" }, protection: "none", optional: true } } as const;
  const statement = { ...schema["statement"]!, fields: { ...schema["statement"]!.fields, ...note } };
  const grown = { ...category("groceries", "rent", "cash", "fuel"), statement, extra: { ...statement, name: "extra" } };
  const history = await open(folder, grown);
  await history.ingest([rawPurchase("ann", "p2", { kind: "fuel" })], source);
  const snapshot = await history.seal();
  for await (const { events } of readBucket(snapshot, 0, ["purchase"], grown)) {
    expect([...events["purchase"]!.fields["kind"]!]).toEqual([1, 3]);
  }
  await history.close();
  await expect(open(folder, schema)).rejects.toMatchObject({ code: "ASSAY_HISTORY_SCHEMA_CHANGED" });
});

test("a type or field taken out of the definitions is still sealed, kept online and guarded", async () => {
  const folder = await filled(false);
  const { statement, purchase } = schema as {
    statement: NonNullable<HistorySchema[string]>;
    purchase: typeof statement;
  };
  const { note: _, ...fields } = purchase.fields;
  rmSync(join(folder, "online"), { recursive: true });
  const history = await open(folder, { purchase: { ...purchase, fields } });
  expect(history.online.history("ann", ["statement"]).events["statement"]!.length).toBe(1);
  const answer = await history.ingest([rawStatement("ann", "s2")], source);
  expect(answer.quarantined).toMatchObject([{ code: "ASSAY_HISTORY_UNKNOWN_EVENT" }]);
  await history.ingest([rawPurchase("ann", "p2")], source);
  const snapshot = await history.seal();
  await history.close();
  expect(snapshot.manifest.events["statement"]!.files.length).toBe(1);
  for await (const { events } of readBucket(snapshot, 0, ["statement", "purchase"], { statement, purchase })) {
    expect([events["statement"]!.length, events["purchase"]!.length]).toEqual([1, 2]);
  }
  await expect(open(folder, withField("note", { type: { kind: "integer" } }))).rejects.toThrow("purchase.note");
});

test("what had arrived by a position can be told from the table files", async () => {
  const folder = await filled(true);
  const history = await open(folder, schema);
  await history.ingest([rawPurchase("ann", "p2"), rawPurchase("bob", "p3")], source);
  const snapshot = await history.seal();
  await history.close();
  const arrived = async (offset: number) => {
    const ids: string[] = [];
    for await (const events of snapshotEvents(snapshot, schema, { partition: 0, offset })) {
      ids.push(...events.map(({ eventId }) => eventId));
    }
    return ids.sort();
  };
  expect(await Promise.all([0, 1, 2, 3, 4].map(arrived))).toEqual([
    [],
    ["p1"],
    ["p1", "s1"],
    ["p1", "p2", "s1"],
    ["p1", "p2", "p3", "s1"],
  ]);
  const rows: number[] = [];
  for await (const { events } of readBucket(snapshot, 0, ["purchase"], schema, { partition: 0, offset: 3 })) {
    rows.push(events["purchase"]!.length);
  }
  expect([bucketCount(snapshot), rows]).toEqual([1, [2]]);
});

test("a recorded schema of a version to come is refused by name", async () => {
  const folder = await filled(false);
  const path = join(folder, "log", "schema.json");
  writeFileSync(path, readFileSync(path, "utf8").replace('"version":1', '"version":2'));
  await expect(open(folder, schema)).rejects.toMatchObject({ code: "ASSAY_HISTORY_UNKNOWN_VERSION" });
});
