import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
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
import { openQuarantine } from "./quarantine.ts";
import { readQuarantine } from "./quarantine-entries.ts";

afterAll(removeTemporaryFolders);

const source = { source: SOURCE };
const BY = "ops";

async function open(folder = temporaryFolder(), vault = new RecordingVault()): Promise<History> {
  return await openHistory(folder, { schema, vault, clock });
}

async function refusedIds(history: History, ...rows: unknown[]): Promise<string[]> {
  await history.ingest(rows, source);
  return history.quarantine.list({ limit: 99 }).map(({ id }) => id);
}

test("a mended field: the row goes in under its own source, and a later line resolves the entry", async () => {
  const folder = temporaryFolder();
  const history = await open(folder);
  const [id] = await refusedIds(history, rawStatement("ann", "s1", { fields: { billed: "1.005", monthsLate: 0 } }));
  const before = readFileSync(join(folder, "quarantine", "rows.ndjson"), "utf8");
  const mended = await history.resubmit({ id: id!, set: { billed: "1.00" } }, BY);
  expect(mended).toEqual({ id, position: { partition: 0, offset: 1 } });
  expect(history.online.history("ann", ["statement"]).events["statement"]!.length).toBe(1);
  expect(history.quarantine.find(id!)).toMatchObject({
    id,
    mended: { by: BY, mendedAt: NOW, position: mended.position },
  });
  expect(history.quarantine.list({ limit: 9, onlyOpen: true })).toEqual([]);
  expect([history.quarantine.counts().total, history.quarantine.openCounts().total]).toEqual([1, 0]);
  await history.close();
  const after = readFileSync(join(folder, "quarantine", "rows.ndjson"), "utf8");
  expect(after.startsWith(before)).toBe(true);
  const again = await open(folder);
  expect(again.quarantine.openCounts().total).toBe(0);
  await expect(again.resubmit({ id: id!, set: { billed: "2.00" } }, BY)).rejects.toMatchObject({
    code: "ASSAY_HISTORY_ALREADY_MENDED",
  });
  await again.close();
});

test("a mend that is refused says why, is not set aside once more, and leaves the entry open", async () => {
  const history = await open();
  const [id] = await refusedIds(history, rawStatement("ann", "s1", { fields: { billed: "x", monthsLate: 0 } }));
  await expect(history.resubmit({ id: id!, set: { billed: "y" } }, BY)).rejects.toMatchObject({
    code: "ASSAY_HISTORY_NOT_A_NUMBER",
  });
  expect([history.quarantine.counts().total, history.quarantine.openCounts().total]).toEqual([1, 1]);
  await history.resubmit({ id: id!, set: { billed: "1" } }, BY);
  expect(history.quarantine.openCounts().total).toBe(0);
  await history.close();
});

test("what was not kept must be given again or left out by name: a protected value is never lost in silence", async () => {
  const vault = new RecordingVault();
  const history = await open(temporaryFolder(), vault);
  const bad = rawPurchase("ann", "p1", { sex: "F", amount: "1.234", colour: "red" });
  const [id] = await refusedIds(history, bad);
  const refusal = { code: "ASSAY_HISTORY_NOT_WHOLE", message: expect.stringContaining("fields.colour, fields.sex") };
  await expect(history.resubmit({ id: id!, set: { amount: "1.23" } }, BY)).rejects.toMatchObject(refusal);
  await history.resubmit({ id: id!, set: { amount: "1.23", sex: "F", colour: null } }, BY);
  expect(vault.rows.map(({ field, value }) => [field, value])).toEqual([["sex", "F"]]);
  await history.close();
});

test("of what is no object the whole row must be sent; its source stays the one it came from", async () => {
  const history = await open();
  const [id] = await refusedIds(history, "ann,1,2");
  await expect(history.resubmit({ id: id!, set: { billed: "1" } }, BY)).rejects.toMatchObject({
    code: "ASSAY_HISTORY_NOT_WHOLE",
  });
  const row = rawStatement("ann", "s1");
  await expect(history.resubmit({ id: id!, row: { ...row, source: "bureau" } }, BY)).rejects.toMatchObject({
    code: "ASSAY_HISTORY_WRONG_SOURCE",
  });
  await history.resubmit({ id: id!, row }, BY);
  expect((await history.ingest([row], source)).duplicates).toBe(1);
  await expect(history.resubmit({ id: "0000000000000000", row }, BY)).rejects.toMatchObject({
    code: "ASSAY_HISTORY_UNKNOWN_ROW",
  });
  await history.close();
});

test("killed between the log and the note: sending the mend again finds a duplicate and notes that", async () => {
  const history = await open();
  const [id] = await refusedIds(history, rawStatement("ann", "s1", { fields: { billed: "x", monthsLate: 0 } }));
  // What the kill left: the mended row in the log, the entry still open.
  await history.ingest([rawStatement("ann", "s1", { fields: { billed: "1", monthsLate: 0 } })], source);
  await history.resubmit({ id: id!, set: { billed: "1" } }, BY);
  expect(history.log.head().offset).toBe(1);
  expect(history.quarantine.openCounts().total).toBe(0);
  await history.close();
});

test("two mends of one row at once: one is taken, the other is told", async () => {
  const history = await open();
  const [id] = await refusedIds(history, rawStatement("ann", "s1", { fields: { billed: "x", monthsLate: 0 } }));
  const both = await Promise.allSettled(["1", "2"].map((billed) => history.resubmit({ id: id!, set: { billed } }, BY)));
  expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  expect(history.log.head().offset).toBe(1);
  await history.close();
});

test("names that only a program would think of change nothing but what they name", async () => {
  const history = await open();
  const [id] = await refusedIds(history, rawStatement("ann", "s1", { fields: { billed: "x", monthsLate: 0 } }));
  const set = JSON.parse('{"__proto__": 1, "billed": "1"}') as { [name: string]: unknown };
  await expect(history.resubmit({ id: id!, set }, BY)).rejects.toMatchObject({ code: "ASSAY_HISTORY_UNKNOWN_COLUMN" });
  await history.close();
});

test("whoever only looks reads beside the writer, past a line that is being written", async () => {
  const folder = temporaryFolder();
  expect((await readQuarantine(folder)).counts()).toEqual({ total: 0, byCode: {} });
  const writer = await openQuarantine(join(folder, "quarantine"), schema);
  const problem = { code: "ASSAY_TEST", thing: "row", rule: "r", wayOut: "w" };
  await writer.add([{ raw: 1, source: SOURCE, row: 1, problem }], NOW);
  appendFileSync(join(folder, "quarantine", "rows.ndjson"), '{"version":3,"id":"cut sh');
  const entries = await readQuarantine(folder);
  expect(entries.list({ limit: 9 })).toEqual(writer.list({ limit: 9 }));
  await writer.close();
});
