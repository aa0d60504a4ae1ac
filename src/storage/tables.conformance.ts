// What every engine of table files must do: typed arrays in, the same typed arrays out, the same bytes for the same rows.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TableColumn } from "./table-columns.ts";
import type { readTable } from "./table-read.ts";
import type { writeTable } from "./table-write.ts";

export interface TableEngine {
  readonly writeTable: typeof writeTable;
  readonly readTable: typeof readTable;
}

const safeInteger = fc.oneof(fc.maxSafeInteger(), fc.constant(Number.NaN), fc.constant(Number.MAX_SAFE_INTEGER));
const row = fc.record({
  double: fc.double(),
  bigint: safeInteger,
  integer: fc.integer(),
  tiny: fc.integer({ min: 0, max: 255 }),
  flag: fc.boolean(),
  present: fc.boolean(),
  text: fc.option(fc.string({ unit: "binary" })),
});
type Row = typeof row extends fc.Arbitrary<infer R> ? R : never;

function columnsOf(rows: readonly Row[]): TableColumn[] {
  const valid = Uint8Array.from(rows, ({ present }) => Number(present));
  return [
    { name: "double", type: "double", values: Float64Array.from(rows, (r) => r.double) },
    { name: 'big"int', type: "bigint", values: Float64Array.from(rows, (r) => r.bigint) },
    { name: "exact", type: "bigint", values: BigInt64Array.from(rows, (r) => BigInt(r.integer)), valid },
    { name: "integer", type: "integer", values: Int32Array.from(rows, (r) => r.integer), valid },
    { name: "tiny", type: "utinyint", values: Uint8Array.from(rows, (r) => r.tiny) },
    { name: "flag", type: "boolean", values: Uint8Array.from(rows, (r) => Number(r.flag)), valid },
    { name: "text", type: "varchar", values: rows.map((r) => r.text) },
  ];
}

/** The value at a row as the port promises it: missing as NaN, null or `undefined` by type. */
function at(column: TableColumn, index: number): unknown {
  if (column.valid?.[index] === 0) return column.type === "bigint" ? Number.NaN : undefined;
  const value = column.values[index];
  return typeof value === "bigint" ? Number(value) : value;
}

export function tableEngineConformance(adapter: string, engine: TableEngine): void {
  describe(`table files: ${adapter}`, () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "assay-[tables]-"));
    });
    afterAll(() => rm(folder, { recursive: true }));

    it("gives back every value, bit for bit, with what is missing", async () => {
      const path = join(folder, "round*trip?.parquet");
      await fc.assert(
        fc.asyncProperty(fc.array(row, { maxLength: 40 }), async (rows) => {
          const written = columnsOf(rows);
          expect((await engine.writeTable(path, written)).rows).toBe(rows.length);
          const read = await engine.readTable([path]);
          expect(read.rows).toBe(rows.length);
          expect(Object.keys(read.columns)).toEqual(written.map(({ name }) => name));
          for (const column of written) {
            const back = read.columns[column.name]!;
            expect(back.type).toBe(column.type);
            for (let i = 0; i < rows.length; i++) {
              const expected = at(column, i);
              if (!Object.is(at(back, i), expected))
                expect.fail(`${column.name}[${i}]: ${String(at(back, i))}, not ${String(expected)}`);
            }
          }
        }),
        { numRuns: 15 },
      );
    });

    it("crosses chunks and files in order, selects, filters and sorts", async () => {
      const parts = await Promise.all(
        [0, 1].map((part) => {
          const ids = Float64Array.from({ length: 5000 }, (_, i) => part * 5000 + i);
          return engine.writeTable(join(folder, `part-${part}.parquet`), [
            { name: "id", type: "bigint", values: ids },
            { name: "entity", type: "varchar", values: Array.from(ids, (id) => `e${id % 7}`) },
          ]);
        }),
      );
      const paths = parts.map(({ path }) => path);
      const all = await engine.readTable(paths);
      expect(all.columns["id"]!.values).toEqual(Float64Array.from({ length: 10_000 }, (_, i) => i));
      const sorted = await engine.readTable(paths, { columns: ["id"], where: "id % 2 = 0", orderBy: ["entity"] });
      expect(Object.keys(sorted.columns)).toEqual(["id"]);
      const evens = Array.from({ length: 5000 }, (_, i) => i * 2);
      const expected = evens.toSorted((a, b) => (a % 7) - (b % 7) || a - b);
      expect(sorted.columns["id"]!.values).toEqual(Float64Array.from(expected));
      expect((await engine.readTable(paths, { where: "id < 0" })).rows).toBe(0);
    });

    it("sorts text by its bytes when writing, missing last, ties in the order given", async () => {
      const path = join(folder, "sorted.parquet");
      const text = ["é", null, "z", "Z", "z", "😀", "�"];
      const columns: TableColumn[] = [
        { name: "text", type: "varchar", values: text },
        { name: "n", type: "integer", values: Int32Array.from(text.keys()) },
      ];
      await engine.writeTable(path, columns, { orderBy: ["text"] });
      const read = await engine.readTable([path]);
      expect(read.columns["text"]!.values).toEqual(["Z", "z", "z", "é", "�", "😀", null]);
      expect(read.columns["n"]!.values).toEqual(Int32Array.of(3, 2, 4, 0, 6, 5, 1));
    });

    it("writes the same bytes for the same rows, also at the same time", async () => {
      const rows = 200_000;
      const columns: TableColumn[] = [
        { name: "entity", type: "varchar", values: Array.from({ length: rows }, (_, i) => `e${(i * 7919) % 3001}`) },
        { name: "x", type: "double", values: Float64Array.from({ length: rows }, (_, i) => Math.sqrt(i % 977)) },
      ];
      const write = (i: number) =>
        engine.writeTable(join(folder, `same-${i}.parquet`), columns, { orderBy: ["entity"] });
      const together = await Promise.all([write(0), write(1)]);
      const hashes = [...together, await write(2)].map(({ sha256 }) => sha256);
      expect(new Set(hashes).size).toBe(1);
      expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
    });

    it("names what it refuses", async () => {
      const path = join(folder, "refused.parquet");
      const refused = (columns: TableColumn[], orderBy: string[] = []) => engine.writeTable(path, columns, { orderBy });
      const one: TableColumn = { name: "a", type: "double", values: Float64Array.of(1) };
      const mismatch = { code: "ASSAY_STORAGE_COLUMN_MISMATCH" };
      await expect(refused([])).rejects.toMatchObject(mismatch);
      await expect(refused([one, one])).rejects.toMatchObject(mismatch);
      await expect(refused([one, { ...one, name: "b", values: Float64Array.of(1, 2) }])).rejects.toMatchObject(
        mismatch,
      );
      await expect(refused([{ ...one, type: "integer" }])).rejects.toMatchObject(mismatch);
      await expect(refused([one], ["b"])).rejects.toMatchObject(mismatch);
      await expect(refused([{ ...one, type: "bigint", values: Float64Array.of(0.5) }])).rejects.toMatchObject({
        code: "ASSAY_STORAGE_UNSAFE_INTEGER",
      });
      await expect(engine.readTable([join(folder, "absent.parquet")])).rejects.toMatchObject({
        code: "ASSAY_STORAGE_TABLE_FAILED",
      });
    });

    it("refuses to round an integer that a double cannot hold", async () => {
      const path = join(folder, "large.parquet");
      await engine.writeTable(path, [{ name: "n", type: "bigint", values: BigInt64Array.of(2n ** 53n + 1n) }]);
      await expect(engine.readTable([path])).rejects.toMatchObject({ code: "ASSAY_STORAGE_UNSAFE_INTEGER" });
    });
  });
}
