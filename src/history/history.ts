// A history open for writing: the log, the online store, the quarantine and the door into them, in one folder.
//
//   log/  online/  quarantine/  tables/  snapshots/
//
// Opening brings the online store up to the log; a process that was killed anywhere goes on here.

import { join } from "node:path";
import type { Clock, Hash, Problem, Progress } from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import { checkSealedMeaning, sealedSchema } from "./bucket.ts";
import { type Compacted, compact } from "./compact.ts";
import { checkFanOuts } from "./document-children.ts";
import type { EventLog, Position } from "./event-log.ts";
import { checkColumns } from "./event-table.ts";
import { checkMeaning } from "./field-meaning.ts";
import { forgetPeople, type HistoryHoldings, historyHoldings } from "./forget.ts";
import { type DocumentOptions, type IngestAnswer, IngestDoor, type ProtectedValues, type Until } from "./ingest.ts";
import type { FeedLateness } from "./lateness.ts";
import { type LatenessBook, openLateness } from "./lateness-book.ts";
import { openLocalLog } from "./local-log.ts";
import { type Mend, type Mended, Mender } from "./mend.ts";
import { type LmdbHistories, openOnlineStore } from "./online-store.ts";
import { openQuarantine, type Quarantine } from "./quarantine.ts";
import type { ReadRow } from "./read-row.ts";
import { openRecordedSchema, type RecordedSchema } from "./recorded-schema.ts";
import { bringUp } from "./replay.ts";
import { type SealSchemas, seal } from "./seal.ts";
import { currentSnapshot, rollBackSnapshot, type Snapshot } from "./snapshot.ts";
import { trimLog } from "./trim.ts";
import type { DocumentSink } from "./validate-event.ts";

export interface HistoryOptions {
  readonly schema: HistorySchema;
  readonly vault: ProtectedValues;
  /** Without them an event with a document is refused. */
  readonly documents?: DocumentOptions;
  readonly clock: Clock;
}

export interface IngestOptions {
  readonly source: string;
  /** What the answer waits for, by default that the deciders see the rows; "durable" does not wait for that. */
  readonly until?: Until;
}

export interface History {
  readonly folder: string;
  readonly log: EventLog;
  readonly online: LmdbHistories;
  readonly quarantine: Quarantine;
  /** Rows as sources write them; the row numbers of the answer count from 1. */
  ingest(rows: Iterable<unknown> | AsyncIterable<unknown>, options: IngestOptions): Promise<IngestAnswer>;
  /** Rows as a file reader gives them, the unreadable ones among them. */
  ingestRows(rows: readonly ReadRow[] | AsyncIterable<ReadRow>, options: IngestOptions): Promise<IngestAnswer>;
  /** Resolves when the deciders see every event before `position` of the log. Throws ASSAY_HISTORY_STORE_FULL, STORE_FAILED. */
  reached(position: Position): Promise<void>;
  /** Events that are in the log and not yet before the deciders. */
  waiting(): number;
  /** A mended row of the quarantine through the door. Throws UNKNOWN_ROW, ALREADY_MENDED, NOT_WHOLE, or why it is refused. */
  resubmit(mend: Mend, by: string): Promise<Mended>;
  /** How late each feed comes, against the delay that its definition declares. */
  lateness(): readonly FeedLateness[];
  /** What of these entities is held, and what refers to them. */
  holdingsOf(entities: readonly string[]): Promise<HistoryHoldings>;
  /**
   * Takes entities away for good, with every snapshot from before: from log, table files, online store and quarantine;
   * events of others that refer to them lose the reference. The vault must know them as erased, so that none comes meanwhile.
   */
  forget(entities: readonly string[]): Promise<void>;
  /** Log into table files and a new snapshot. */
  seal(progress?: Progress): Promise<Snapshot>;
  /** Many small table files into few, as a new snapshot of the same position. Throws ASSAY_HISTORY_NO_SNAPSHOT. */
  compact(progress?: Progress): Promise<Compacted>;
  /** Makes a kept snapshot the one that holds. Throws ASSAY_HISTORY_NO_SNAPSHOT, UNKNOWN_SNAPSHOT. */
  rollBack(hash: Hash): Promise<Snapshot>;
  /**
   * Forgets the part of the log that every kept snapshot holds, so that a roll-back loses nothing; not before the files
   * of the current one are found whole. Gives back what was wrong with them.
   */
  trimLog(): Promise<readonly Problem[]>;
  close(): Promise<void>;
}

/** Where the readers find the online store of a history. */
export function onlineFolder(folder: string): string {
  return join(folder, "online");
}

/**
 * Throws ASSAY_HISTORY_LOCKED, LOG_CORRUPT, LOG_BEHIND, RESERVED_COLUMN, and SCHEMA_CHANGED where a stored field means
 * something else under `schema`.
 */
export async function openHistory(folder: string, options: HistoryOptions): Promise<History> {
  const { schema } = options;
  checkColumns(schema);
  checkFanOuts(options.documents?.fanOuts ?? {}, schema);
  const closing: (() => Promise<void>)[] = [];
  try {
    const log = await openLocalLog(join(folder, "log"));
    closing.unshift(() => log.close());
    const snapshot = await currentSnapshot(folder);
    const recorded = await agreedSchema(folder, log, snapshot, schema);
    // Events of a type that the definitions no longer have stay in the store, should it come back.
    const stored = { ...(snapshot === undefined ? {} : sealedSchema(snapshot)), ...recorded.events, ...schema };
    const online = openOnlineStore(onlineFolder(folder), stored);
    closing.unshift(() => online.close());
    const quarantine = await openQuarantine(join(folder, "quarantine"), schema);
    closing.unshift(() => quarantine.close());
    await bringUp(online, snapshot, log, stored);
    const lateness = await openLateness(folder, { log, online, schema });
    closing.unshift(() => lateness.flush());
    const door = new IngestDoor({ ...options, log, online, quarantine, lateness, recorded });
    closing.unshift(() => door.idle());
    const mender = new Mender(quarantine, (row, from) => door.mend(row, from), options.clock);
    closing.unshift(() => mender.idle());
    const schemas = () => ({ schema, recorded: recorded.events });
    return historyOf(
      { folder, log, online, quarantine },
      { door, mender, lateness, documents: options.documents?.sink, schemas },
      closing,
    );
  } catch (error) {
    for (const close of closing) await close();
    throw error;
  }
}

/** What the log says it was written under, once it and the snapshot are found to mean what `schema` means. */
async function agreedSchema(
  folder: string,
  log: EventLog,
  snapshot: Snapshot | undefined,
  schema: HistorySchema,
): Promise<RecordedSchema> {
  const recorded = await openRecordedSchema(join(folder, "log"));
  checkMeaning(recorded.events, schema, "writer");
  if (snapshot !== undefined) checkSealedMeaning(snapshot, schema, "writer");
  // A log from before schemas were recorded: from now on it means what it means today.
  if (Object.keys(recorded.events).length === 0 && log.head().offset > 0) {
    await recorded.cover(Object.keys(schema), schema);
  }
  return recorded;
}

interface HistoryDoors {
  readonly door: IngestDoor;
  readonly mender: Mender;
  readonly lateness: LatenessBook;
  readonly documents: DocumentSink | undefined;
  readonly schemas: () => SealSchemas;
}

function historyOf(
  parts: Pick<History, "folder" | "log" | "online" | "quarantine">,
  { door, mender, lateness, documents, schemas }: HistoryDoors,
  closing: readonly (() => Promise<void>)[],
): History {
  const { folder, log } = parts;
  let sealing: Promise<unknown> = Promise.resolve();
  // One after another: two seals at once would both follow the same snapshot.
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const done = sealing.then(work);
    sealing = done.catch(() => {});
    return done;
  };
  const sealNow = async (progress?: Progress): Promise<Snapshot> => {
    await lateness.flush();
    return await seal(folder, log, schemas(), progress);
  };
  const between = <T>(work: () => Promise<T>) => door.between(work);
  const forgetParts = { ...parts, documents, schemas, between, seal: () => sealNow() };
  return {
    ...parts,
    ingest: (rows, { source, until = "visible" }) => door.ingest(numbered(rows), source, until),
    ingestRows: (rows, { source, until = "visible" }) => door.ingest(rows, source, until),
    reached: (position) => door.reached(position),
    waiting: () => door.waiting(),
    resubmit: (mend, by) => mender.mend(mend, by),
    lateness: () => lateness.feeds(),
    seal: (progress) => alone(() => sealNow(progress)),
    holdingsOf: (entities) => alone(() => historyHoldings(forgetParts, entities)),
    forget: (entities) => alone(() => forgetPeople(forgetParts, entities)),
    compact: (progress) => alone(() => compact(folder, progress)),
    rollBack: (hash) => alone(() => rollBackSnapshot(folder, hash)),
    async trimLog() {
      await door.reached(log.head());
      return await trimLog(folder, log);
    },
    async close() {
      await sealing;
      for (const close of closing) await close();
    },
  };
}

async function* numbered(rows: Iterable<unknown> | AsyncIterable<unknown>): AsyncGenerator<ReadRow> {
  let row = 0;
  for await (const raw of rows) yield { row: ++row, raw };
}
