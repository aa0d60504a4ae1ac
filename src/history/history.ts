// A history open for writing: the log, the online store, the quarantine and the door into them, in one folder.
//
//   log/  online/  quarantine/  tables/  snapshots/
//
// Opening brings the online store up to the log; a process that was killed anywhere goes on here.

import { join } from "node:path";
import type { Clock, Problem, Progress } from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import { checkSealedMeaning, sealedSchema } from "./bucket.ts";
import type { EventLog } from "./event-log.ts";
import { checkColumns } from "./event-table.ts";
import { checkMeaning } from "./field-meaning.ts";
import { type IngestAnswer, IngestDoor, type ProtectedValues, type ReadRow } from "./ingest.ts";
import { openLocalLog } from "./local-log.ts";
import { type LmdbHistories, openOnlineStore } from "./online-store.ts";
import { openQuarantine, type Quarantine } from "./quarantine.ts";
import { openRecordedSchema, type RecordedSchema } from "./recorded-schema.ts";
import { bringUp } from "./replay.ts";
import { type SealSchemas, seal } from "./seal.ts";
import { currentSnapshot, type Snapshot } from "./snapshot.ts";
import { trimLog } from "./trim.ts";

export interface HistoryOptions {
  readonly schema: HistorySchema;
  readonly vault: ProtectedValues;
  readonly clock: Clock;
}

export interface History {
  readonly folder: string;
  readonly log: EventLog;
  readonly online: LmdbHistories;
  readonly quarantine: Quarantine;
  /** Rows as sources write them; the row numbers of the answer count from 1. */
  ingest(rows: Iterable<unknown> | AsyncIterable<unknown>, options: { source: string }): Promise<IngestAnswer>;
  /** Rows as a file reader gives them, the unreadable ones among them. */
  ingestRows(rows: AsyncIterable<ReadRow>, options: { source: string }): Promise<IngestAnswer>;
  /** Log into table files and a new snapshot. */
  seal(progress?: Progress): Promise<Snapshot>;
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
export async function openHistory(folder: string, { schema, vault, clock }: HistoryOptions): Promise<History> {
  checkColumns(schema);
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
    const door = new IngestDoor({ log, online, quarantine, vault, clock, schema, recorded });
    closing.unshift(() => door.idle());
    return historyOf({ folder, log, online, quarantine }, door, () => ({ schema, recorded: recorded.events }), closing);
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

function historyOf(
  parts: Pick<History, "folder" | "log" | "online" | "quarantine">,
  door: IngestDoor,
  schemas: () => SealSchemas,
  closing: readonly (() => Promise<void>)[],
): History {
  const { folder, log } = parts;
  let sealing: Promise<unknown> = Promise.resolve();
  return {
    ...parts,
    ingest: (rows, { source }) => door.ingest(numbered(rows), source),
    ingestRows: (rows, { source }) => door.ingest(rows, source),
    seal(progress) {
      // One after another: two seals at once would both follow the same snapshot.
      const sealed = sealing.then(() => seal(folder, log, schemas(), progress));
      sealing = sealed.catch(() => {});
      return sealed;
    },
    trimLog: () => trimLog(folder, log),
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
