// What a snapshot's table files hold, by event type: for people who look, and to tell when to compact.

import { join } from "node:path";
import { readRange } from "../storage/index.ts";
import type { Snapshot } from "./snapshot.ts";

export interface TypeStatistics {
  readonly name: string;
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
  /** Buckets with rows, and how many runs the one with most of them has. */
  readonly buckets: number;
  readonly runsMax: number;
  /** When the oldest and the newest event happened (microseconds); null where there is none. */
  readonly oldestAt: number | null;
  readonly newestAt: number | null;
}

/** In the order of the manifest. Throws ASSAY_STORAGE_TABLE_FAILED where a file is gone. */
export async function tableStatistics({ folder, manifest }: Snapshot): Promise<TypeStatistics[]> {
  const found: TypeStatistics[] = [];
  for (const [name, { files }] of Object.entries(manifest.events)) {
    const range = await readRange(
      files.map(({ path }) => join(folder, path)),
      "_at",
    );
    const runs = Map.groupBy(files, ({ bits, bucket }) => `${bits} ${bucket}`);
    found.push({
      name,
      files: files.length,
      rows: files.reduce((sum, { rows }) => sum + rows, 0),
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      buckets: runs.size,
      runsMax: Math.max(0, ...[...runs.values()].map(({ length }) => length)),
      oldestAt: range?.least ?? null,
      newestAt: range?.greatest ?? null,
    });
  }
  return found;
}
