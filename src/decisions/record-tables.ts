// The tables of this room, as they stand in Postgres.

import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { Envelope } from "./record.ts";

export interface DecisionTables {
  requests: { idempotency_key: string; request_hash: string; application_id: string; decision_id: string };
  decisions: {
    decision_id: string;
    application_id: string;
    entity: string;
    decided_at: number;
    bundle: string;
    disposition: string;
    adverse: boolean;
    supersedes: string | null;
    writer: string;
    ordinal: number;
    salted_hash: string;
    previous_hash: string;
    chain_hash: string;
    sealed: Buffer;
    envelope: Envelope;
  };
  notices: { decision_id: string; sealed: Buffer };
  /** One row a decision: its application events, to be told to the log together. */
  outbox: { id: number; events: readonly unknown[]; forwarded: boolean };
  shadow_scores: {
    decision_id: string;
    model: string;
    bundle: string;
    raw: number;
    calibrated: number;
    /** Where a whole bundle looked on. */
    disposition: string | null;
    first_reason: string | null;
  };
  /** Requests that a bundle took and failed, which no record tells. */
  bundle_failures: { bundle: string; arm: string; failures: number };
  checkpoints: { id: number; heads: unknown; hash: string };
}

export const migrations: Record<string, Migration> = {
  "0001_records": {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`
        create table requests (
          idempotency_key text primary key, request_hash text not null, application_id text not null, decision_id text not null
        );
        create table decisions (
          decision_id text primary key, application_id text not null, entity text not null, decided_at bigint not null,
          bundle text not null, disposition text not null, adverse boolean not null,
          supersedes text unique references decisions (decision_id),
          writer text not null, ordinal bigint not null,
          salted_hash text not null, previous_hash text not null, chain_hash text not null,
          sealed bytea not null, envelope jsonb not null, unique (writer, ordinal)
        );
        create index decisions_by_application on decisions (application_id);
        create index decisions_by_entity on decisions (entity);
        create table notices (decision_id text primary key references decisions (decision_id), sealed bytea not null);
        create table outbox (id bigserial primary key, event jsonb not null, forwarded boolean not null default false);
        create index outbox_waiting on outbox (id) where not forwarded;
        create table shadow_scores (
          decision_id text not null, model text not null, bundle text not null,
          raw double precision not null, calibrated double precision not null, primary key (decision_id, model, bundle)
        );
        create table checkpoints (id bigserial primary key, heads jsonb not null, hash text not null);
      `.execute(db);
    },
  },
  "0002_outbox_by_decision": {
    async up(db: Kysely<unknown>): Promise<void> {
      // Sealed bytes do not compress, so nothing tries.
      await sql`
        alter table outbox rename column event to events;
        update outbox set events = jsonb_build_array(events);
        alter table decisions alter column sealed set storage external;
        alter table notices alter column sealed set storage external;
      `.execute(db);
    },
  },
  "0003_order_kept": {
    async up(db: Kysely<unknown>): Promise<void> {
      // Ids are random and a simulated clock stands still, so "newest first" needs an order of its own.
      await sql`alter table decisions add column kept bigserial; create unique index decisions_by_kept on decisions (kept)`.execute(
        db,
      );
    },
  },
  "0004_arms": {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`
        alter table shadow_scores add column disposition text, add column first_reason text;
        create table bundle_failures (bundle text, arm text, failures bigint not null, primary key (bundle, arm));
      `.execute(db);
    },
  },
};
