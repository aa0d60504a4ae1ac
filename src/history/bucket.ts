// Reading a snapshot bucket by bucket: a bucket holds whole entities, all types side by side, small enough for memory.
// Back-fill workers call this in threads of their own; what comes out is what the online store would give at the
// snapshot's position. Sorted runs of several seals are merged here.

import { AssayError } from "../base/index.ts";
import type { EntityHistory, EventColumns, HistoryEvent, HistorySchema } from "../compile/index.ts";
import { bucketEvents, bucketPlaced, filesInBucket } from "./bucket-files.ts";
import { problems } from "./errors.ts";
import type { Position } from "./event-log.ts";
import type { PlacedEvent } from "./event-table.ts";
import { checkMeaning, type MeaningAsked } from "./field-meaning.ts";
import { leastText } from "./run-merge.ts";
import type { Snapshot } from "./snapshot.ts";
import { type TypeHistories, typeHistories } from "./type-histories.ts";

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
  const types: (TypeHistories & { readonly name: string })[] = [];
  for (const [name, node] of Object.entries(wanted)) {
    types.push({ name, ...(await typeHistories(snapshot, { bucket, name }, node, before)) });
  }
  yield* sideBySide(types);
}

/** Each entity of any type once, in the order of bytes. */
function* sideBySide(types: readonly (TypeHistories & { readonly name: string })[]): Generator<EntityHistory> {
  const next = types.map(() => 0);
  for (;;) {
    const entity = leastText(types.map(({ entities }, i) => entities[next[i]!]));
    if (entity === undefined) return;
    const events: { [name: string]: EventColumns } = {};
    for (const [i, { name, entities, rowsOf }] of types.entries()) {
      if (entities[next[i]!] === entity) events[name] = rowsOf(next[i]!++);
    }
    yield { entity, events };
  }
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
      if (schema[name] === undefined) continue;
      yield await bucketEvents(snapshot, await filesInBucket(snapshot, { bucket, name }), { bucket, before });
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

/** Which events: those that arrived at positions `[from, to)`, in some buckets or, by default, in all. */
export interface PlacedAsked {
  readonly from?: number;
  readonly to?: number;
  readonly buckets?: ReadonlySet<number>;
}

/**
 * The events of a snapshot, each with its place in the log, one type and bucket at a time.
 * Throws what `snapshotEvents` throws.
 */
export async function* placedEvents(
  snapshot: Snapshot,
  schema: HistorySchema,
  { from = 0, to = Number.POSITIVE_INFINITY, buckets }: PlacedAsked = {},
): AsyncGenerator<readonly PlacedEvent[]> {
  checkSealedMeaning(snapshot, schema, "reader");
  for (let bucket = 0; bucket < bucketCount(snapshot); bucket++) {
    if (buckets?.has(bucket) === false) continue;
    for (const name of Object.keys(snapshot.manifest.events)) {
      if (schema[name] === undefined) continue;
      const read = await bucketPlaced(snapshot, await filesInBucket(snapshot, { bucket, name }), bucket);
      yield read.filter(({ offset }) => offset >= from && offset < to);
    }
  }
}
