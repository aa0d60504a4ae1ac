// How the online store is brought up to the log: from where it stands, or from a snapshot and then the rest of the log.

import { AssayError, type Progress, silent } from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import { snapshotEvents } from "./bucket.ts";
import { problems } from "./errors.ts";
import { type EventLog, LOG_START } from "./event-log.ts";
import type { OnlineHistories } from "./online-histories.ts";
import type { Snapshot } from "./snapshot.ts";
import { decodeEvent } from "./wire-event.ts";

/** Applies what the log holds and the store does not. */
export async function catchUp(log: EventLog, online: OnlineHistories): Promise<void> {
  for await (const { from, records } of log.read(await online.appliedUpTo())) {
    await online.applyEvents({ from, events: records.map(decodeEvent) });
  }
}

/** Empties the store and fills it from the snapshot, if there is one, and the log behind it. */
export async function rebuildOnline(
  online: OnlineHistories,
  snapshot: Snapshot | undefined,
  log: EventLog,
  schema: HistorySchema,
  progress: Progress = silent,
): Promise<void> {
  if (snapshot === undefined) await online.rebuild(noEvents(), LOG_START);
  else await online.rebuild(snapshotEvents(snapshot, schema), snapshot.manifest.position, progress);
  await catchUp(log, online);
}

async function* noEvents(): AsyncGenerator<never> {}

/** Brings the store up to the log, by the shorter way that can be trusted. Throws ASSAY_HISTORY_LOG_BEHIND. */
export async function bringUp(
  online: OnlineHistories,
  snapshot: Snapshot | undefined,
  log: EventLog,
  schema: HistorySchema,
): Promise<void> {
  const applied = online.mustRebuild() ? 0 : (await online.appliedUpTo()).offset;
  const reached = Math.max(applied, snapshot?.manifest.position.offset ?? 0);
  const head = log.head().offset;
  // Going on would give old positions to new events, and whoever has passed them would leave those out.
  if (reached > head) throw new AssayError(problems.LOG_BEHIND("event log", { head, reached }));
  if (online.mustRebuild() || applied < log.oldest().offset) await rebuildOnline(online, snapshot, log, schema);
  else await catchUp(log, online);
}
