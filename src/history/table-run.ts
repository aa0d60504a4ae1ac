// One sorted run: the rows of one event type and bucket as a table file, named by its content so that writing it again can
// never change a file that a snapshot names.

import { mkdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hashJson } from "../base/index.ts";
import type { EventNode } from "../define/index.ts";
import { syncFolder, writeTable } from "../storage/index.ts";
import { type PlacedEvent, TABLE_ORDER, tableColumns } from "./event-table.ts";
import type { TableFile } from "./snapshot.ts";

/** Where a run belongs: the history's folder, and one of its 2^bits buckets. */
export interface RunPlace {
  readonly folder: string;
  readonly bits: number;
  readonly bucket: number;
}

/** Writes rows of one type, in any order. `syncTables` must follow before a manifest names the file. */
export async function writeRun(
  { folder, bits, bucket }: RunPlace,
  node: EventNode,
  rows: readonly PlacedEvent[],
): Promise<TableFile> {
  await mkdir(join(folder, "tables", node.name), { recursive: true });
  let first = Number.POSITIVE_INFINITY;
  for (const { offset } of rows) first = Math.min(first, offset);
  const run = `${String(first).padStart(12, "0")}-${bits}-${bucket}`;
  const unnamed = join(folder, "tables", node.name, `${run}.parquet`);
  const written = await writeTable(unnamed, tableColumns(rows, node), { orderBy: TABLE_ORDER });
  const path = join("tables", node.name, `${run}-${written.sha256.slice(0, 12)}.parquet`);
  await rename(unnamed, join(folder, path));
  const { bytes, sha256 } = written;
  return { path, bits, bucket, rows: rows.length, bytes, sha256, schemaHash: hashJson(node), layout: 2 };
}

/** The new names must outlast the machine before a manifest relies on them. */
export async function syncTables(folder: string, files: readonly TableFile[]): Promise<void> {
  if (files.length === 0) return;
  const holding = new Set(files.map(({ path }) => join(folder, dirname(path))));
  for (const each of [...holding, join(folder, "tables"), folder]) await syncFolder(each);
}
