// The yardstick's table: the same rows, outcomes and splits as the dataset, with the columns that a person would use.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { BuiltDataset } from "../../datasets/index.ts";
import type { FlatTable } from "../../learning/index.ts";
import { readTable, type TableColumn, writeTable } from "../../storage/index.ts";
import type { DemoModule } from "./demo-module.ts";

export async function writeFlatTable(demo: DemoModule, dataset: BuiltDataset, folder: string): Promise<FlatTable> {
  const values = new Map<string, readonly number[]>();
  for await (const row of demo.flatRows()) values.set(row.decisionId, row.values);
  const { columns } = await readTable([dataset.file], {
    columns: ["decision_id", "split", "label"],
    orderBy: ["decision_id"],
  });
  const ids = columns["decision_id"]!.values as readonly string[];
  const flat = demo.flatColumns.map(
    (name, i): TableColumn => ({ name, type: "double", values: Float64Array.from(ids, (id) => values.get(id)![i]!) }),
  );
  await mkdir(folder, { recursive: true });
  const table = [columns["decision_id"]!, columns["split"]!, columns["label"]!, ...flat];
  const written = await writeTable(join(folder, "flat.parquet"), table, { orderBy: ["decision_id"] });
  return { file: written.path, sha256: written.sha256, columns: demo.flatColumns };
}
