// People leave a history. The order makes a kill harmless: nothing of theirs is taken in any more (the vault knows them), the
// log begins a new segment, everything before it is sealed, table files are written anew without them, the snapshot that
// names those is the only one kept, and the segments that held them leave the log. The offsets of all others stay.
//
// No roll-back leads beyond: snapshots that named the old files are gone with the files.

import type { HistoryEvent } from "../compile/index.ts";
import { withoutRefs } from "./erased-rows.ts";
import type { EventLog } from "./event-log.ts";
import { documentsOfOnly } from "./forget-documents.ts";
import { eventsOfGroups, type TableHoldings, tableHoldings, tablesWithout } from "./forget-tables.ts";
import type { Group, OnlineHistories } from "./online-histories.ts";
import type { Quarantine } from "./quarantine.ts";
import type { SealSchemas } from "./seal.ts";
import { currentSnapshot, publishAlone, type Snapshot } from "./snapshot.ts";
import type { DocumentSink } from "./validate-event.ts";
import { decodeEvent } from "./wire-event.ts";

export interface HistoryHoldings extends TableHoldings {
  /** Refused rows that name them. */
  readonly quarantined: number;
}

export interface ForgetParts {
  readonly folder: string;
  readonly log: EventLog;
  readonly online: Pick<OnlineHistories, "forget">;
  readonly quarantine: Quarantine;
  readonly documents: DocumentSink | undefined;
  /** Runs between two groups of the door, when nothing is under way in it. */
  readonly between: <T>(work: () => Promise<T>) => Promise<T>;
  readonly seal: () => Promise<Snapshot>;
  readonly schemas: () => SealSchemas;
}

/** What `forgetPeople` would take away. */
export async function historyHoldings(parts: ForgetParts, entities: readonly string[]): Promise<HistoryHoldings> {
  const people = new Set(entities);
  const snapshot = await currentSnapshot(parts.folder);
  const tables = snapshot === undefined ? { events: 0, redacted: 0 } : await tableHoldings(snapshot, people);
  const logged = await logHoldings(parts, snapshot, people);
  return {
    events: tables.events + logged.events,
    redacted: tables.redacted + logged.redacted,
    quarantined: parts.quarantine.naming(people).length,
  };
}

/** Of the records that no table file holds yet. */
async function logHoldings(
  { log, schemas }: ForgetParts,
  snapshot: Snapshot | undefined,
  people: ReadonlySet<string>,
): Promise<TableHoldings> {
  const { schema, recorded } = schemas();
  let [events, redacted] = [0, 0];
  for await (const { records } of log.read(snapshot?.manifest.position ?? log.oldest())) {
    for (const record of records) {
      const event = decodeEvent(record);
      if (people.has(event.entity)) events++;
      else if (withoutRefs(event, { ...recorded, ...schema }, people) !== event) redacted++;
    }
  }
  return { events, redacted };
}

/** Nobody may seal meanwhile. Doing it again changes nothing. */
export async function forgetPeople(parts: ForgetParts, entities: readonly string[]): Promise<void> {
  const { folder, log, online, quarantine, documents, between, seal } = parts;
  const people = new Set(entities);
  const begins = await between(() => log.roll());
  const sealed = await seal();
  const { manifest, redacted } = await tablesWithout(sealed, people);
  // Before the snapshot: whoever is killed in between finds again whose events lose a reference.
  await between(async () => {
    const events = await eventsOfGroups(folder, manifest, redacted);
    await online.forget(people, redacted, [...events, ...(await loggedSince(parts, sealed, redacted))]);
  });
  // And before the events that name them are gone.
  await documents?.forget(await documentsOfOnly(sealed, people));
  await publishAlone(folder, manifest);
  await log.trim(begins);
  await quarantine.forget(people);
}

/** Events of some groups that came after a snapshot; none of them refers to the people. */
async function loggedSince({ log }: ForgetParts, { manifest }: Snapshot, groups: readonly Group[]) {
  const wanted = new Set(groups.map(({ entity, event }) => `${entity}\u0000${event}`));
  const events: HistoryEvent[] = [];
  if (wanted.size === 0) return events;
  for await (const { records } of log.read(manifest.position)) {
    events.push(...records.map(decodeEvent).filter(({ entity, event }) => wanted.has(`${entity}\u0000${event}`)));
  }
  return events;
}
