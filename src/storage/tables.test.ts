import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readTable } from "./table-read.ts";
import { writeTable } from "./table-write.ts";
import { tableEngineConformance } from "./tables.conformance.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-tables-"));
});
afterAll(() => rm(folder, { recursive: true }));

tableEngineConformance("Parquet through DuckDB", { writeTable, readTable });

it("works inside worker threads, two at once, and lets them end", async () => {
  const work = async (name: string): Promise<unknown> => {
    const worker = new Worker(join(import.meta.dirname, "fixtures", "table.worker.ts"), {
      workerData: join(folder, name),
    });
    const exited = once(worker, "exit");
    const [sum] = await once(worker, "message");
    expect((await exited)[0]).toBe(0);
    return sum;
  };
  expect(await Promise.all([work("one.parquet"), work("two.parquet")])).toEqual([499_500, 499_500]);
});

it("leaves no temporary file where a write fails", async () => {
  const columns = [{ name: "a", type: "double" as const, values: Float64Array.of(1) }];
  await expect(writeTable(join(folder, "absent", "a.parquet"), columns)).rejects.toMatchObject({
    code: "ASSAY_STORAGE_TABLE_FAILED",
  });
  expect((await readdir(folder)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});
