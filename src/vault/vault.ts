// The vault: what may be collected but never decided on, and the keys of persons.

import type { KeyObject } from "node:crypto";
import { join } from "node:path";
import { type Metadata, migrate } from "../storage/index.ts";
import { type AttributeRow, aggregate, type Question, storeAttributes } from "./attributes.ts";
import type { Answer } from "./disclosure.ts";
import { holdingsOf, Tombstones, type VaultHoldings } from "./forget.ts";
import { masterKey } from "./master-key.ts";
import { openPersonKeys, type PersonKeys } from "./person-keys.ts";
import { migrations, type VaultDatabase } from "./vault-tables.ts";

export interface Vault {
  /** Keeps the latest value of each attribute; storing the same rows again changes nothing. */
  store(rows: readonly AttributeRow[]): Promise<void>;
  /** How many members of each cell are in each group; small groups and cells are merged into "too few". */
  aggregate(question: Question): Promise<Answer>;
  readonly personKeys: PersonKeys;
  /** What `forget` would take away of a person. */
  holdingsOf(entity: string): Promise<VaultHoldings>;
  /** Attributes and key of a person go for good, and so does the id: a tombstone stays. */
  forget(entity: string): Promise<void>;
  /** What stands for an erased person wherever their id stood. */
  tombstoneOf(entity: string): Promise<string>;
  /** Those of the entities that were erased. */
  erased(entities: Iterable<string>): Promise<ReadonlySet<string>>;
}

/** Opens the vault, bringing its tables up to date. The master key is `vault.key` in the workspace's state folder. */
export async function openVault(metadata: Metadata): Promise<Vault> {
  await migrate(metadata.db, "vault", migrations);
  const db = metadata.db as VaultDatabase;
  let master: Promise<KeyObject> | undefined;
  const openMaster = (): Promise<KeyObject> => {
    master ??= masterKey(db, join(metadata.folder, "vault.key")).catch((error: unknown) => {
      master = undefined;
      throw error;
    });
    return master;
  };
  const tombstones = await Tombstones.open(metadata, openMaster);
  const personKeys = await openPersonKeys(metadata, openMaster, tombstones);
  return {
    store: (rows) => storeAttributes(db, rows),
    aggregate: (question) => aggregate(db, question),
    personKeys,
    holdingsOf: (entity) => holdingsOf(db, entity),
    forget: (entity) => personKeys.destroy(entity),
    tombstoneOf: (entity) => tombstones.of(entity),
    erased: (entities) => tombstones.among(entities),
  };
}
