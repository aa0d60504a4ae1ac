// Releases that somebody made by hand and that are watched all the same: what each was watched against, how it ended, and,
// where a guardrail broke, when that was seen and when the roll-back was done.

import { sql } from "kysely";
import type { Hash } from "../base/index.ts";
import { type Metadata, nowMicros } from "../storage/index.ts";
import type { BookDatabase, BookTables } from "./book-tables.ts";
import type { GuardrailLook } from "./loop-document.ts";

/** `overtaken`: somebody moved the pointer first. `incomplete`: too few decisions to tell; what a person released stays. */
export type BakeState = BookTables["learning.bake"]["state"];

export interface Bake {
  /** Of the release. */
  readonly position: number;
  readonly bundle: Hash;
  readonly previous: Hash;
  readonly state: BakeState;
  readonly why: string;
  readonly looks: readonly GuardrailLook[];
  /** Microseconds since 1970, by the database's clock; null where none was seen. */
  readonly breachAt: number | null;
  readonly rolledBackAt: number | null;
}

export interface Bakes {
  /** Once a release; one that was begun before is left alone. */
  begin(release: Pick<Bake, "position" | "bundle" | "previous">): Promise<void>;
  /** Once: the first breach counts. */
  breached(position: number, why: string): Promise<void>;
  rolledBack(position: number): Promise<void>;
  end(position: number, ending: Pick<Bake, "state" | "why" | "looks">): Promise<void>;
  bake(position: number): Promise<Bake | undefined>;
  /** Whether any is still watched. */
  underWay(): Promise<boolean>;
  /** Newest first. */
  bakes(limit: number): Promise<Bake[]>;
  /** Microseconds since an instant of the database's clock. */
  age(instant: number): Promise<number>;
}

export function bakesOver(metadata: Metadata): Bakes {
  const db = metadata.db as BookDatabase;
  const one = (position: number) => db.updateTable("learning.bake").where("position", "=", position);
  return {
    async begin(release) {
      await db
        .insertInto("learning.bake")
        .values({ ...release, state: "watching", why: "under way", looks: "[]" })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },
    async breached(position, why) {
      await one(position).where("breach_at", "is", null).set({ breach_at: nowMicros, why }).execute();
    },
    async rolledBack(position) {
      await one(position).where("rolled_back_at", "is", null).set({ rolled_back_at: nowMicros }).execute();
    },
    async end(position, { state, why, looks }) {
      const ending = { state, why, looks: JSON.stringify(looks), ended_at: nowMicros };
      await one(position).where("state", "=", "watching").set(ending).execute();
    },
    async bake(position) {
      const row = await db.selectFrom("learning.bake").selectAll().where("position", "=", position).executeTakeFirst();
      return row === undefined ? undefined : bakeOf(row);
    },
    async underWay() {
      const watched = db.selectFrom("learning.bake").select("position").where("state", "=", "watching");
      return (await watched.executeTakeFirst()) !== undefined;
    },
    async bakes(limit) {
      const rows = await db.selectFrom("learning.bake").selectAll().orderBy("position", "desc").limit(limit).execute();
      return rows.map(bakeOf);
    },
    async age(instant) {
      const { rows } = await sql<{ age: number }>`select ${nowMicros} - ${instant}::int8 as age`.execute(db);
      return rows[0]!.age;
    },
  };
}

type Row = Pick<
  BookTables["learning.bake"],
  "position" | "bundle" | "previous" | "state" | "why" | "looks" | "breach_at" | "rolled_back_at"
>;

function bakeOf({ position, bundle, previous, state, why, looks, breach_at, rolled_back_at }: Row): Bake {
  const times = { breachAt: breach_at, rolledBackAt: rolled_back_at };
  return { position, bundle, previous, state, why, looks: JSON.parse(looks) as GuardrailLook[], ...times };
}
