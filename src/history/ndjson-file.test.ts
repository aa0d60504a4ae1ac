import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { removeTemporaryFolders, temporaryFolder } from "./fixture.ts";
import { readNdjson, readNdjsonFile } from "./ndjson-file.ts";
import type { ReadRow } from "./read-row.ts";

afterAll(removeTemporaryFolders);

async function* pieces(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}

async function rowsOf(source: AsyncIterable<ReadRow>): Promise<[number, unknown][]> {
  const rows: [number, unknown][] = [];
  for await (const { row, raw, problem } of source) rows.push([row, problem?.code ?? raw]);
  return rows;
}

test("rows are lines: byte order mark, CRLF, blank lines and pieces that cut a line make no difference", async () => {
  const expected = [
    [1, { a: 1 }],
    [3, { b: "x" }],
    [4, [2]],
  ];
  expect(await rowsOf(readNdjson(pieces('\ufeff{"a":1}\r\n\r\n{"b":', '"x"}\r', "\n[2]")))).toEqual(expected);
  const path = join(temporaryFolder(), "rows.ndjson");
  writeFileSync(path, '\ufeff{"a":1}\n\n{"b":"x"}\n[2]\n');
  expect(await rowsOf(readNdjsonFile(path))).toEqual(expected);
});

test("a bad line is named by its number and the rest goes on", async () => {
  const path = join(temporaryFolder(), "rows.ndjson");
  writeFileSync(
    path,
    Buffer.concat([Buffer.from('{"a":1}\n{"a":\n{"a":"'), Buffer.from([0xff]), Buffer.from('"}\n3\n')]),
  );
  const bad = "ASSAY_HISTORY_MALFORMED_ROW";
  expect(await rowsOf(readNdjsonFile(path))).toEqual([
    [1, { a: 1 }],
    [2, bad],
    [3, bad],
    [4, 3],
  ]);
});

test("the problem of a bad line does not repeat the line", async () => {
  for await (const { problem } of readNdjson(pieces('{"sex": secret}')))
    expect(JSON.stringify(problem)).not.toContain("secret");
});

test("a line that never ends is refused with no more than a piece in memory", async () => {
  const long = Array.from({ length: 40 }, () => "x".repeat(100_000));
  const rows: ReadRow[] = [];
  for await (const row of readNdjson(pieces(...long, "\n1"))) rows.push(row);
  expect(rows.map(({ row, problem }) => [row, problem?.code])).toEqual([
    [1, "ASSAY_HISTORY_MALFORMED_ROW"],
    [2, undefined],
  ]);
  expect((rows[0]!.raw as string).length).toBeLessThan(1_200_000);
});

test("a character cut by the pieces is put together, and one cut by the end is no UTF-8", async () => {
  const [first, second] = [Buffer.from('"é"').subarray(0, 2), Buffer.from('"é"').subarray(2)];
  async function* cut(...parts: Buffer[]) {
    yield* parts;
  }
  expect(await rowsOf(readNdjson(cut(first, second)))).toEqual([[1, "é"]]);
  expect(await rowsOf(readNdjson(cut(first)))).toEqual([[1, "ASSAY_HISTORY_MALFORMED_ROW"]]);
});

test("a file that is not there, and a folder, are refused by name", async () => {
  const folder = temporaryFolder();
  await expect(rowsOf(readNdjsonFile(join(folder, "none.ndjson")))).rejects.toMatchObject({
    code: "ASSAY_HISTORY_NO_FILE",
  });
  await expect(rowsOf(readNdjsonFile(folder))).rejects.toMatchObject({ code: "ASSAY_HISTORY_NO_FILE" });
});
