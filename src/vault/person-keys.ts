// One key per person, wrapped by the master key, so that erasing a person is destroying a key: what was sealed under it
// stays where it is, chained and verifiable, and can never be read again. Keys that are asked for in the same turn of
// the event loop are made or fetched in one statement, and kept in memory; an erasure in any process clears them there.

import { createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import { sql } from "kysely";
import { AssayError } from "../base/index.ts";
import type { Metadata } from "../storage/index.ts";
import { openBytes, sealBytes } from "./envelope.ts";
import { problems } from "./errors.ts";
import { ERASED_CHANNEL, forget, type Tombstones, tombstoneOf } from "./forget.ts";
import type { VaultDatabase } from "./vault-tables.ts";

const KEPT_KEYS_MAX = 200_000;

export interface PersonKeys {
  /** Seals bytes under the person's key, made at first use. Throws ASSAY_VAULT_ERASED. */
  seal(entity: string, bytes: Uint8Array): Promise<Uint8Array>;
  /** Opens what `seal` returned for the same person. Throws ASSAY_VAULT_ERASED, NO_KEY or DAMAGED. */
  open(entity: string, sealed: Uint8Array): Promise<Uint8Array>;
  /** Fetches, and makes where needed, the keys of many people at once. */
  prepare(entities: Iterable<string>): Promise<void>;
  /** Destroys the person's key for good, and with it what else the vault knows of them; their id becomes a tombstone. */
  destroy(entity: string): Promise<void>;
}

/** `null` is an erased person, `undefined` one who never had a key. */
type Found = KeyObject | null | undefined;

export async function openPersonKeys(
  metadata: Metadata,
  masterKey: () => Promise<KeyObject>,
  tombstones: Tombstones,
): Promise<PersonKeys> {
  const ring = new KeyRing(metadata.db as VaultDatabase, masterKey);
  await metadata.listen(ERASED_CHANNEL, () => ring.forgetAll());
  return {
    async seal(entity, bytes) {
      return sealBytes(present(entity, ring.kept(entity) ?? (await ring.make(entity))), entity, bytes);
    },
    async open(entity, sealed) {
      const bytes = openBytes(present(entity, ring.kept(entity) ?? (await ring.find(entity))), entity, sealed);
      if (bytes === undefined) throw new AssayError(problems.DAMAGED(`sealed bytes of ${entity}`, {}));
      return bytes;
    },
    async prepare(entities) {
      const missing = [...new Set(entities)].filter((entity) => ring.kept(entity) === undefined);
      await Promise.all(missing.map(ring.make));
    },
    async destroy(entity) {
      const tombstone = await tombstones.of(entity);
      // Known as erased before anything goes: what comes in meanwhile is refused.
      tombstones.add(tombstone);
      await forget(metadata.db as VaultDatabase, entity, tombstone);
      ring.forgetAll();
    },
  };
}

function present(entity: string, key: Found): KeyObject {
  if (key === null) throw new AssayError(problems.ERASED(`person ${entity}`, {}));
  if (key === undefined) throw new AssayError(problems.NO_KEY(`person ${entity}`, {}));
  return key;
}

interface WrappedKey {
  readonly entity: string;
  readonly wrapped: Buffer | null;
}

class KeyRing {
  readonly #db: VaultDatabase;
  readonly #masterKey: () => Promise<KeyObject>;
  readonly #keys = new Map<string, KeyObject>();
  /** Counts what was forgotten: a key that was read from the database before that must not be kept after it. */
  #forgotten = 0;
  readonly make: (entity: string) => Promise<Found>;
  readonly find: (entity: string) => Promise<Found>;

  constructor(db: VaultDatabase, masterKey: () => Promise<KeyObject>) {
    this.#db = db;
    this.#masterKey = masterKey;
    this.make = together((entities) => this.#load(entities, true));
    this.find = together((entities) => this.#load(entities, false));
  }

  kept(entity: string): KeyObject | undefined {
    return this.#keys.get(entity);
  }

  /** Somebody was erased, and what tells it names nobody; keys of the others are fetched again. */
  forgetAll(): void {
    this.#forgotten++;
    this.#keys.clear();
  }

  async #load(entities: string[], create: boolean): Promise<Map<string, Found>> {
    const forgotten = this.#forgotten;
    const master = await this.#masterKey();
    const rows = create ? await this.#made(entities, master) : await this.#read(entities, master);
    const found = new Map<string, Found>(rows.map(({ entity, wrapped }) => [entity, unwrap(master, entity, wrapped)]));
    if (forgotten === this.#forgotten) this.#keep(found);
    return found;
  }

  async #read(entities: readonly string[], master: KeyObject): Promise<readonly WrappedKey[]> {
    const { rows } = await sql<WrappedKey>`
      select entity, wrapped from vault.person_key where entity = any(${entities}::text[])
      union all ${erasedAmong(entities, master)}`.execute(this.#db);
    return rows;
  }

  /** In one statement: the keys that were there, and new ones for everyone else. */
  async #made(entities: readonly string[], master: KeyObject): Promise<readonly WrappedKey[]> {
    // Sorted, so that two processes that make keys for the same people wait for each other and never in a circle.
    const sorted = entities.toSorted();
    const wrapped = sorted.map((entity) => sealBytes(master, entity, randomBytes(32)));
    const { rows } = await sql<WrappedKey>`
      with made as (
        insert into vault.person_key (entity, wrapped)
        select given.entity, given.wrapped
        from unnest(${sorted}::text[], ${wrapped}::bytea[], ${sorted.map((entity) => tombstoneOf(master, entity))}::text[])
          as given (entity, wrapped, tombstone)
        where not exists (select from vault.person_key as gone where gone.entity = given.tombstone)
        on conflict do nothing returning entity, wrapped
      )
      select entity, wrapped from made
      union all select entity, wrapped from vault.person_key where entity = any(${sorted}::text[])
      union all ${erasedAmong(sorted, master)}`.execute(this.#db);
    // What another process made meanwhile was neither there before nor made here.
    return rows.length === sorted.length ? rows : await this.#read(sorted, master);
  }

  #keep(found: ReadonlyMap<string, Found>): void {
    if (this.#keys.size + found.size > KEPT_KEYS_MAX) this.#keys.clear();
    for (const [entity, key] of found) if (key) this.#keys.set(entity, key);
  }
}

/** Those who were erased, as rows without a key. */
function erasedAmong(entities: readonly string[], master: KeyObject) {
  const tombstones = entities.map((entity) => tombstoneOf(master, entity));
  return sql`
    select given.entity, null::bytea from unnest(${entities}::text[], ${tombstones}::text[]) as given (entity, tombstone)
    join vault.person_key as gone on gone.entity = given.tombstone`;
}

function unwrap(master: KeyObject, entity: string, wrapped: Buffer | null): KeyObject | null {
  if (wrapped === null) return null;
  const key = openBytes(master, entity, wrapped);
  if (key === undefined) throw new AssayError(problems.DAMAGED(`the key of ${entity}`, {}));
  return createSecretKey(key);
}

/** Answers single questions asked in the same turn of the event loop by one call of `load`. */
function together<T>(
  load: (entities: string[]) => Promise<Map<string, T>>,
): (entity: string) => Promise<T | undefined> {
  let waiting: { readonly entities: Set<string>; readonly answers: Promise<Map<string, T>> } | undefined;
  return async (entity) => {
    if (waiting === undefined) {
      const entities = new Set<string>();
      const answers = new Promise((turn) => setImmediate(turn)).then(() => {
        waiting = undefined;
        return load([...entities]);
      });
      waiting = { entities, answers };
    }
    waiting.entities.add(entity);
    return (await waiting.answers).get(entity);
  };
}
