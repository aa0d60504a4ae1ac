// The rows of one event type and bucket as columns: what a kernel walks. `layOutHistory` is the twin that all of this is
// tested against.

import type { EventNode } from "../define/index.ts";
import { type ColumnRun, readRuns, type WrittenFile } from "./column-run.ts";
import { type BucketColumns, mergeRuns } from "./run-merge.ts";

/** Reads files of layout 2, laid out under `node`; at least one. */
export async function readBucketColumns(
  folder: string,
  files: readonly WrittenFile[],
  node: EventNode,
): Promise<BucketColumns> {
  const several = files.length > 1;
  const runs: ColumnRun[] = [];
  for (const group of Map.groupBy(files, ({ file }) => file.schemaHash).values()) {
    runs.push(...(await readRuns(folder, group, node, several)));
  }
  return several ? mergeRuns(runs, node) : { ...runs[0]!, tangled: new Set() };
}
