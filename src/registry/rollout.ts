// A challenger on its way in: one at a time it looks on (shadow) or decides for a share of applicants (canary) beside the
// bundle in force. Services follow it as they follow releases. A release or a roll-back ends it in the same transaction.

import { sql, type Transaction } from "kysely";
import { AssayError, type Hash } from "../base/index.ts";
import type { Metadata, Stop } from "../storage/index.ts";
import { checkBundle } from "./artefacts.ts";
import { problems } from "./errors.ts";
import type { RegistryDatabase, RegistryTables } from "./registry-tables.ts";

const CHANNEL = "assay_rollout";
const MOST_SHARE_BASIS_POINTS = 5_000;

export interface Rollout {
  /** Of the loop, or of whoever began it. */
  readonly id: string;
  readonly stage: "shadow" | "canary";
  readonly bundle: Hash;
  /** Ten-thousandths of applicants that the challenger decides for, and as many for the control; 0 in shadow. */
  readonly shareBasisPoints: number;
  /** Of the assignment; another rollout assigns anew. */
  readonly salt: string;
  /** Names of the guardrails that watch it; a canary without is refused. */
  readonly guardrails: readonly string[];
}

export interface Rollouts {
  /**
   * Begins, or changes the stage of the rollout with this id. Throws ASSAY_REGISTRY_ROLLOUT_UNDER_WAY where another is,
   * UNGUARDED for a canary without guardrails, SHARE for more than 5,000 basis points, UNKNOWN_BUNDLE.
   */
  setRollout(rollout: Rollout): Promise<void>;
  /** Ends it; one that is not under way is left alone. */
  endRollout(id: string): Promise<void>;
  rollout(): Promise<Rollout | null>;
  /** Calls back each time that it may have changed, whichever process changed it. */
  onRollout(callback: () => void): Promise<Stop>;
}

export function rolloutsOver(metadata: Metadata): Rollouts {
  const db = metadata.db as RegistryDatabase;
  return {
    setRollout: (rollout) => setRollout(db, rollout),
    endRollout: (id) => db.transaction().execute((transaction) => clearRollout(transaction, id)),
    rollout: () => readRollout(db),
    onRollout: (callback) => metadata.listen(CHANNEL, callback),
  };
}

async function setRollout(db: RegistryDatabase, rollout: Rollout): Promise<void> {
  const thing = `rollout "${rollout.id}"`;
  const { stage, shareBasisPoints, guardrails } = rollout;
  if (stage === "canary" && guardrails.length === 0) throw new AssayError(problems.UNGUARDED(thing, {}));
  if (!(shareBasisPoints >= 0 && shareBasisPoints <= MOST_SHARE_BASIS_POINTS)) {
    throw new AssayError(problems.SHARE(thing, { share: shareBasisPoints, most: MOST_SHARE_BASIS_POINTS }));
  }
  await db.transaction().execute(async (transaction) => {
    await checkBundle(transaction, rollout.bundle);
    const document = JSON.stringify(rollout);
    const { rows } = await sql`
      insert into registry.rollout (single, id, document) values (true, ${rollout.id}, ${document})
      on conflict (single) do update set document = excluded.document where rollout.id = excluded.id
      returning id`.execute(transaction);
    const other = rows.length === 0 ? await readRollout(transaction) : null;
    if (other !== null) throw new AssayError(problems.ROLLOUT_UNDER_WAY(thing, other));
    await notify(transaction);
  });
}

/** Of whoever began it, where no id is given. */
export async function clearRollout(transaction: Transaction<RegistryTables>, id?: string): Promise<void> {
  const all = transaction.deleteFrom("registry.rollout");
  await (id === undefined ? all : all.where("id", "=", id)).execute();
  await notify(transaction);
}

async function notify(transaction: Transaction<RegistryTables>): Promise<void> {
  await sql`select pg_notify(${CHANNEL}, '')`.execute(transaction);
}

async function readRollout(db: RegistryDatabase): Promise<Rollout | null> {
  const row = await db.selectFrom("registry.rollout").select("document").executeTakeFirst();
  return row === undefined ? null : (JSON.parse(row.document) as Rollout);
}
