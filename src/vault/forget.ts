// What stays of an erased person here: a tombstone in the table of keys, in place of the row that named them. It is an
// HMAC of the id under the master key, so that who holds the database alone cannot try ids against it. By it the person
// is known again: no key is made for them, nothing of theirs is taken in, and what was sealed for them says "erased".

import { createHmac, type KeyObject } from "node:crypto";
import { sql } from "kysely";
import type { Metadata } from "../storage/index.ts";
import type { VaultDatabase } from "./vault-tables.ts";

/** Tells the tombstone of who was erased; whoever keeps keys in memory drops them. */
export const ERASED_CHANNEL = "assay_vault_erased";

/** `erased-` and 64 hexadecimal digits; the same id under the same master key gives the same one. */
export function tombstoneOf(master: KeyObject, entity: string): string {
  return `erased-${createHmac("sha256", master).update(`assay erased 1\u0000${entity}`).digest("hex")}`;
}

/** Rows of a person that are still here. */
export interface VaultHoldings {
  readonly attributes: number;
  readonly keys: number;
}

/** What `forget` would take away. */
export async function holdingsOf(db: VaultDatabase, entity: string): Promise<VaultHoldings> {
  const counted = await sql<VaultHoldings>`
    select (select count(*) from vault.attribute where entity = ${entity}) as attributes,
           (select count(*) from vault.person_key where entity = ${entity}) as keys`.execute(db);
  return counted.rows[0]!;
}

/** Attributes and key go, the tombstone comes, in one transaction; doing it again changes nothing. */
export async function forget(db: VaultDatabase, entity: string, tombstone: string): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await transaction.deleteFrom("vault.attribute").where("entity", "=", entity).execute();
    await transaction.deleteFrom("vault.person_key").where("entity", "=", entity).execute();
    await sql`
      insert into vault.person_key (entity, wrapped, destroyed_at)
      values (${tombstone}, null, (extract(epoch from clock_timestamp()) * 1000000)::int8)
      on conflict do nothing`.execute(transaction);
    await sql`select pg_notify(${ERASED_CHANNEL}, ${tombstone})`.execute(transaction);
  });
}

/** Who was erased, in memory: asked for every row that comes in. */
export class Tombstones {
  readonly #db: VaultDatabase;
  readonly #master: () => Promise<KeyObject>;
  #known = new Set<string>();
  /** Names that none of the tombstones stands for: the same few come in over and over. */
  readonly #others = new Set<string>();
  #loading: Promise<void>;

  private constructor(db: VaultDatabase, master: () => Promise<KeyObject>) {
    this.#db = db;
    this.#master = master;
    this.#loading = this.#load();
  }

  static async open(metadata: Metadata, master: () => Promise<KeyObject>): Promise<Tombstones> {
    const tombstones = new Tombstones(metadata.db as VaultDatabase, master);
    await metadata.listen(ERASED_CHANNEL, (tombstone) => tombstones.#heard(tombstone));
    await tombstones.#loading;
    return tombstones;
  }

  async of(entity: string): Promise<string> {
    return tombstoneOf(await this.#master(), entity);
  }

  add(tombstone: string): void {
    this.#known.add(tombstone);
    this.#others.clear();
  }

  /** Those of the entities that were erased. Costs nothing where nobody ever was. */
  async among(entities: Iterable<string>): Promise<ReadonlySet<string>> {
    await this.#loading;
    if (this.#known.size === 0) return NOBODY;
    const master = await this.#master();
    return new Set(Array.from(entities).filter((entity) => this.#isErased(master, entity)));
  }

  #isErased(master: KeyObject, entity: string): boolean {
    if (this.#others.has(entity)) return false;
    if (this.#known.has(tombstoneOf(master, entity))) return true;
    if (this.#others.size >= OTHERS_AT_MOST) this.#others.clear();
    this.#others.add(entity);
    return false;
  }

  /** Without a tombstone, some may have been missed. */
  #heard(tombstone: string | undefined): void {
    if (tombstone !== undefined) this.add(tombstone);
    // What failed is asked again with the next question's rows: the set only grows, and this process told its own.
    else this.#loading = this.#load().catch(() => {});
  }

  async #load(): Promise<void> {
    const rows = await this.#db
      .selectFrom("vault.person_key")
      .select("entity")
      .where("wrapped", "is", null)
      .where("entity", "like", "erased-%")
      .execute();
    for (const { entity } of rows) this.add(entity);
  }
}

const NOBODY: ReadonlySet<string> = new Set();
const OTHERS_AT_MOST = 100_000;
