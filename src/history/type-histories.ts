// The histories of one bucket and event type, entity by entity. Files of today's layout go the columnar road; older ones,
// those of fewer buckets, and whatever had arrived by an earlier position, go the plain one.

import { compareBytes, type EventColumns, type HistoryEvent, layOutHistory } from "../compile/index.ts";
import type { EventNode } from "../define/index.ts";
import { readBucketColumns } from "./bucket-columns.ts";
import { type BucketAsked, bucketEvents, filesInBucket } from "./bucket-files.ts";
import type { WrittenFile } from "./column-run.ts";
import { EntitySlices } from "./entity-slices.ts";
import type { Position } from "./event-log.ts";
import type { Snapshot } from "./snapshot.ts";

export interface TypeHistories {
  /** In the order of their bytes. */
  readonly entities: readonly string[];
  /** Rows of `entities[i]`; to be asked for once. */
  readonly rowsOf: (i: number) => EventColumns;
}

export async function typeHistories(
  snapshot: Snapshot,
  asked: BucketAsked,
  node: EventNode,
  before: Position | undefined,
): Promise<TypeHistories> {
  const files = await filesInBucket(snapshot, asked);
  const columnar = files.every(({ file }) => file.layout === 2 && file.bits === snapshot.manifest.bits);
  if (columnar && files.length > 0 && before === undefined) return await columnarRoad(snapshot, asked, files, node);
  return laidOut(await bucketEvents(snapshot, files, { ...asked, before }), node);
}

async function columnarRoad(
  snapshot: Snapshot,
  { bucket }: BucketAsked,
  files: readonly WrittenFile[],
  node: EventNode,
): Promise<TypeHistories> {
  const columns = await readBucketColumns(snapshot.folder, files, node);
  const slices = new EntitySlices(columns);
  const { entities, tangled } = columns;
  if (tangled.size === 0) return { entities, rowsOf: (i) => slices.at(i) };
  const names = [...tangled].map((entity) => `'${entity.replaceAll("'", "''")}'`);
  const where = `t."_entity" IN (${names.join(", ")})`;
  const apart = laidOut(await bucketEvents(snapshot, files, { bucket, where }), node);
  const place = new Map(apart.entities.map((entity, i) => [entity, i]));
  const rowsOf = (i: number): EventColumns => {
    const other = place.get(entities[i]!);
    return other === undefined ? slices.at(i) : apart.rowsOf(other);
  };
  return { entities, rowsOf };
}

function laidOut(events: readonly HistoryEvent[], node: EventNode): TypeHistories {
  const byEntity = Map.groupBy(events, ({ entity }) => entity);
  const entities = [...byEntity.keys()].sort(compareBytes);
  const schema = { [node.name]: node };
  const rowsOf = (i: number): EventColumns =>
    layOutHistory(entities[i]!, byEntity.get(entities[i]!)!, schema).events[node.name]!;
  return { entities, rowsOf };
}
