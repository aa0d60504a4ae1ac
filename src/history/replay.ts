// How the online store is brought up to the log: from where it stands, or from a snapshot and then the rest of the log.

import type { HistorySchema } from "../compile/index.ts";
import { snapshotEvents } from "./bucket.ts";
import { type EventLog, LOG_START } from "./event-log.ts";
import type { OnlineHistories } from "./online-histories.ts";
import type { Snapshot } from "./snapshot.ts";
import { decodeEvent, type IdentifiedEvent, identified } from "./wire-event.ts";

/** Applies what the log holds and the store does not. */
export async function catchUp(log: EventLog, online: OnlineHistories): Promise<void> {
  for await (const { from, records } of log.read(await online.appliedUpTo())) {
    await online.applyEvents({ from, events: records.map((record) => identified(decodeEvent(record))) });
  }
}

/** Empties the store and fills it from the snapshot, if there is one, and the log behind it. */
export async function rebuildOnline(
  online: OnlineHistories,
  snapshot: Snapshot | undefined,
  log: EventLog,
  schema: HistorySchema,
): Promise<void> {
  if (snapshot === undefined) await online.rebuild(noEvents(), LOG_START);
  else await online.rebuild(identifiedEvents(snapshot, schema), snapshot.manifest.position);
  await catchUp(log, online);
}

async function* identifiedEvents(snapshot: Snapshot, schema: HistorySchema): AsyncGenerator<readonly IdentifiedEvent[]> {
  for await (const events of snapshotEvents(snapshot, schema)) yield events.map(identified);
}

async function* noEvents(): AsyncGenerator<never> {}

/** Whether the store cannot be brought up from the log alone. */
export async function needsRebuild(online: OnlineHistories, log: EventLog): Promise<boolean> {
  if (online.mustRebuild()) return true;
  const { offset } = await online.appliedUpTo();
  return offset < log.oldest().offset || offset > log.head().offset;
}
