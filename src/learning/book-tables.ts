// The tables of this room, in a schema of its own.

import { type Generated, type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import { stampedNow } from "../storage/index.ts";
import type { LoopState, LoopStep, TriggerKind } from "./loop-document.ts";

export interface BookTables {
  "learning.loop": {
    id: string;
    place: Generated<number>;
    bundle_name: string;
    trigger_kind: TriggerKind;
    trigger_why: string;
    trigger_by: string;
    label_cut_off: number;
    state: LoopState;
    step: LoopStep | null;
    why: string;
    champion: string | null;
    challenger: string | null;
    evidence: string | null;
    /** JSON as text: what comes back is what went in. */
    problem: string | null;
    cancel_asked: boolean;
    asked_at: Generated<number>;
    ended_at: number | null;
  };
  "learning.approval": { loop: string; verdict: "approve" | "refuse"; person: string; note: string };
  /** At most one row: the kill switch. */
  "learning.halt": { single: boolean; person: string; note: string; at: number };
  /** Where a wait began in the order of keeping, and how long a worker has waited. */
  "learning.wait": { owner: string; stage: string; from_kept: number; waited_micros: number };
  /** Releases made by hand that were watched, by position. */
  "learning.bake": {
    position: number;
    bundle: string;
    previous: string;
    state: "watching" | "held" | "rolledBack" | "incomplete" | "overtaken";
    why: string;
    looks: string;
    breach_at: number | null;
    rolled_back_at: number | null;
    began_at: Generated<number>;
    ended_at: number | null;
  };
}

/** States of a loop that has not ended. */
export const OPEN = ["asked", "running", "paused"] as const;

export type BookDatabase = Kysely<BookTables>;

const statements = [
  "create schema learning",
  `create table learning.loop (id text primary key, place int8 generated always as identity unique, bundle_name text not null,
     trigger_kind text not null check (trigger_kind in ('hand', 'outcomes', 'drift', 'calendar')),
     trigger_why text not null, trigger_by text not null, label_cut_off int8 not null,
     state text not null check (state in
       ('asked', 'running', 'paused', 'released', 'kept', 'rolledBack', 'cancelled', 'failed')),
     step text, why text not null, champion text, challenger text, evidence text, problem text,
     cancel_asked boolean not null, asked_at ${stampedNow}, ended_at int8)`,
  `create unique index one_open_loop on learning.loop (bundle_name) where state in ('asked', 'running', 'paused')`,
  `create table learning.approval (loop text primary key references learning.loop,
     verdict text not null check (verdict in ('approve', 'refuse')), person text not null, note text not null)`,
  `create table learning.halt (single boolean primary key default true check (single), person text not null,
     note text not null, at int8 not null)`,
  `create table learning.wait (owner text, stage text, from_kept int8 not null, waited_micros int8 not null,
     primary key (owner, stage))`,
  `create table learning.bake (position int8 primary key, bundle text not null, previous text not null,
     state text not null check (state in ('watching', 'held', 'rolledBack', 'incomplete', 'overtaken')),
     why text not null, looks text not null, breach_at int8, rolled_back_at int8, began_at ${stampedNow}, ended_at int8)`,
];

export const migrations: Record<string, Migration> = {
  "001": {
    async up(db) {
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  },
};
