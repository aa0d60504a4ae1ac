// Dates, vectors and documents: what a source may write, what is stored of it, and that the log, the online store and table
// files give it back alike.

import { afterAll, expect, test } from "vitest";
import { hashJson } from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import type { FieldNode, FieldType } from "../define/index.ts";
import { readBucket } from "./bucket.ts";
import { isKeepable } from "./field-value.ts";
import { clock, NOW, RecordingVault, removeTemporaryFolders, SOURCE, temporaryFolder } from "./fixture.ts";
import { openHistory } from "./history.ts";
import { isValid, type ValidEvent, validateEvent } from "./validate-event.ts";

afterAll(removeTemporaryFolders);

const field = (type: FieldType, more: Partial<FieldNode> = {}): FieldNode => {
  return { type, protection: "none", optional: true, ...more };
};

const schema: HistorySchema = {
  report: {
    kind: "event",
    name: "report",
    entity: "borrower",
    delayMicros: 0,
    fields: {
      on: field({ kind: "date" }),
      taste: field({ kind: "vector", dim: 2 }),
      whole: field({ kind: "document" }),
      likeness: field({ kind: "vector", dim: 2 }, { protection: "sensitive" }),
    },
  },
};

const raw = (fields: object, eventId = "r1") => {
  return { event: "report", entity: "ann", eventId, at: "2024-02-01T00:00:00Z", fields };
};
const context = { now: NOW, source: SOURCE, keepsDocuments: true };

function accepted(fields: object): ValidEvent {
  const result = validateEvent(raw(fields), schema, context);
  if (!isValid(result)) throw new Error(`${result.code} ${result.thing}: ${result.rule}`);
  return result;
}

function numbersOf(base64: unknown): number[] {
  const bytes = Buffer.from(String(base64), "base64");
  return Array.from({ length: bytes.length / 4 }, (_, place) => bytes.readFloatLE(place * 4));
}

test("a date is stored as its day, before 1970 as well", () => {
  expect(accepted({ on: "2025-03-31" }).event.fields["on"]).toBe(20_178);
  expect(accepted({ on: "1969-12-31" }).event.fields["on"]).toBe(-1);
});

test("a vector is rounded once to float32; -0 becomes 0, and a file's cell may hold it as text", () => {
  const stored = accepted({ taste: [0.1, -0] }).event.fields["taste"];
  expect(numbersOf(stored)).toEqual([Math.fround(0.1), 0]);
  expect(Object.is(numbersOf(stored)[1], 0)).toBe(true);
  expect(accepted({ taste: "[0.1, 0]" }).event.fields["taste"]).toBe(stored);
});

test("a document is stored as its hash, however it was spaced, and leaves the event for whoever keeps it", () => {
  const whole = { score: 700, lines: [{ balance: 1 }] };
  const { event, documents } = accepted({ whole });
  expect(event.fields["whole"]).toBe(hashJson(whole));
  expect(documents).toEqual([{ field: "whole", hash: hashJson(whole), text: '{"lines":[{"balance":1}],"score":700}' }]);
});

test("a protected vector goes to the vault as it was written", () => {
  const { event, diverted } = accepted({ likeness: [0.1, 2] });
  expect([event.fields["likeness"], diverted[0]!.value]).toEqual([undefined, "[0.1,2]"]);
});

test.for<[string, object, string]>([
  ["a day that does not exist", { on: "2025-02-30" }, "NOT_A_DATE"],
  ["an instant for a date", { on: "2025-02-01T00:00:00Z" }, "NOT_A_DATE"],
  ["days as a number", { on: 20_178 }, "NOT_A_DATE"],
  ["a number too few", { taste: [1] }, "NOT_A_VECTOR"],
  ["a number too many", { taste: [1, 2, 3] }, "NOT_A_VECTOR"],
  ["a text among numbers", { taste: [1, "2"] }, "NOT_A_VECTOR"],
  ["NaN among numbers", { taste: [1, Number.NaN] }, "NOT_A_VECTOR"],
  ["a number beyond float32", { taste: [1, 1e39] }, "NOT_A_VECTOR"],
  ["a text that is no list", { taste: "[1, 2" }, "NOT_A_VECTOR"],
  ["a text for a document", { whole: "{}" }, "NOT_A_DOCUMENT"],
  ["a document of more than 1 MiB", { whole: { text: "x".repeat(1 << 20) } }, "NOT_A_DOCUMENT"],
])("%s is refused", ([, fields, rule]) => {
  expect(validateEvent(raw(fields), schema, context)).toMatchObject({ code: `ASSAY_HISTORY_${rule}` });
});

test("of a refused row no document is kept", () => {
  expect(isKeepable({ name: "Ann" }, schema["report"]!.fields["whole"]!)).toBe(false);
  expect(isKeepable([1, 2], schema["report"]!.fields["taste"]!)).toBe(true);
});

test("a door that keeps no documents takes none, so that none is lost", () => {
  const door = { now: NOW, source: SOURCE };
  expect(validateEvent(raw({ whole: {} }), schema, door)).toMatchObject({ code: "ASSAY_HISTORY_NO_DOCUMENTS" });
  expect(isValid(validateEvent(raw({ on: "2025-03-31" }), schema, door))).toBe(true);
});

test("the online store and table files give dates and vectors back as the kernel reads them", async () => {
  const history = await openHistory(temporaryFolder(), { schema, vault: new RecordingVault(), clock });
  const rows = [
    raw({ on: "2025-03-31", taste: [0.5, -2] }),
    raw({ taste: [1, 2] }, "r2"),
    raw({ on: "1969-12-31" }, "r3"),
  ];
  const answer = await history.ingest(rows, { source: SOURCE });
  expect(answer.quarantined).toEqual([]);
  const online = history.online.history("ann", ["report"]).events["report"]!;
  const snapshot = await history.seal();
  await history.close();
  for await (const { events } of readBucket(snapshot, 0, ["report"], schema)) {
    for (const columns of [online, events["report"]!]) {
      expect([...columns.fields["on"]!]).toEqual([20_178, Number.NaN, -1]);
      const codes = [...columns.fields["taste"]!];
      expect(codes.map((code) => (code >= 0 ? numbersOf(columns.dictionaries["taste"]![code]) : null))).toEqual([
        [0.5, -2],
        [1, 2],
        null,
      ]);
    }
  }
});
