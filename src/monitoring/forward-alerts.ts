// Tells the webhook what waits in the outbox: at least once, per alert in order. Nothing waits for it; a report is counted
// whether the receiver is there or not. An event is put off before it is posted, so that two forwarders do not post it at once
// and one that is killed leaves it for later.

import { sql } from "kysely";
import { type Metadata, nowMicros } from "../storage/index.ts";
import type { AlertEvent } from "./alert-event.ts";
import type { MonitoringDatabase } from "./alert-tables.ts";
import type { Webhook } from "./webhook.ts";

export interface Forwarded {
  readonly sent: number;
  /** 1 where the receiver did not take an event; the rest then waits for the next round. */
  readonly failed: number;
  /** Still to be sent, those put off included. */
  readonly waiting: number;
}

/** One round. Rejects only where the database does. */
export async function forwardAlerts(metadata: Metadata, webhook: Webhook): Promise<Forwarded> {
  const db = metadata.db as MonitoringDatabase;
  let [sent, failed] = [0, 0];
  while (failed === 0) {
    const next = await takeNext(db);
    if (next === undefined) break;
    const failure = await failureOf(webhook, JSON.parse(next.event) as AlertEvent);
    if (failure === null) sent++;
    else failed++;
    const outcome = failure === null ? { sent_at: nowMicros, failure } : { failure };
    await db.updateTable("monitoring.outbox").set(outcome).where("id", "=", next.id).execute();
  }
  const { waiting } = await db
    .selectFrom("monitoring.outbox")
    .select(({ fn }) => fn.countAll<number>().as("waiting"))
    .where("sent_at", "is", null)
    .executeTakeFirstOrThrow();
  return { sent, failed, waiting };
}

async function failureOf(webhook: Webhook, event: AlertEvent): Promise<string | null> {
  try {
    await webhook.post(event);
    return null;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
    return `${error instanceof Error ? error.message : String(error)}${cause}`;
  }
}

/** First pause 15 s, longer than a post may take, then twice as long each time, up to an hour. */
const pauseMicros = sql`least(15000000 * (1::int8 << least(attempts, 10)), 3600000000)`;

/** The oldest that is due and has no older one of its alert before it, put off. */
async function takeNext(db: MonitoringDatabase): Promise<{ id: number; event: string } | undefined> {
  const { rows } = await sql<{ id: number; event: string }>`
    update monitoring.outbox set attempts = attempts + 1, next_attempt_at = ${nowMicros} + ${pauseMicros}
    where id = (
      select waiting.id from monitoring.outbox as waiting
      where waiting.sent_at is null and waiting.next_attempt_at <= ${nowMicros} and not exists (
        select from monitoring.outbox as older
        where older.alert = waiting.alert and older.sent_at is null and older.id < waiting.id)
      order by waiting.id limit 1 for update skip locked)
    returning id, event`.execute(db);
  return rows[0];
}
