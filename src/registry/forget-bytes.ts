// Personal data in an artefact must be able to go, while what was made of it must stay told. So the bytes leave the object
// store and the row stays, beside a row that says why and, where there is one, which artefact took its place. The same
// bytes are not taken in again.

import { AssayError, type Hash } from "../base/index.ts";
import type { ObjectStore } from "../storage/index.ts";
import { problems } from "./errors.ts";
import type { RegistryDatabase } from "./registry-tables.ts";

export interface Forgetting {
  /** Takes an artefact's bytes away. Doing it again changes nothing; cut off in between, it is done again. */
  forgetBytes(hash: Hash, why: { readonly reason: string; readonly successor: Hash | null }): Promise<void>;
  /** The artefact that stands for `hash` now: itself, its last successor, or null where it went without one. */
  standIn(hash: Hash): Promise<Hash | null>;
  /** Artefacts of a kind whose object holds one of the texts, by hash; erased ones are not read. */
  artefactsHolding(kind: string, texts: readonly string[]): Promise<{ readonly hash: Hash; readonly name: string }[]>;
}

export function forgettingOver(db: RegistryDatabase, objects: ObjectStore): Forgetting {
  return {
    async forgetBytes(hash, { reason, successor }) {
      const row = { hash, reason, successor };
      await db
        .insertInto("registry.erased")
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      await objects.remove(hash);
    },
    async standIn(hash) {
      for (let at = hash; ; ) {
        const gone = await erasedRow(db, at);
        if (gone === undefined) return at;
        if (gone.successor === null) return null;
        at = gone.successor;
      }
    },
    artefactsHolding: (kind, texts) => artefactsHolding(db, objects, kind, texts),
  };
}

async function artefactsHolding(db: RegistryDatabase, objects: ObjectStore, kind: string, texts: readonly string[]) {
  const entries = await db
    .selectFrom("registry.artefact")
    .select(["hash", "name"])
    .where("kind", "=", kind)
    .where("hash", "not in", db.selectFrom("registry.erased").select("hash"))
    .orderBy("hash")
    .execute();
  const found: typeof entries = [];
  for (const entry of entries) {
    const bytes = Buffer.from(await objects.get(entry.hash));
    if (texts.some((text) => bytes.includes(text))) found.push(entry);
  }
  return found;
}

/** Throws ASSAY_REGISTRY_ERASED. */
export async function checkNotErased(db: RegistryDatabase, hash: Hash): Promise<void> {
  const gone = await erasedRow(db, hash);
  if (gone !== undefined) throw new AssayError(problems.ERASED(`artefact ${hash}`, gone));
}

async function erasedRow(db: RegistryDatabase, hash: Hash) {
  return await db
    .selectFrom("registry.erased")
    .select(["reason", "successor"])
    .where("hash", "=", hash)
    .executeTakeFirst();
}
