// Compaction: seals leave a sorted run per bucket each time; here the small ones become one, files from a time with fewer
// buckets are cut up into today's, and files of an older layout are written anew. The result is the next snapshot, of the
// same position: readers of the snapshots before keep their files, and a crash leaves some files that the next snapshot
// clears away. Nobody may seal meanwhile. One bucket's runs are in memory at a time.
//
// Which runs are merged goes by size, so that a row is written anew about as often as its bucket doubles.

import { join } from "node:path";
import { AssayError, hashPrefix, type Progress, silent } from "../base/index.ts";
import { readTable } from "../storage/index.ts";
import { problems } from "./errors.ts";
import { hasOffsets, type PlacedEvent, placedTableEvents } from "./event-table.ts";
import { currentSnapshot, filesOf, publishSnapshot, type Snapshot, type TableFile } from "./snapshot.ts";
import { syncTables, writeRun } from "./table-run.ts";

/** Reading puts a few runs together at little cost. */
const RUNS_MAX = 4;

export interface Compacted {
  /** The one before, where there was nothing to do. */
  readonly snapshot: Snapshot;
  readonly filesBefore: number;
  readonly filesAfter: number;
}

/** Throws ASSAY_HISTORY_NO_SNAPSHOT. Files that lack their rows' place in the log stay as they are. */
export async function compact(folder: string, progress: Progress = silent): Promise<Compacted> {
  const before = await currentSnapshot(folder);
  if (before === undefined) throw new AssayError(problems.NO_SNAPSHOT(folder, {}));
  const types = Object.entries(before.manifest.events);
  const events: { [name: string]: (typeof types)[number][1] } = {};
  for (const [i, [name, { schemaHash, files }]] of types.entries()) {
    events[name] = { schemaHash, files: await compactType(before, files) };
    progress({ stage: "compact", done: i + 1, total: types.length, unit: "event types" });
  }
  const manifest = { ...before.manifest, events };
  const known = new Set(filesOf(before.manifest));
  const written = filesOf(manifest).filter((file) => !known.has(file));
  const filesBefore = known.size;
  if (written.length === 0) return { snapshot: before, filesBefore, filesAfter: filesBefore };
  await syncTables(folder, written);
  return { snapshot: await publishSnapshot(folder, manifest), filesBefore, filesAfter: filesOf(manifest).length };
}

async function compactType(before: Snapshot, files: readonly TableFile[]): Promise<TableFile[]> {
  const split: TableFile[] = [];
  for (const file of files) {
    if (file.bits === before.manifest.bits) split.push(file);
    else split.push(...((await writtenAnew(before, [file])) ?? [file]));
  }
  const compacted: TableFile[] = [];
  // What an event says is hashed with the names of its fields: rows of two definitions stay apart.
  for (const runs of Map.groupBy(split, ({ bits, bucket, schemaHash }) => `${bits} ${bucket} ${schemaHash}`).values()) {
    const merging = runsToMerge(runs);
    const merged = merging.length === 0 ? undefined : await writtenAnew(before, merging);
    compacted.push(...(merged === undefined ? runs : [...runs.filter((run) => !merging.includes(run)), ...merged]));
  }
  return compacted.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * The runs of one bucket and definition that should become one. Beyond a few runs the smallest go together, and each next one that is not
 * more than twice as large as all before it; runs of an older layout always go.
 */
export function runsToMerge(runs: readonly TableFile[]): readonly TableFile[] {
  const older = runs.filter(({ layout }) => layout === undefined);
  if (runs.length <= RUNS_MAX) return older;
  const bySize = runs.toSorted((a, b) => a.rows - b.rows);
  let [count, rows] = [0, 0];
  for (const run of bySize) {
    const left = runs.length - count;
    if (count >= 2 && left < RUNS_MAX && run.rows > 2 * rows) break;
    count++;
    rows += run.rows;
  }
  return [...new Set([...bySize.slice(0, count), ...older])];
}

/** The rows of files of one definition, as one run a bucket of today; `undefined` where some have no place in the log. */
async function writtenAnew(
  { folder, manifest: { bits, schemas } }: Snapshot,
  files: readonly TableFile[],
): Promise<TableFile[] | undefined> {
  const node = schemas[files[0]!.schemaHash]!;
  const rows: PlacedEvent[] = [];
  for (const { path } of files) {
    const table = await readTable([join(folder, path)]);
    if (!hasOffsets(table)) return undefined;
    for (const row of placedTableEvents(table, node)) rows.push(row);
  }
  const written: TableFile[] = [];
  for (const [bucket, members] of Map.groupBy(rows, ({ event }) => hashPrefix(event.entity, bits))) {
    written.push(await writeRun({ folder, bits, bucket }, node, members));
  }
  return written;
}
