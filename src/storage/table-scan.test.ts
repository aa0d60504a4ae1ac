import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { columnsOfTable, scanTableText } from "./table-scan.ts";

let folder: string;
let engine: DuckDBInstance;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "assay-scan-"));
  engine = await DuckDBInstance.create(":memory:");
});
afterAll(() => {
  engine.closeSync();
  rmSync(folder, { recursive: true });
});

async function parquet(name: string, select: string): Promise<string> {
  const path = join(folder, name);
  const connection = await engine.connect();
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 3000)`);
  connection.closeSync();
  return path;
}

async function rowsOf(path: string, columns: readonly string[]): Promise<(string | null)[][]> {
  const rows: (string | null)[][] = [];
  for await (const chunk of scanTableText(path, columns)) for (const row of chunk) rows.push([...row]);
  return rows;
}

test("every plain type is written as text, exactly", async () => {
  const path = await parquet(
    "types[1].parquet",
    `SELECT 9223372036854775807 AS big, 12.50::DECIMAL(18, 2) AS money, 0.1::DOUBLE AS rate, 0.1::FLOAT AS small,
     TRUE AS flag, 'é, "q"' AS text, DATE '2024-02-29' AS day, TIMESTAMP '2024-01-01 08:00:00.000001' AS local,
     TIMESTAMPTZ '2024-01-01 08:00:00+08' AS zoned, NULL::INTEGER AS nothing`,
  );
  const columns = await columnsOfTable(path);
  expect(columns).toEqual(["big", "money", "rate", "small", "flag", "text", "day", "local", "zoned", "nothing"]);
  expect(await rowsOf(path, columns)).toEqual([
    [
      "9223372036854775807",
      "12.50",
      "0.1",
      "0.1",
      "true",
      'é, "q"',
      "2024-02-29",
      "2024-01-01T08:00:00.000001",
      "2024-01-01T00:00:00.000000Z",
      null,
    ],
  ]);
});

test("rows come in the order of the file, over many of its groups, and a reader may stop in the middle", async () => {
  const path = await parquet("order.parquet", "SELECT i, i % 7 AS other FROM range(20000) AS r(i)");
  expect((await rowsOf(path, ["i"])).map(([i]) => Number(i))).toEqual(Array.from({ length: 20_000 }, (_, i) => i));
  for await (const chunk of scanTableText(path, ["other"])) {
    expect(chunk[0]).toEqual(["0"]);
    break;
  }
});

test.each([
  ["binary", "SELECT 'a'::BLOB AS x"],
  ["a list", "SELECT [1, 2] AS x"],
  ["a struct", "SELECT {'a': 1} AS x"],
])("a column of %s is refused by name", async (_, select) => {
  const path = await parquet("nested.parquet", select);
  await expect(rowsOf(path, ["x"])).rejects.toMatchObject({ code: "ASSAY_STORAGE_UNREADABLE_COLUMN" });
});

test("a file that is cut short, or none of the kind, is refused by name", async () => {
  const whole = readFileSync(await parquet("whole.parquet", "SELECT 1 AS x"));
  const path = join(folder, "cut.parquet");
  writeFileSync(path, whole.subarray(0, whole.length - 9));
  await expect(columnsOfTable(path)).rejects.toMatchObject({ code: "ASSAY_STORAGE_TABLE_FAILED" });
  await expect(rowsOf(path, ["x"])).rejects.toMatchObject({ code: "ASSAY_STORAGE_TABLE_FAILED" });
});
