// Legal holds: what must be kept for a court, an audit or a claim is not erased while one is in force. Who placed it, who
// released it, when and why stays; the id of whom goes with the hold's end.

import { AssayError, formatInstant } from "../base/index.ts";
import { nowMicros } from "../storage/index.ts";
import type { Vault } from "../vault/index.ts";
import type { ComplianceDatabase } from "./compliance-tables.ts";
import { problems } from "./errors.ts";

export interface Hold {
  readonly entity: string;
  readonly reason: string;
  readonly placedBy: string;
  /** Microseconds since 1970, by the database's clock. */
  readonly placedAt: number;
  /** Null holds until somebody releases it. */
  readonly until: number | null;
}

export interface HoldRequest {
  readonly entity: string;
  readonly reason: string;
  readonly by: string;
  readonly until: number | null;
}

export interface Holds {
  /** Throws ASSAY_COMPLIANCE_ALREADY_HELD, PAST or ALREADY_ERASED. */
  placeHold(request: HoldRequest): Promise<void>;
  /** Throws ASSAY_COMPLIANCE_NOT_HELD. */
  releaseHold(request: Omit<HoldRequest, "until">): Promise<void>;
  /** Those in force, oldest first. */
  holds(): Promise<Hold[]>;
}

export function holdsOver(db: ComplianceDatabase, vault: Pick<Vault, "tombstoneOf" | "erased">): Holds {
  return {
    async placeHold({ entity, reason, by, until }) {
      if ((await vault.erased([entity])).has(entity)) throw new AssayError(problems.ALREADY_ERASED(entity, {}));
      await endExpired(db);
      if (until !== null) await checkToCome(db, entity, until);
      const tombstone = await vault.tombstoneOf(entity);
      const row = { tombstone, entity, reason, placed_by: by, until };
      const placed = await db
        .insertInto("compliance.hold")
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .returning("id")
        .executeTakeFirst();
      if (placed !== undefined) return;
      const before = await holdOn(db, tombstone);
      throw new AssayError(problems.ALREADY_HELD(entity, { by: before?.placedBy ?? "somebody" }));
    },
    async releaseHold({ entity, reason, by }) {
      await endExpired(db);
      const released = await db
        .updateTable("compliance.hold")
        .set({ released_by: by, release_reason: reason, released_at: nowMicros, entity: null })
        .where("tombstone", "=", await vault.tombstoneOf(entity))
        .where("released_at", "is", null)
        .executeTakeFirst();
      if (released.numUpdatedRows === 0n) throw new AssayError(problems.NOT_HELD(entity, {}));
    },
    async holds() {
      await endExpired(db);
      return await inForce(db).execute();
    },
  };
}

/** Throws ASSAY_COMPLIANCE_HELD. */
export async function checkNotHeld(db: ComplianceDatabase, entity: string, tombstone: string): Promise<void> {
  await endExpired(db);
  const hold = await holdOn(db, tombstone);
  if (hold === undefined) return;
  const until = hold.until === null ? "until it is released" : `until ${formatInstant(hold.until)}`;
  throw new AssayError(problems.HELD(entity, { by: hold.placedBy, until }));
}

function inForce(db: ComplianceDatabase) {
  return db
    .selectFrom("compliance.hold")
    .select((row) => [
      row.ref("entity").$notNull().as("entity"),
      "reason",
      "placed_by as placedBy",
      "placed_at as placedAt",
      "until",
    ])
    .where("released_at", "is", null)
    .orderBy("id");
}

async function holdOn(db: ComplianceDatabase, tombstone: string): Promise<Hold | undefined> {
  return await inForce(db).where("tombstone", "=", tombstone).executeTakeFirst();
}

/** A hold that ran out is released by nobody, at its end. */
async function endExpired(db: ComplianceDatabase): Promise<void> {
  await db
    .updateTable("compliance.hold")
    .set((row) => ({ released_at: row.ref("until"), release_reason: "it ran out", entity: null }))
    .where("released_at", "is", null)
    .where("until", "<=", nowMicros)
    .execute();
}

async function checkToCome(db: ComplianceDatabase, entity: string, until: number): Promise<void> {
  const { now } = await db.selectNoFrom(nowMicros.as("now")).executeTakeFirstOrThrow();
  if (until <= now) throw new AssayError(problems.PAST(entity, { until: formatInstant(until) }));
}
