// How many events of each type a typical entity has, from one bucket of a snapshot: entities fall into buckets by their hash,
// so one bucket is a fair sample of all, and the smallest part that can be read by itself.

import { join } from "node:path";
import { readTable } from "../storage/index.ts";
import type { Snapshot, TableFile } from "./snapshot.ts";

export interface TypicalRows {
  readonly event: string;
  /** The mean of the entities that have any. */
  readonly rowsPerEntity: number;
}

/** In the order of the manifest; types without rows are left out. Throws ASSAY_STORAGE_TABLE_FAILED where a file is gone. */
export async function typicalRows({ folder, manifest }: Snapshot): Promise<TypicalRows[]> {
  const found: TypicalRows[] = [];
  for (const [event, { files }] of Object.entries(manifest.events)) {
    const paths = fullestBucket(files).map(({ path }) => join(folder, path));
    const { rows, columns } = await readTable(paths, { columns: ["_entity"] });
    const entities = new Set(columns["_entity"]?.values as readonly string[] | undefined);
    if (rows > 0) found.push({ event, rowsPerEntity: rows / entities.size });
  }
  return found;
}

/** All files of the bucket with most rows. */
function fullestBucket(files: readonly TableFile[]): readonly TableFile[] {
  const buckets = [...Map.groupBy(files, ({ bits, bucket }) => `${bits} ${bucket}`).values()];
  const rowsOf = (bucket: readonly TableFile[]): number => bucket.reduce((sum, { rows }) => sum + rows, 0);
  return buckets.reduce<readonly TableFile[]>((best, next) => (rowsOf(next) > rowsOf(best) ? next : best), []);
}
