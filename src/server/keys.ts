// Keys for programs, and links that open one browser session each. A token is shown once, when it is made.

import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { Transaction } from "kysely";
import { sql } from "kysely";
import { AssayError, type Instant, MICROS_PER_HOUR, MICROS_PER_SECOND, nearest } from "../base/index.ts";
import { type Metadata, migrate, nowMicros } from "../storage/index.ts";
import { problems } from "./errors.ts";
import { type CredentialKind, type KeyDatabase, type KeyTables, migrations } from "./key-tables.ts";
import { type Principal, type Right, rights } from "./rights.ts";

/** Heard by every process that keeps keys in memory. */
export const KEYS_CHANNEL = "assay_keys";
const LINK_MICROS = 900 * MICROS_PER_SECOND;
const SESSION_MICROS = 12 * MICROS_PER_HOUR;
const TOKEN = /^assay_[A-Za-z0-9_-]{43}$/;
const NAME = /^(?!assay)[\p{L}\p{N}][\p{L}\p{N} ._-]{0,79}$/u;

export interface KeyEntry extends Principal {
  readonly id: string;
  /** Microseconds since 1970, by the database's clock. */
  readonly createdAt: Instant;
  readonly revokedAt: Instant | null;
}

export interface NewToken {
  readonly id: string;
  /** `assay_…`: kept nowhere, so shown now or never. */
  readonly token: string;
}

export interface Keys {
  /** Throws ASSAY_SERVER_BAD_KEY_NAME, UNKNOWN_RIGHT. */
  createKey(name: string, granted: readonly string[]): Promise<NewToken>;
  /** All keys, oldest first, the revoked among them. */
  keys(): Promise<KeyEntry[]>;
  /**
   * From now on the key is refused: at once by every process that hears the database, within five seconds by one that has
   * lost it. Throws ASSAY_SERVER_KEY_NOT_FOUND.
   */
  revokeKey(id: string): Promise<void>;
  /** A token that `exchangeLink` takes once, within 15 minutes. */
  createLink(name: string, granted: readonly string[]): Promise<NewToken>;
  /** A session of twelve hours for an unused link. Throws ASSAY_SERVER_LINK_SPENT. */
  exchangeLink(token: string): Promise<NewToken>;
  /** Who holds a token now; undefined where nobody does. */
  principalOf(kind: CredentialKind, token: string): Promise<Principal | undefined>;
}

/** Opens the keys of a workspace, bringing their table up to date. */
export async function openKeys(metadata: Metadata): Promise<Keys> {
  await migrate(metadata.db, "server", migrations);
  const db = metadata.db as KeyDatabase;
  return {
    createKey: (name, granted) => insert(db, { kind: "key", name, granted, lastsMicros: null }),
    keys: () => listKeys(db),
    revokeKey: (id) => revoke(db, id),
    createLink: (name, granted) => insert(db, { kind: "link", name, granted, lastsMicros: LINK_MICROS }),
    exchangeLink: (token) => db.transaction().execute((transaction) => exchange(transaction, token)),
    principalOf: (kind, token) => findPrincipal(db, kind, token),
  };
}

export function tokenHash(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** Whether it could be one of ours; saves asking the database about anything else. */
export function isTokenShaped(token: string): boolean {
  return TOKEN.test(token);
}

interface NewCredential {
  readonly kind: CredentialKind;
  readonly name: string;
  readonly granted: readonly string[];
  readonly lastsMicros: number | null;
}

async function insert(db: KeyDatabase, { kind, name, granted, lastsMicros }: NewCredential): Promise<NewToken> {
  if (!NAME.test(name)) throw new AssayError(problems.BAD_KEY_NAME(`name "${name}"`));
  const token = `assay_${randomBytes(32).toString("base64url")}`;
  const id = `${kind}-${randomUUID()}`;
  await db
    .insertInto("server.credential")
    .values({
      id,
      kind,
      name,
      token_hash: tokenHash(token),
      rights: granted.map(knownRight),
      expires_at: lastsMicros === null ? null : sql<number>`${nowMicros} + ${lastsMicros}::int8`,
      ended_at: null,
    })
    .execute();
  return { id, token };
}

function knownRight(name: string): Right {
  const right = rights.find((candidate) => candidate === name);
  if (right === undefined)
    throw new AssayError(problems.UNKNOWN_RIGHT(`right "${name}"`, { nearest: nearest(name, rights) }));
  return right;
}

async function listKeys(db: KeyDatabase): Promise<KeyEntry[]> {
  return await db
    .selectFrom("server.credential")
    .select(["id", "name", "rights", "created_at as createdAt", "ended_at as revokedAt"])
    .where("kind", "=", "key")
    .orderBy("created_at")
    .orderBy("id")
    .execute();
}

async function revoke(db: KeyDatabase, id: string): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable("server.credential")
    .set({ ended_at: sql<number>`coalesce(ended_at, ${nowMicros})` })
    .where("id", "=", id)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new AssayError(problems.KEY_NOT_FOUND(`key "${id}"`));
  await sql`select pg_notify(${KEYS_CHANNEL}, ${id})`.execute(db);
}

/** Taking the link and making the session is one transaction, so a link that fails half-way is still good. */
async function exchange(transaction: Transaction<KeyTables>, token: string): Promise<NewToken> {
  const link = await transaction
    .updateTable("server.credential")
    .set({ ended_at: nowMicros })
    .where("token_hash", "=", tokenHash(token))
    .where("kind", "=", "link")
    .where("ended_at", "is", null)
    .where("expires_at", ">", nowMicros)
    .returning(["name", "rights"])
    .executeTakeFirst();
  if (link === undefined) throw new AssayError(problems.LINK_SPENT("the link"));
  return await insert(transaction, {
    kind: "session",
    name: link.name,
    granted: link.rights,
    lastsMicros: SESSION_MICROS,
  });
}

async function findPrincipal(db: KeyDatabase, kind: CredentialKind, token: string): Promise<Principal | undefined> {
  return await db
    .selectFrom("server.credential")
    .select(["name", "rights"])
    .where("token_hash", "=", tokenHash(token))
    .where("kind", "=", kind)
    .where("ended_at", "is", null)
    .where((where) => where.or([where("expires_at", "is", null), where("expires_at", ">", nowMicros)]))
    .executeTakeFirst();
}
