// The tables of this room, in a schema of its own. Documents and releases are append-only: the database itself refuses
// to change or remove a row, whoever asks.

import { type Generated, type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import { stampedNow } from "../storage/index.ts";

export interface RegistryTables {
  "registry.artefact": { hash: string; kind: string; name: string; bytes: number; saved_at: Generated<number> };
  "registry.lineage": { child: string; parent: string; role: string };
  "registry.run": {
    id: string;
    kind: string;
    name: string;
    spec_hash: string;
    /** JSON as text: what comes back is what went in. */
    spec: string;
    state: "running" | "finished" | "failed";
    attempt: number;
    outcome: string | null;
    failure: string | null;
    started_at: Generated<number>;
    ended_at: number | null;
  };
  "registry.release": {
    position: Generated<number>;
    kind: "release" | "rollback";
    bundle: string;
    /** For a rollback, the release it brought back. */
    restores: number | null;
    /** For a release, the one that was in force before it: where a rollback leads. */
    before: number | null;
    by: string;
    note: string;
    /** Of a change that happens once ever, however often it is asked for. */
    key: Generated<string | null>;
    released_at: Generated<number>;
  };
  "registry.released": { single: boolean; position: number };
  /** At most one row. The rollout is JSON as text. */
  "registry.rollout": { single: boolean; id: string; document: string };
  "registry.service": { id: string; prepared: string; beat_at: number };
  "registry.snapshot_request": { id: Generated<number>; answer: string | null; asked_at: Generated<number> };
  /** Artefacts whose bytes were taken away because they held personal data; their rows stay. */
  "registry.erased": { hash: string; reason: string; successor: string | null; erased_at: Generated<number> };
  "registry.step": { step: string; inputs: string; outcome: string; remembered_at: Generated<number> };
}

export type RegistryDatabase = Kysely<RegistryTables>;

function migration(statements: readonly string[]): Migration {
  return {
    async up(db) {
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  };
}

const first = [
  "create schema registry",
  `create table registry.artefact (hash text, kind text, name text, bytes int8 not null, saved_at ${stampedNow},
     primary key (hash, kind, name))`,
  "create index on registry.artefact (kind, saved_at)",
  "create table registry.lineage (child text, parent text, role text, primary key (child, parent, role))",
  "create index on registry.lineage (parent)",
  `create table registry.run (id text primary key, kind text not null, name text not null, spec_hash text not null,
     spec text not null, state text not null check (state in ('running', 'finished', 'failed')),
     attempt int not null, outcome text, failure text, started_at ${stampedNow}, ended_at int8)`,
  `create table registry.release (position int8 generated always as identity primary key,
     kind text not null check (kind in ('release', 'rollback')), bundle text not null,
     restores int8 references registry.release, before int8 references registry.release, by text not null, note text not null,
     released_at ${stampedNow})`,
  `create table registry.released (single boolean primary key default true check (single),
     position int8 not null references registry.release)`,
  `create table registry.step (step text, inputs text, outcome text not null, remembered_at ${stampedNow},
     primary key (step, inputs))`,
  `create function registry.refuse() returns trigger language plpgsql as
     $$ begin raise exception 'registry.% is append-only', tg_table_name; end $$`,
  ...["artefact", "lineage", "release"].map(
    (table) => `create trigger append_only before update or delete or truncate on registry.${table}
       for each statement execute function registry.refuse()`,
  ),
];

const rollouts = [
  "alter table registry.release add column key text",
  "create unique index on registry.release (kind, key)",
  `create table registry.rollout (single boolean primary key default true check (single), id text not null,
     document text not null)`,
  "create table registry.service (id text primary key, prepared text not null, beat_at int8 not null)",
  `create table registry.snapshot_request (id int8 generated always as identity primary key, answer text, asked_at ${stampedNow})`,
];

const erasures = [
  `create table registry.erased (hash text primary key, reason text not null, successor text, erased_at ${stampedNow})`,
];

export const migrations: Record<string, Migration> = {
  "001": migration(first),
  "002": migration(rollouts),
  "003": migration(erasures),
};
