// The tables of this room, in a schema of its own. A person's id stands in them only while it is needed: until the erasure is
// done, or while a hold is in force. After that a tombstone stands for it (vault).

import { type Generated, type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import { stampedNow } from "../storage/index.ts";

export interface ComplianceTables {
  "compliance.hold": {
    id: Generated<number>;
    tombstone: string;
    entity: string | null;
    reason: string;
    placed_by: string;
    placed_at: Generated<number>;
    /** In microseconds; null holds until somebody releases it. */
    until: number | null;
    released_by: string | null;
    release_reason: string | null;
    released_at: number | null;
  };
  "compliance.erasure": {
    id: string;
    tombstone: string;
    entity: string | null;
    state: "asked" | "running" | "done";
    asked_by: string;
    asked_at: Generated<number>;
    /** Canonical JSON of `assay.erasure`. */
    receipt: string | null;
    /** Why the last attempt did not end. */
    failure: string | null;
  };
  /** What each room held when its turn came, as JSON; the rows go when the receipt is written. */
  "compliance.erasure_step": { erasure: string; step: string; found: string; done: boolean };
}

export type ComplianceDatabase = Kysely<ComplianceTables>;

const statements = [
  "create schema compliance",
  `create table compliance.hold (id int8 generated always as identity primary key, tombstone text not null, entity text,
     reason text not null, placed_by text not null, placed_at ${stampedNow}, until int8,
     released_by text, release_reason text, released_at int8)`,
  "create unique index one_hold on compliance.hold (tombstone) where released_at is null",
  `create table compliance.erasure (id text primary key, tombstone text not null unique, entity text,
     state text not null check (state in ('asked', 'running', 'done')), asked_by text not null, asked_at ${stampedNow},
     receipt text, failure text, check ((state = 'done') = (receipt is not null)), check ((state = 'done') = (entity is null)))`,
  `create table compliance.erasure_step (erasure text references compliance.erasure, step text, found text not null,
     done boolean not null, primary key (erasure, step))`,
];

export const migrations: Record<string, Migration> = {
  "001": {
    async up(db) {
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  },
};
