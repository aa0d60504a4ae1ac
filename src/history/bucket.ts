// Reading a snapshot bucket by bucket: a bucket holds whole entities, all types side by side, small enough for memory.
// Back-fill workers call this in threads of their own; what comes out is what the online store would give at the
// snapshot's position. Sorted runs of several seals are merged here.

import { join } from "node:path";
import { AssayError, type Hash, hashPrefix } from "../base/index.ts";
import { type EntityHistory, type HistoryEvent, type HistorySchema, layOutHistory } from "../compile/index.ts";
import { readTable } from "../storage/index.ts";
import { problems } from "./errors.ts";
import type { Position } from "./event-log.ts";
import { type PlacedEvent, placedTableEvents, tableEvents } from "./event-table.ts";
import { checkMeaning, type MeaningAsked } from "./field-meaning.ts";
import { damageOf, type Snapshot, type TableFile } from "./snapshot.ts";

/** How many buckets there are: numbers 0 to this, exclusive. */
export function bucketCount({ manifest }: Snapshot): number {
  return 2 ** manifest.bits;
}

/**
 * Histories of the entities in one bucket, in the order of their ids' bytes, laid out under `schema` (by default the
 * newest definitions the snapshot knows). Entities with no row of these types do not appear. With `before` only what had
 * arrived in the log by then. A file's hash is checked when this process first reads it. Throws
 * ASSAY_HISTORY_DAMAGED_FILE, MIXED_ENTITIES, SCHEMA_CHANGED, NO_OFFSETS.
 */
export async function* readBucket(
  snapshot: Snapshot,
  bucket: number,
  events: readonly string[],
  schema: HistorySchema = sealedSchema(snapshot),
  before?: Position,
): AsyncGenerator<EntityHistory> {
  const wanted = Object.fromEntries(
    events.flatMap((name) => (schema[name] === undefined ? [] : [[name, schema[name]]])),
  );
  checkOneKind(wanted);
  checkSealedMeaning(snapshot, wanted, "reader");
  const byEntity = new Map<string, HistoryEvent[]>();
  for (const name of Object.keys(wanted)) {
    for (const event of await readEvents(snapshot, bucket, name, before)) {
      const rows = byEntity.get(event.entity);
      if (rows === undefined) byEntity.set(event.entity, [event]);
      else rows.push(event);
    }
  }
  for (const entity of sortedByBytes(byEntity.keys())) yield layOutHistory(entity, byEntity.get(entity)!, wanted);
}

/**
 * All events of a snapshot (with `before`: that had arrived in the log by then), in pieces that a store can load; types
 * that `schema` no longer has are left out. Throws ASSAY_HISTORY_DAMAGED_FILE, SCHEMA_CHANGED, NO_OFFSETS.
 */
export async function* snapshotEvents(
  snapshot: Snapshot,
  schema: HistorySchema,
  before?: Position,
): AsyncGenerator<readonly HistoryEvent[]> {
  checkSealedMeaning(snapshot, schema, "reader");
  for (let bucket = 0; bucket < bucketCount(snapshot); bucket++) {
    for (const name of Object.keys(snapshot.manifest.events)) {
      if (schema[name] !== undefined) yield await readEvents(snapshot, bucket, name, before);
    }
  }
}

/** The definitions a snapshot was sealed under, newest of each type. */
export function sealedSchema({ manifest }: Snapshot): HistorySchema {
  const entries = Object.entries(manifest.events);
  return Object.fromEntries(entries.map(([name, { schemaHash }]) => [name, manifest.schemas[schemaHash]!]));
}

/** Throws ASSAY_HISTORY_SCHEMA_CHANGED where a file of the snapshot was written with another meaning than `now`. */
export function checkSealedMeaning({ manifest }: Snapshot, now: HistorySchema, asked: MeaningAsked): void {
  for (const [name, { files }] of Object.entries(manifest.events)) {
    for (const hash of new Set(files.map(({ schemaHash }) => schemaHash))) {
      checkMeaning({ [name]: manifest.schemas[hash]! }, now, asked);
    }
  }
}

function checkOneKind(schema: HistorySchema): void {
  const kinds = [...new Set(Object.values(schema).map(({ entity }) => entity))];
  if (kinds.length > 1) throw new AssayError(problems.MIXED_ENTITIES("bucket", { kinds: kinds.join(", ") }));
}

/**
 * The events of a snapshot that arrived at positions `[from, to)`, each with its own, one type and bucket at a time.
 * Throws what `snapshotEvents` throws.
 */
export async function* placedEvents(
  snapshot: Snapshot,
  schema: HistorySchema,
  { from = 0, to = Number.POSITIVE_INFINITY }: { readonly from?: number; readonly to?: number } = {},
): AsyncGenerator<readonly PlacedEvent[]> {
  checkSealedMeaning(snapshot, schema, "reader");
  for (let bucket = 0; bucket < bucketCount(snapshot); bucket++) {
    for (const name of Object.keys(snapshot.manifest.events)) {
      if (schema[name] === undefined) continue;
      const read = await readPlaced(snapshot, bucket, name);
      yield read.filter(({ offset }) => offset >= from && offset < to);
    }
  }
}

async function readPlaced(snapshot: Snapshot, bucket: number, name: string): Promise<PlacedEvent[]> {
  const { files, schemas } = await bucketFiles(snapshot, bucket, name);
  const read: PlacedEvent[][] = [];
  for (const [schemaHash, paths] of files) read.push(placedTableEvents(await readTable(paths), schemas[schemaHash]!));
  return inBucket(read.flat(), ({ event }) => event.entity, { bucket, bits: snapshot.manifest.bits });
}

async function readEvents(
  snapshot: Snapshot,
  bucket: number,
  name: string,
  before: Position | undefined,
): Promise<HistoryEvent[]> {
  const { files, schemas, split } = await bucketFiles(snapshot, bucket, name);
  const read: HistoryEvent[][] = [];
  for (const [schemaHash, paths] of files) {
    read.push(tableEvents(await readTable(paths), schemas[schemaHash]!, before));
  }
  const all = read.flat();
  return split ? all : inBucket(all, ({ entity }) => entity, { bucket, bits: snapshot.manifest.bits });
}

/** The checked files that hold a bucket of one type, by the definition they were written under. */
async function bucketFiles({ folder, manifest }: Snapshot, bucket: number, name: string) {
  const { bits, events, schemas } = manifest;
  const files = (events[name]?.files ?? []).filter((file) => file.bucket === bucket >>> (bits - file.bits));
  await Promise.all(files.map((file) => checkOnce(folder, file)));
  const groups = Map.groupBy(files, (file) => file.schemaHash);
  const paths = [...groups].map(([hash, group]) => [hash, group.map(({ path }) => join(folder, path))] as const);
  return { files: paths, schemas, split: files.every((file) => file.bits === bits) };
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

function sortedByBytes(entities: Iterable<string>): string[] {
  const keyed = Array.from(entities, (entity) => ({ entity, key: Buffer.from(entity) }));
  return keyed.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ entity }) => entity);
}
