// The tables of this room, in a schema of its own, so that a database administrator can bar everyone else from it.

import { type Generated, type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";

export interface VaultTables {
  "vault.attribute": { entity_type: string; entity: string; field: string; value: string; at: number };
  /** In place of a person whose key was destroyed stands a tombstone without a key, so that none is made anew. */
  "vault.person_key": { entity: string; wrapped: Buffer | null; destroyed_at: Generated<number> | null };
  "vault.master_key": { single: boolean; fingerprint: string };
}

export type VaultDatabase = Kysely<VaultTables>;

const first: Migration = {
  async up(db) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  "create schema vault",
  `create table vault.attribute (entity_type text, field text, entity text, value text not null, at int8 not null,
     primary key (entity_type, field, entity))`,
  "create table vault.person_key (entity text primary key, wrapped bytea, destroyed_at int8)",
  "create table vault.master_key (single boolean primary key default true check (single), fingerprint text not null)",
];

export const migrations: Record<string, Migration> = { "001": first };
