// Sealing: the rest of the log becomes sorted runs of table files, one per event type and bucket, and a new snapshot that
// names them beside the older ones. Nothing is rewritten and nothing is published before every file is in place, so a
// crash leaves the old snapshot and some files that the next seal clears away.

import { setImmediate } from "node:timers/promises";
import { AssayError, type Hash, hashJson, hashPrefix, type Progress, silent } from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import type { EventNode } from "../define/index.ts";
import { checkSealedMeaning, sealedSchema } from "./bucket.ts";
import { problems } from "./errors.ts";
import { type EventLog, LOG_START, type Position } from "./event-log.ts";
import type { PlacedEvent } from "./event-table.ts";
import { checkMeaning, withStoredFields } from "./field-meaning.ts";
import {
  currentSnapshot,
  filesOf,
  publishSnapshot,
  type Snapshot,
  type SnapshotManifest,
  type TableFile,
} from "./snapshot.ts";
import { syncTables, writeRun } from "./table-run.ts";
import { decodeEvent } from "./wire-event.ts";

/** What a bucket should hold, so that a worker keeps one in memory with ease. */
const BUCKET_EVENTS = 50_000;
/** Beyond 2^16 buckets, files would be too many to name in one manifest. */
const MAX_BITS = 16;
/** How many events of the log one pass holds in memory. */
const PASS_EVENTS = 500_000;

interface SealPlan {
  readonly folder: string;
  readonly before: Snapshot | undefined;
  readonly from: Position;
  readonly to: Position;
  readonly bits: number;
}

/** What a seal would do; `bits` never falls, so a file always lies in whole buckets. */
async function planSeal(folder: string, log: EventLog): Promise<SealPlan> {
  const before = await currentSnapshot(folder);
  const from = before?.manifest.position ?? LOG_START;
  const to = log.head();
  const sealed = before === undefined ? 0 : filesOf(before.manifest).reduce((sum, { rows }) => sum + rows, 0);
  const bits = Math.max(before?.manifest.bits ?? 0, bitsFor(sealed + to.offset - from.offset));
  return { folder, before, from, to, bits };
}

/** The fewest bits that leave at most 50,000 events to a bucket on average. */
export function bitsFor(events: number): number {
  return Math.min(MAX_BITS, Math.max(0, Math.ceil(Math.log2(events / BUCKET_EVENTS))));
}

/**
 * Moves the log up to its head into table files; the current snapshot where there is nothing new. `recorded` tells the
 * types and fields that the log may hold and the definitions no longer have. Throws ASSAY_HISTORY_SCHEMA_CHANGED.
 */
export async function seal(
  folder: string,
  log: EventLog,
  { schema, recorded }: SealSchemas,
  progress: Progress = silent,
): Promise<Snapshot> {
  const plan = await planSeal(folder, log);
  const upToDate = plan.before !== undefined && plan.from.offset === plan.to.offset;
  if (plan.before !== undefined) checkSealedMeaning(plan.before, schema, "writer");
  checkMeaning(recorded, schema, "writer");
  if (upToDate) return plan.before;
  const nodes = sealNodes(plan.before, recorded, schema);
  const files: [string, TableFile][] = [];
  const total = plan.to.offset - plan.from.offset;
  for await (const { from, events } of passes(log, plan.from, plan.to)) {
    for (const [name, rows] of Map.groupBy(events, ({ event }) => event.event)) {
      for (const file of await writeRuns(plan, nodeOf(nodes, name), rows)) files.push([name, file]);
    }
    progress({ stage: "seal", done: from.offset + events.length - plan.from.offset, total, unit: "events" });
  }
  await syncTables(
    folder,
    files.map(([, file]) => file),
  );
  return await publishSnapshot(folder, successor(plan, nodes, files));
}

export interface SealSchemas {
  /** The definitions now. */
  readonly schema: HistorySchema;
  readonly recorded: HistorySchema;
}

/** What to write each type's rows under: the definition now, else the newest that is known, with every stored field. */
function sealNodes(before: Snapshot | undefined, recorded: HistorySchema, schema: HistorySchema): HistorySchema {
  const older: HistorySchema = { ...(before === undefined ? {} : sealedSchema(before)), ...recorded };
  const now = Object.entries(schema).map(([name, node]) => [name, withStoredFields(recorded[name], node)]);
  return { ...older, ...Object.fromEntries(now) };
}

function nodeOf(nodes: HistorySchema, name: string): EventNode {
  const node = nodes[name];
  if (node === undefined) throw new AssayError(problems.UNKNOWN_EVENT("event log", { got: JSON.stringify(name) }));
  return node;
}

async function* passes(log: EventLog, from: Position, to: Position) {
  let events: PlacedEvent[] = [];
  let start = from;
  for await (const batch of log.read(from, to)) {
    if (events.length === 0) start = batch.from;
    for (const [i, record] of batch.records.entries()) {
      events.push({ event: decodeEvent(record), offset: batch.from.offset + i });
    }
    // Whoever ingests beside it waits no longer than a batch takes.
    await setImmediate();
    if (events.length < PASS_EVENTS) continue;
    yield { from: start, events };
    events = [];
  }
  if (events.length > 0) yield { from: start, events };
}

async function writeRuns(plan: SealPlan, node: EventNode, rows: readonly PlacedEvent[]): Promise<TableFile[]> {
  const buckets = new Map<string, number>();
  const bucketOf = (entity: string): number => {
    const known = buckets.get(entity) ?? hashPrefix(entity, plan.bits);
    buckets.set(entity, known);
    return known;
  };
  const files: TableFile[] = [];
  for (const [bucket, events] of Map.groupBy(rows, ({ event }) => bucketOf(event.entity))) {
    files.push(await writeRun({ ...plan, bucket }, node, events));
  }
  return files.sort((a, b) => a.bucket - b.bucket);
}

function successor(plan: SealPlan, schema: HistorySchema, files: readonly [string, TableFile][]): SnapshotManifest {
  const before = plan.before?.manifest;
  const events: Record<string, { schemaHash: Hash; files: TableFile[] }> = {};
  for (const [name, { schemaHash, files: older }] of Object.entries(before?.events ?? {})) {
    events[name] = { schemaHash, files: [...older] };
  }
  const schemas: Record<Hash, EventNode> = { ...before?.schemas };
  for (const [name, node] of Object.entries(schema)) {
    const schemaHash = hashJson(node);
    schemas[schemaHash] = node;
    events[name] = { schemaHash, files: events[name]?.files ?? [] };
  }
  for (const [name, file] of files) events[name]!.files.push(file);
  return { format: "assay.snapshot", version: 1, position: plan.to, bits: plan.bits, events, schemas };
}

/** Rows of one type that all lie in one bucket. */
export interface BucketRows {
  readonly name: string;
  readonly bucket: number;
  readonly rows: readonly PlacedEvent[];
}

/**
 * A snapshot of about `expected` events that never went through a log: `draw` is told how many bits a bucket has and gives
 * the runs one by one; rows must be valid, each with an offset of its own. For back-tests and benches.
 */
export async function sealDrawn(
  folder: string,
  schema: HistorySchema,
  expected: number,
  draw: (bits: number) => Iterable<BucketRows>,
): Promise<Snapshot> {
  const bits = bitsFor(expected);
  const files: [string, TableFile][] = [];
  let offset = 0;
  for (const { name, bucket, rows } of draw(bits)) {
    files.push([name, await writeRun({ folder, bits, bucket }, nodeOf(schema, name), rows)]);
    for (const row of rows) offset = Math.max(offset, row.offset + 1);
  }
  const made = files.map(([, file]) => file);
  await syncTables(folder, made);
  const plan = { folder, before: undefined, from: LOG_START, to: { partition: 0, offset }, bits };
  return await publishSnapshot(folder, successor(plan, schema, files));
}
