// The tables of this room, in a schema of its own.

import { type Generated, type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import { stampedNow } from "../storage/index.ts";
import type { AlertState } from "./alert.ts";

export interface MonitoringTables {
  "monitoring.alert": {
    ordinal: Generated<number>;
    id: string;
    key: string;
    state: AlertState;
    owner: string;
    /** JSON as text: what comes back is what went in. */
    finding: string;
    bundle: string;
    first_report: string;
    last_report: string;
    seen: number;
    unseen: number;
    acknowledged_by: string | null;
    acknowledged_note: string | null;
    acknowledged_at: number | null;
    opened_at: number | null;
    closed_at: number | null;
  };
  /** Reports that were counted. */
  "monitoring.observed": { report: string; observed_at: Generated<number> };
  /** What the webhook is still to be told, and was. */
  "monitoring.outbox": {
    id: Generated<number>;
    alert: string;
    event: string;
    attempts: Generated<number>;
    /** Not before this, in microseconds. */
    next_attempt_at: Generated<number>;
    sent_at: number | null;
    failure: string | null;
  };
  /** Rounds of parity, one a snapshot; JSON as text. */
  "monitoring.parity_round": { ordinal: Generated<number>; snapshot: string; round: string };
}

export type MonitoringDatabase = Kysely<MonitoringTables>;

const first: Migration = {
  async up(db) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  "create schema monitoring",
  `create table monitoring.alert (ordinal int8 generated always as identity primary key, id text not null unique,
     key text not null, state text not null check (state in ('pending', 'open', 'acknowledged', 'closed')),
     owner text not null, finding text not null, bundle text not null, first_report text not null, last_report text not null,
     seen int not null, unseen int not null, acknowledged_by text, acknowledged_note text, acknowledged_at int8,
     opened_at int8, closed_at int8)`,
  "create unique index one_alive on monitoring.alert (key) where state <> 'closed'",
  `create table monitoring.observed (report text primary key, observed_at ${stampedNow})`,
  `create table monitoring.outbox (id int8 generated always as identity primary key, alert text not null, event text not null,
     attempts int not null default 0, next_attempt_at ${stampedNow}, sent_at int8, failure text)`,
  "create index outbox_waiting on monitoring.outbox (id) where sent_at is null",
];

const parity: Migration = {
  async up(db) {
    await sql`create table monitoring.parity_round (ordinal int8 generated always as identity primary key,
      snapshot text not null unique, round text not null)`.execute(db);
  },
};

export const migrations: Record<string, Migration> = { "001": first, "002": parity };
