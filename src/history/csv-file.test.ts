import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readCsv, readCsvFile } from "./csv-file.ts";
import { NOW, removeTemporaryFolders, SOURCE, schema, temporaryFolder } from "./fixture.ts";
import type { ReadRow } from "./read-row.ts";
import type { RowMapping } from "./row-mapping.ts";
import { isValid, validateEvent } from "./validate-event.ts";

afterAll(removeTemporaryFolders);

const mapping: RowMapping = {
  event: "purchase",
  entity: "id",
  eventId: "{id}/{n}",
  at: "{day}T00:00:00Z",
  fields: { amount: "amount", kind: "kind", note: "note" },
};
const HEADER = "id,n,day,amount,kind,note\r\n";
const BAD = "ASSAY_HISTORY_MALFORMED_ROW";

async function* pieces(...texts: (string | Uint8Array)[]) {
  for (const text of texts) yield Buffer.from(text as string);
}

async function rowsOf(rows: AsyncIterable<ReadRow>): Promise<[number, unknown][]> {
  const found: [number, unknown][] = [];
  for await (const { row, raw, problem } of rows) {
    found.push([row, problem?.code ?? (raw as { fields: { note: unknown } }).fields.note]);
  }
  return found;
}

test("rows become events that pass the door: byte order mark, CRLF, quotes, commas and line breaks in quotes", async () => {
  const path = join(temporaryFolder(), "rows.csv");
  writeFileSync(
    path,
    `\ufeff${HEADER}ann,1,2024-01-01,12.50,rent,"say ""hi"", then\nleave"\r\n\r\nbob,2,2024-01-02,-3,cash,\r\n`,
  );
  const rows: ReadRow[] = [];
  for await (const row of readCsvFile(path, [mapping])) rows.push(row);
  expect(rows.map(({ row }) => row)).toEqual([3, 5]);
  const results = rows.map(({ raw }) => validateEvent(raw, schema, { now: NOW, source: SOURCE }));
  expect(results.map(isValid)).toEqual([true, true]);
  expect(rows[0]!.raw).toMatchObject({
    entity: "ann",
    eventId: "ann/1",
    fields: { amount: "12.50", note: 'say "hi", then\nleave' },
  });
  expect(rows[1]!.raw).toMatchObject({ fields: { note: null } });
});

test("a row of another length and bytes that are no UTF-8 are named, a lone quote stands for itself; the rest goes on", async () => {
  const row = (n: number, note: string) => `ann,${n},2024-01-01,1,rent,${note}\r\n`;
  const text = [
    HEADER,
    row(1, "ok"),
    "ann,2\r\n",
    row(3, 'a"b'),
    Buffer.from([0x61, 0xff]),
    ",5,2024-01-01,1,rent,x\n",
    row(6, "ok"),
  ];
  expect(await rowsOf(readCsv(pieces(...text), [mapping]))).toEqual([
    [2, "ok"],
    [3, BAD],
    [4, 'a"b'],
    [5, BAD],
    [6, "ok"],
  ]);
});

test("a quote that is never closed is named, and what came before it stands", async () => {
  const text = [
    HEADER,
    "ann,1,2024-01-01,1,rent,ok\n",
    'ann,2,2024-01-01,1,rent,"open\n',
    "ann,3,2024-01-01,1,rent,lost\n",
  ];
  const rows = await rowsOf(readCsv(pieces(...text), [mapping]));
  expect(rows[0]).toEqual([2, "ok"]);
  expect(rows.slice(1).map(([, code]) => code)).toEqual([BAD]);
});

test("a file that lacks a column of the mapping says which, with the nearest, and gives nothing else", async () => {
  const rows: ReadRow[] = [];
  for await (const row of readCsv(pieces("id,n,day,amout,kind,note\n", "ann,1,2024-01-01,1,rent,ok\n"), [mapping]))
    rows.push(row);
  expect(rows.map(({ row, problem }) => [row, problem?.code, problem?.nearest])).toEqual([
    [1, "ASSAY_HISTORY_NO_SUCH_COLUMN", "amout"],
  ]);
  expect(await rowsOf(readCsv(pieces("id,id\n", "a,b\n"), [mapping]))).toEqual([[1, BAD]]);
});

test("an empty file has no rows, and a problem never repeats the row", async () => {
  expect(await rowsOf(readCsv(pieces(""), [mapping]))).toEqual([]);
  for await (const { raw, problem } of readCsv(pieces(HEADER, 'secret,"x"secret\n', "secret\n"), [mapping])) {
    expect(JSON.stringify([raw, problem])).not.toContain("secret");
  }
});

test("a row without end is refused and does not fill the memory", async () => {
  async function* endless() {
    yield Buffer.from(`${HEADER}ann,1,2024-01-01,1,rent,"`);
    for (let i = 0; i < 60; i++) yield Buffer.alloc(100_000, 0x78);
  }
  const rows = await rowsOf(readCsv(endless(), [mapping]));
  expect(rows.map(([, code]) => code)).toEqual([BAD]);
});
