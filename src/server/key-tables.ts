// Keys, one-time links and sessions in one table: three credentials that differ in how they are shown and how they end.
// Only the SHA-256 of a token is kept. A token has 256 random bits, so a slow hash would add nothing.

import { type Generated, type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import { stampedNow } from "../storage/index.ts";
import type { Right } from "./rights.ts";

export type CredentialKind = "key" | "link" | "session";

export interface KeyTables {
  "server.credential": {
    id: string;
    kind: CredentialKind;
    name: string;
    token_hash: string;
    rights: Right[];
    /** Microseconds since 1970, by the database's clock. */
    created_at: Generated<number>;
    expires_at: number | null;
    /** Revoked, or (a link) used. */
    ended_at: number | null;
  };
}

export type KeyDatabase = Kysely<KeyTables>;

const first: Migration = {
  async up(db) {
    await sql`create schema server`.execute(db);
    await sql`
      create table server.credential (
        id text primary key, kind text not null check (kind in ('key', 'link', 'session')), name text not null,
        token_hash text not null unique, rights text[] not null,
        created_at ${sql.raw(stampedNow)},
        expires_at int8, ended_at int8
      )`.execute(db);
  },
};

export const migrations: Record<string, Migration> = { "001": first };
