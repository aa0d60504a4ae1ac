// What a careless or hostile source may send, each with the code that names it. In every file good rows stand beside the
// bad one: they are taken, it is set aside, and nothing is half of either.

import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeTable } from "../storage/index.ts";
import { readCsvFile } from "./csv-file.ts";
import {
  clock,
  RecordingVault,
  rawPurchase,
  rawStatement,
  removeTemporaryFolders,
  schema,
  temporaryFolder,
} from "./fixture.ts";
import { type History, openHistory } from "./history.ts";
import { readNdjsonFile } from "./ndjson-file.ts";
import { readParquetFile } from "./parquet-file.ts";
import type { ReadRow } from "./read-row.ts";
import type { RowMapping } from "./row-mapping.ts";

afterAll(removeTemporaryFolders);

let history: History;
const vault = new RecordingVault();
beforeAll(async () => {
  history = await openHistory(temporaryFolder(), { schema, vault, clock });
});
afterAll(() => history.close());

let trials = 0;
/** A source of its own for each trial, so that none is another's duplicate. */
async function taken(rows: AsyncIterable<ReadRow>): Promise<{ accepted: number; codes: string[] }> {
  const source = `trial-${++trials}`;
  const { accepted, quarantined } = await history.ingestRows(rows, { source });
  return { accepted, codes: quarantined.map(({ row, code }) => `${row} ${code.replace("ASSAY_HISTORY_", "")}`) };
}

function file(name: string, bytes: string | Buffer): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, bytes);
  return path;
}

const first = rawPurchase("ann", "first");
const last = rawPurchase("ann", "last");
const lines = (...rows: unknown[]) => rows.map((row) => (typeof row === "string" ? row : JSON.stringify(row)));
const ndjson = (...rows: unknown[]) => file("rows.ndjson", `${lines(first, ...rows, last).join("\n")}\n`);
const purchase = (fields: object, more: object = {}) => rawPurchase("ann", "bad", fields, more);
const deep = `${"[".repeat(300_000)}${"]".repeat(300_000)}`;

describe("one bad row between two good ones", () => {
  test.each<[string, unknown, string]>([
    ["a wrong type", purchase({ amount: "twelve" }), "NOT_A_NUMBER"],
    ["a list for a number", purchase({ amount: [1] }), "NOT_A_NUMBER"],
    ["infinity", JSON.stringify(purchase({})).replace("12.5", "1e999"), "NOT_A_NUMBER"],
    ["minor units' digits in major units", purchase({ amount: 12.505 }), "WRONG_UNITS"],
    ["more decimals than the scale", purchase({ rate: "0.12345" }), "WRONG_UNITS"],
    ["a number beyond exactness", purchase({ amount: "99999999999999999999" }), "TOO_LARGE"],
    ["a number that JSON cannot carry exactly", purchase({ amount: 12345678901234.56 }), "INEXACT_NUMBER"],
    ["a category that nobody declared", purchase({ kind: "rnt" }), "UNKNOWN_CATEGORY"],
    ["a truth value that is none", purchase({ online: "maybe" }), "NOT_A_BOOLEAN"],
    ["an over-long text", purchase({ note: "x".repeat(1_001) }), "NOT_A_TEXT"],
    ["half a surrogate pair", purchase({ note: "\ud800" }), "NOT_A_TEXT"],
    ["NUL in a text", purchase({ note: "a\u0000b" }), "NOT_A_TEXT"],
    ["NUL in a protected text, which the vault could not keep", purchase({ schooling: "a\u0000b" }), "NOT_A_TEXT"],
    ["NUL in an id", purchase({}, { eventId: "a\u0000b" }), "BAD_TOKEN"],
    ["an over-long id", purchase({}, { entity: "x".repeat(201) }), "BAD_TOKEN"],
    ["a field that is missing", { ...purchase({}), fields: { kind: "rent" } }, "MISSING_FIELD"],
    ["a field that nobody declared", purchase({ colour: "red" }), "UNKNOWN_COLUMN"],
    ["a version of the row that nobody knows", purchase({}, { version: 7 }), "UNKNOWN_KEY"],
    ["a type of event that nobody declared", purchase({}, { event: "refund" }), "UNKNOWN_EVENT"],
    ["a far future", purchase({}, { at: "2199-01-01T00:00:00Z" }), "FUTURE"],
    ["a far past", purchase({}, { at: "1753-01-01T00:00:00Z" }), "LONG_AGO"],
    ["a past that no instant reaches", purchase({}, { at: "0001-01-01T00:00:00Z" }), "NOT_AN_INSTANT"],
    ["the zero of a spreadsheet", purchase({}, { at: "1899-12-30T00:00:00Z" }), "LONG_AGO"],
    ["a day that is none", purchase({}, { at: "2024-02-30T00:00:00Z" }), "NOT_AN_INSTANT"],
    ["a local time", purchase({}, { at: "2024-02-01T00:00:00" }), "NOT_AN_INSTANT"],
    ["known before it happened", purchase({}, { knownAt: "2024-01-31T23:59:59Z" }), "KNOWN_BEFORE"],
    ["known in a far future", purchase({}, { knownAt: "9999-12-31T00:00:00Z" }), "NOT_AN_INSTANT"],
    ["known next year", purchase({}, { knownAt: "2025-06-01T00:00:00Z" }), "KNOWN_LATER"],
    ["a sequence that is no count", purchase({}, { seq: -1 }), "BAD_SEQ"],
    ["another's source", purchase({}, { source: "bureau" }), "WRONG_SOURCE"],
    ["no object", "[1, 2]", "NOT_AN_EVENT"],
    ["nested without end", deep, "NOT_AN_EVENT"],
    ["an entity nested without end", `{"event": "purchase", "entity": ${deep}}`, "BAD_TOKEN"],
    ["no JSON", '{"event": "purchase", ', "MALFORMED_ROW"],
    ["NUL bytes", "\u0000\u0000\u0000", "MALFORMED_ROW"],
    ["a line of ten megabytes", `"${"x".repeat(10 << 20)}"`, "MALFORMED_ROW"],
  ])("%s", async (_, bad, code) => {
    expect(await taken(readNdjsonFile(ndjson(bad)))).toEqual({ accepted: 2, codes: [`2 ${code}`] });
  });

  test("bytes that are no UTF-8", async () => {
    const bad = Buffer.concat([Buffer.from('{"event":"'), Buffer.from([0xff, 0xc0]), Buffer.from('"}\n')]);
    const bytes = Buffer.concat([Buffer.from(`${JSON.stringify(first)}\n`), bad, Buffer.from(JSON.stringify(last))]);
    expect(await taken(readNdjsonFile(file("rows.ndjson", bytes)))).toEqual({
      accepted: 2,
      codes: ["2 MALFORMED_ROW"],
    });
  });
});

test("a byte order mark and CRLF make no difference", async () => {
  const text = `\ufeff${lines(first, last).join("\r\n")}\r\n`;
  expect(await taken(readNdjsonFile(file("rows.ndjson", text)))).toEqual({ accepted: 2, codes: [] });
});

const mapping: RowMapping = {
  event: "statement",
  entity: "id",
  eventId: "{id}/{n}",
  at: "{day}T00:00:00Z",
  fields: { billed: "billed", monthsLate: "late" },
};
const HEADER = "id,n,day,billed,late";
const row = (n: number, billed = "1.00") => `ann,${n},2024-01-01,${billed},0`;
const csv = (...rows: string[]) => file("rows.csv", `${rows.join("\r\n")}\r\n`);

describe("a table of text", () => {
  test.each<[string, string[], { accepted: number; codes: string[] }]>([
    [
      "ragged rows",
      [HEADER, row(1), "ann,2", `${row(3)},more`, row(4)],
      { accepted: 2, codes: ["3 MALFORMED_ROW", "4 MALFORMED_ROW"] },
    ],
    ["a header with one name twice", [`${HEADER},id`, `${row(1)},ann`], { accepted: 0, codes: ["1 MALFORMED_ROW"] }],
    ["a header without a column", ["id,n,day,bill,late", row(1)], { accepted: 0, codes: ["1 NO_SUCH_COLUMN"] }],
    ["NUL in a cell", [HEADER, row(1), row(2, "1\u0000"), row(3)], { accepted: 2, codes: ["3 NOT_A_NUMBER"] }],
    ["an exponent", [HEADER, row(1), row(2, "1e2")], { accepted: 1, codes: ["3 NOT_A_NUMBER"] }],
    ["a decimal comma", [HEADER, row(1), row(2, '"1,00"')], { accepted: 1, codes: ["3 NOT_A_NUMBER"] }],
    ["a grouped number", [HEADER, row(1), row(2, '"1,000.00"')], { accepted: 1, codes: ["3 NOT_A_NUMBER"] }],
    ["a quote left open", [HEADER, row(1), row(2, '"1.00')], { accepted: 1, codes: ["4 MALFORMED_ROW"] }],
  ])("with %s", async (_, rows, expected) => {
    expect(await taken(readCsvFile(csv(...rows), [mapping]))).toEqual(expected);
  });
});

describe("a file that is wrong as a whole: rows before the fault are taken, the fault is told behind them", () => {
  const many = Array.from({ length: 4_000 }, (_, i) => JSON.stringify(rawStatement(`e${(i * 7919) % 4_000}`, `s${i}`)));

  test("gzip is inflated", async () => {
    const path = file("rows.ndjson.gz", gzipSync(many.join("\n")));
    expect(await taken(readNdjsonFile(path))).toEqual({ accepted: many.length, codes: [] });
  });

  test("gzip that ends in the middle: no row that the cut may have shortened is taken", async () => {
    const whole = gzipSync(`${HEADER}\n${Array.from({ length: 9_000 }, (_, i) => row(i, `${i}.00`)).join("\n")}\n`);
    const path = file("rows.csv.gz", whole.subarray(0, whole.length >> 1));
    const source = { source: "cut gzip" };
    const { accepted, quarantined } = await history.ingestRows(readCsvFile(path, [mapping]), source);
    expect(accepted).toBeGreaterThan(1_000);
    expect(quarantined).toEqual([{ row: accepted + 2, code: "ASSAY_HISTORY_BROKEN_FILE" }]);
    const again = await history.ingestRows(readCsvFile(file("rows.csv.gz", whole), [mapping]), source);
    expect(again).toMatchObject({ accepted: 9_000 - accepted, duplicates: accepted, quarantined: [] });
  });

  test("gzip that inflates without measure", async () => {
    const path = file("bomb.gz", gzipSync(Buffer.concat([Buffer.from(`${many[0]}\n`), Buffer.alloc(80 << 20, 0x20)])));
    expect(await taken(readNdjsonFile(path))).toEqual({ accepted: 1, codes: ["2 BROKEN_FILE"] });
  });

  test("a file that grows while it is read", async () => {
    const path = file("rows.ndjson", `${many.join("\n")}\n`);
    async function* growing(): AsyncGenerator<ReadRow> {
      let count = 0;
      for await (const one of readNdjsonFile(path)) {
        if (++count === 10) appendFileSync(path, '{"event": "state');
        yield one;
      }
    }
    const { accepted, codes } = await taken(growing());
    expect({ accepted, codes }).toEqual({ accepted: many.length, codes: [`${many.length + 1} FILE_CHANGED`] });
  });

  const table = async (name: string) => {
    const path = join(temporaryFolder(), name);
    const text = (values: string[]) => ({ type: "varchar" as const, values });
    await writeTable(path, [
      { name: "id", ...text(["ann", "bob", "cy"]) },
      { name: "n", type: "integer", values: Int32Array.of(1, 2, 3) },
      { name: "day", ...text(["2024-01-01", "2024-01-01", "never"]) },
      { name: "billed", type: "double", values: Float64Array.of(1.5, 2, 3) },
      { name: "late", type: "integer", values: Int32Array.of(0, 0, 0), valid: Uint8Array.of(1, 0, 1) },
    ]);
    return path;
  };

  test("Parquet is read by the same mapping; its rows are numbered from 1", async () => {
    expect(await taken(readParquetFile(await table("rows.parquet"), [mapping]))).toEqual({
      accepted: 2,
      codes: ["3 NOT_AN_INSTANT"],
    });
    const wanting = { ...mapping, fields: { billed: "bill" } };
    expect(await taken(readParquetFile(await table("rows.parquet"), [wanting]))).toEqual({
      accepted: 0,
      codes: ["1 NO_SUCH_COLUMN"],
    });
  });

  test("Parquet that is cut short, or no Parquet", async () => {
    const path = await table("rows.parquet");
    const whole = readFileSync(path);
    const broken = { accepted: 0, codes: ["1 BROKEN_FILE"] };
    expect(await taken(readParquetFile(file("cut.parquet", whole.subarray(0, whole.length - 20)), [mapping]))).toEqual(
      broken,
    );
    expect(await taken(readParquetFile(file("no.parquet", "id,n\n"), [mapping]))).toEqual(broken);
  });

  test("Parquet without a mapping, and a path that is none", async () => {
    const refusal = (code: string) => ({ code: `ASSAY_HISTORY_${code}` });
    await expect(taken(readNdjsonFile(await table("rows.parquet")))).rejects.toMatchObject(refusal("NEEDS_MAPPING"));
    const none = join(temporaryFolder(), "none");
    await expect(taken(readParquetFile(none, [mapping]))).rejects.toMatchObject(refusal("NO_FILE"));
  });
});

test("no sentence repeats what a row said", async () => {
  for (const { rule, thing } of history.quarantine.list({ limit: 999 })) {
    expect(`${thing} ${rule}`).not.toMatch(/twelve|rnt|\ud800|never/);
  }
});
