// The book of erasures: who asked for whom, and the receipt. Whoever writes history carries them out: the service, or the
// command itself where none runs. The same person gives the same erasure, and so the same receipt.

import { randomUUID } from "node:crypto";
import { AssayError } from "../base/index.ts";
import { type Metadata, migrate } from "../storage/index.ts";
import type { Vault } from "../vault/index.ts";
import { type ComplianceDatabase, type ComplianceTables, migrations } from "./compliance-tables.ts";
import { problems } from "./errors.ts";
import { checkNotHeld, type Holds, holdsOver } from "./holds.ts";
import type { Receipt } from "./receipt.ts";

export interface Erasure {
  readonly id: string;
  readonly state: "asked" | "running" | "done";
  /** Null until it is done. */
  readonly receipt: Receipt | null;
  /** Why the last attempt did not end; it is tried again. */
  readonly failure: string | null;
}

export interface Erasures extends Holds {
  /** Asks for an erasure, or finds the one that there is. Throws ASSAY_COMPLIANCE_HELD. */
  askErasure(request: { readonly entity: string; readonly by: string }): Promise<Erasure>;
  /** Throws ASSAY_COMPLIANCE_UNKNOWN_ERASURE. */
  erasure(id: string): Promise<Erasure>;
  /** The erasure of a person, by their id. */
  erasureOf(entity: string): Promise<Erasure | undefined>;
  /** Ids of those asked for or cut off, oldest first. */
  waitingErasures(): Promise<string[]>;
}

/** Opens the room, bringing its tables up to date. */
export async function openErasures(
  metadata: Metadata,
  vault: Pick<Vault, "tombstoneOf" | "erased">,
): Promise<Erasures> {
  await migrate(metadata.db, "compliance", migrations);
  const db = metadata.db as ComplianceDatabase;
  const by = async (column: "id" | "tombstone", value: string) => {
    const row = await db.selectFrom("compliance.erasure").selectAll().where(column, "=", value).executeTakeFirst();
    return row === undefined ? undefined : toErasure(row);
  };
  return {
    ...holdsOver(db, vault),
    async askErasure({ entity, by: person }) {
      const tombstone = await vault.tombstoneOf(entity);
      const before = await by("tombstone", tombstone);
      if (before !== undefined) return before;
      await checkNotHeld(db, entity, tombstone);
      const row = {
        id: randomUUID(),
        tombstone,
        entity,
        state: "asked",
        asked_by: person,
        receipt: null,
        failure: null,
      } as const;
      await db
        .insertInto("compliance.erasure")
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return (await by("tombstone", tombstone))!;
    },
    async erasure(id) {
      const found = await by("id", id);
      if (found === undefined) throw new AssayError(problems.UNKNOWN_ERASURE(`erasure ${id}`, {}));
      return found;
    },
    erasureOf: async (entity) => by("tombstone", await vault.tombstoneOf(entity)),
    async waitingErasures() {
      const waiting = db.selectFrom("compliance.erasure").select("id").where("state", "<>", "done");
      return (await waiting.orderBy("asked_at").orderBy("id").execute()).map(({ id }) => id);
    },
  };
}

function toErasure({
  id,
  state,
  receipt,
  failure,
}: Pick<ComplianceTables["compliance.erasure"], "id" | "state" | "receipt" | "failure">): Erasure {
  return { id, state, failure, receipt: receipt === null ? null : readReceipt(receipt) };
}

/** A kept receipt from its text. Throws ASSAY_COMPLIANCE_UNKNOWN_VERSION. */
export function readReceipt(text: string): Receipt {
  const receipt = JSON.parse(text) as Receipt;
  if (receipt.format === "assay.erasure" && receipt.version === 1) return receipt;
  throw new AssayError(problems.UNKNOWN_VERSION("a receipt", { version: String(receipt.version) }));
}
