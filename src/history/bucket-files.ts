// The table files that hold one bucket of one event type, and their rows as events: the plain road, an object a row. It
// reads every layout there ever was, files of fewer buckets and positions in the log.

import { join } from "node:path";
import { AssayError, type Hash, hashPrefix } from "../base/index.ts";
import type { HistoryEvent } from "../compile/index.ts";
import { readTable } from "../storage/index.ts";
import type { WrittenFile } from "./column-run.ts";
import type { Position } from "./event-log.ts";
import { type PlacedEvent, placedTableEvents, tableEvents } from "./event-table.ts";
import { damageOf, type Snapshot, type TableFile } from "./snapshot.ts";

/** One bucket of one event type. */
export interface BucketAsked {
  readonly bucket: number;
  readonly name: string;
}

/** The checked files that hold a bucket of one type. Throws ASSAY_HISTORY_DAMAGED_FILE. */
export async function filesInBucket(
  { folder, manifest }: Snapshot,
  { bucket, name }: BucketAsked,
): Promise<WrittenFile[]> {
  const { bits, events, schemas } = manifest;
  const files = (events[name]?.files ?? []).filter((file) => file.bucket === bucket >>> (bits - file.bits));
  await Promise.all(files.map((file) => checkOnce(folder, file)));
  return files.map((file) => ({ file, node: schemas[file.schemaHash]! }));
}

/** The rows of some files of a bucket as events; with `before` those that had arrived by then. */
export async function bucketEvents(
  { folder, manifest: { bits } }: Snapshot,
  files: readonly WrittenFile[],
  {
    bucket,
    before,
    where,
  }: { readonly bucket: number; readonly before?: Position | undefined; readonly where?: string },
): Promise<HistoryEvent[]> {
  const read: HistoryEvent[][] = [];
  for (const { node, paths } of byColumns(folder, files)) {
    read.push(tableEvents(await readTable(paths, where === undefined ? {} : { where }), node, before));
  }
  const whole = files.every(({ file }) => file.bits === bits);
  return whole ? read.flat() : inBucket(read.flat(), ({ entity }) => entity, { bucket, bits });
}

/** The same, each with its place in the log. */
export async function bucketPlaced(
  { folder, manifest: { bits } }: Snapshot,
  files: readonly WrittenFile[],
  bucket: number,
): Promise<PlacedEvent[]> {
  const read: PlacedEvent[][] = [];
  for (const { node, paths } of byColumns(folder, files)) read.push(placedTableEvents(await readTable(paths), node));
  return inBucket(read.flat(), ({ event }) => event.entity, { bucket, bits });
}

/** Files with the same columns. */
function byColumns(folder: string, files: readonly WrittenFile[]) {
  const groups = Map.groupBy(files, ({ file }) => `${file.schemaHash} ${file.layout}`);
  return [...groups.values()].map((group) => ({
    node: group[0]!.node,
    paths: group.map(({ file }) => join(folder, file.path)),
  }));
}

/** Files from a time with fewer buckets hold entities of the neighbours too. */
function inBucket<T>(
  events: readonly T[],
  entityOf: (event: T) => string,
  { bucket, bits }: { readonly bucket: number; readonly bits: number },
): T[] {
  const buckets = new Map<string, number>();
  return events.filter((event) => {
    const entity = entityOf(event);
    const known = buckets.get(entity) ?? hashPrefix(entity, bits);
    buckets.set(entity, known);
    return known === bucket;
  });
}

const checked = new Set<Hash>();

async function checkOnce(folder: string, file: TableFile): Promise<void> {
  const name = `${folder} ${file.path} ${file.sha256}`;
  if (checked.has(name)) return;
  const damage = await damageOf(folder, file);
  if (damage !== undefined) throw new AssayError(damage);
  checked.add(name);
}
