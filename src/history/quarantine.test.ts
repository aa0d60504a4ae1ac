import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { problems } from "./errors.ts";
import { NOW, rawPurchase, rawStatement, removeTemporaryFolders, SOURCE, schema, temporaryFolder } from "./fixture.ts";
import { keepable } from "./kept-payload.ts";
import { openQuarantine } from "./quarantine.ts";
import type { RefusedRow } from "./quarantine-lines.ts";
import { isValid, validateEvent } from "./validate-event.ts";

afterAll(removeTemporaryFolders);

function refusal(row: number, raw: unknown): RefusedRow {
  return { row, raw, source: SOURCE, problem: problems.MALFORMED_ROW(`row ${row}`, { why: "test" }) };
}

test("rows are listed in order, counted by code, and survive a reopening and a torn last line", async () => {
  const folder = temporaryFolder();
  const first = await openQuarantine(folder, schema);
  await first.add([refusal(1, rawStatement("ann", "s1")), refusal(2, rawStatement("bob", "s2"))], NOW);
  await first.close();
  appendFileSync(join(folder, "rows.ndjson"), '{"version":1,"id":"cut sh');
  const again = await openQuarantine(folder, schema);
  await again.add([refusal(3, "no object")], NOW + 1);
  expect(again.counts()).toEqual({ total: 3, byCode: { ASSAY_HISTORY_MALFORMED_ROW: 3 } });
  const rows = again.list({ limit: 10 });
  expect(rows.map(({ row, receivedAt }) => [row, receivedAt])).toEqual([
    [1, NOW],
    [2, NOW],
    [3, NOW + 1],
  ]);
  expect(again.list({ after: rows[0]!.id, limit: 1 }).map(({ row }) => row)).toEqual([2]);
  await again.close();
  const lines = readFileSync(join(folder, "rows.ndjson"), "utf8").trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual(rows);
});

test("the same row refused for the same reason is noted once", async () => {
  const folder = temporaryFolder();
  const quarantine = await openQuarantine(folder, schema);
  const row = refusal(1, rawStatement("ann", "s1"));
  await quarantine.add([row, row], NOW);
  await quarantine.add([row], NOW + 1);
  await quarantine.close();
  const again = await openQuarantine(folder, schema);
  await again.add([row], NOW + 2);
  expect(again.counts().total).toBe(1);
  await again.close();
});

test("protected values, undeclared values and anything that is no plain value are not kept", () => {
  const raw = rawPurchase(
    "ann",
    "p1",
    { sex: "F", schooling: "PhD", cardholderSx: "F", note: { deep: "F" } },
    { colour: "red" },
  );
  expect(keepable(raw, schema)).toEqual({
    kind: "object",
    payload: { ...raw, colour: undefined, fields: { amount: 12.5, kind: "rent" } },
    removed: ["colour", "fields.cardholderSx", "fields.note", "fields.schooling", "fields.sex"],
  });
});

test("of an unknown event type, fields that are protected anywhere are not kept", () => {
  const kept = keepable({ event: "purchse", fields: { sex: "F", amount: 1, other: "F" } }, schema);
  expect(kept).toEqual({
    kind: "object",
    payload: { event: "purchse", fields: { amount: 1 } },
    removed: ["fields.other", "fields.sex"],
  });
});

test("a name that stands where it does not belong is neither kept nor told", async () => {
  const name = "Lin Mei-Hua";
  const row = `female,29,married,${name}`;
  const good = rawPurchase("ann", "p1");
  const rows = [
    row,
    [name],
    { ...good, event: name },
    { ...good, entity: ` ${name}` },
    { ...good, eventId: [name] },
    { ...good, source: name },
    { ...good, at: name },
    { ...good, knownAt: name },
    { ...good, seq: name },
    { ...good, retracted: name },
    { ...good, fields: row },
    { ...good, fields: [name] },
    { ...good, [name]: 1 },
    rawPurchase("ann", "p1", { [name]: 1 }),
    rawPurchase("ann", "p1", { amount: name }),
    rawPurchase("ann", "p1", { kind: name }),
    rawPurchase("ann", "p1", { online: name }),
    rawPurchase("ann", "p1", { booked: name }),
  ];
  const folder = temporaryFolder();
  const quarantine = await openQuarantine(folder, schema);
  for (const [i, raw] of rows.entries()) {
    const problem = validateEvent(raw, schema, { now: NOW, source: SOURCE });
    if (isValid(problem)) throw new Error(`row ${i + 1} is accepted`);
    await quarantine.add([{ raw, source: SOURCE, row: i + 1, problem }], NOW);
  }
  await quarantine.close();
  const kept = readFileSync(join(folder, "rows.ndjson"), "utf8");
  expect(kept).not.toMatch(/Lin|Mei-Hua|female/);
  expect(kept).toContain("a text of 29 characters");
});

test("of what is no object only the hash and the length are kept", async () => {
  const folder = temporaryFolder();
  const quarantine = await openQuarantine(folder, schema);
  await quarantine.add([refusal(1, '{"sex": "secret-value'), refusal(2, ["secret-value"]), refusal(3, null)], NOW);
  expect(quarantine.list({ limit: 3 }).map(({ payload }) => payload.kind)).toEqual(["hashed", "hashed", "hashed"]);
  expect(readFileSync(join(folder, "rows.ndjson"), "utf8")).not.toContain("secret");
  await quarantine.close();
});
