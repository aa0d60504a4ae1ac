// Which bundle decides. Releases are an append-only history and one pointer to the row in force; a rollback is a row of
// its own that brings back what was in force before the release it undoes, so rolling back twice goes back twice.

import { type Insertable, type Selectable, sql, type Transaction } from "kysely";
import { AssayError, type Hash } from "../base/index.ts";
import type { Metadata, Stop } from "../storage/index.ts";
import { checkBundle } from "./artefacts.ts";
import { problems } from "./errors.ts";
import type { RegistryDatabase, RegistryTables } from "./registry-tables.ts";
import { clearRollout } from "./rollout.ts";

const CHANNEL = "assay_release";

export interface Released {
  readonly hash: Hash;
  /** Microseconds since 1970, by the database's clock: when it came into force this time. */
  readonly releasedAt: number;
  /** What a rollback would bring back. */
  readonly previous: Hash | null;
}

export interface ReleaseEntry {
  readonly position: number;
  readonly kind: "release" | "rollback";
  readonly bundle: Hash;
  readonly by: string;
  readonly note: string;
  readonly releasedAt: number;
}

export interface ReleaseRequest {
  readonly bundle: Hash;
  readonly by: string;
  readonly note: string;
  /** A key moves the pointer once ever, however often it is asked with. */
  readonly key?: string;
}

export interface RollbackRequest extends Omit<ReleaseRequest, "bundle"> {
  /** Only while this bundle is in force. */
  readonly from?: Hash;
}

export interface Releases {
  /**
   * Puts a bundle in force, in one transaction; releasing the one in force changes nothing. A rollout ends by it.
   * Throws ASSAY_REGISTRY_UNKNOWN_BUNDLE.
   */
  release(request: ReleaseRequest): Promise<Released>;
  /** Brings back the bundle that was in force before. Throws ASSAY_REGISTRY_NOTHING_TO_ROLL_BACK or NOTHING_RELEASED. */
  rollback(request: RollbackRequest): Promise<Released>;
  released(): Promise<Released | null>;
  /** The whole history, oldest first. */
  releases(): Promise<ReleaseEntry[]>;
  /** Calls back with the bundle in force each time that it changes, whichever process changed it. */
  onRelease(callback: (released: Released) => void): Promise<Stop>;
}

export function releasesOver(metadata: Metadata): Releases {
  const db = metadata.db as RegistryDatabase;
  return {
    release: (request) => exclusively(db, (transaction) => release(transaction, request)),
    rollback: (request) => exclusively(db, (transaction) => rollBack(transaction, request)),
    released: () => readReleased(db),
    releases: () => readReleases(db),
    onRelease: (callback) => follow(metadata, db, callback),
  };
}

type Change = Transaction<RegistryTables>;
type ForceRow = Pick<RegistryTables["registry.release"], "position" | "bundle" | "before">;

// Releases take turns: the history is one line.
async function exclusively(db: RegistryDatabase, change: (transaction: Change) => Promise<void>): Promise<Released> {
  return await db.transaction().execute(async (transaction) => {
    await sql`lock table registry.release in exclusive mode`.execute(transaction);
    await change(transaction);
    const released = await readReleased(transaction);
    if (released === null) throw new AssayError(problems.NOTHING_RELEASED("the released bundle", {}));
    return released;
  });
}

async function release(transaction: Change, { bundle, by, note, key = null }: Keyed<ReleaseRequest>): Promise<void> {
  await checkBundle(transaction, bundle);
  const current = await inForce(transaction);
  if (current?.bundle === bundle || (await isDone(transaction, "release", key))) return;
  const before = current?.position ?? null;
  await append(transaction, { kind: "release", bundle, restores: null, before, by, note, key });
}

type Keyed<T> = Omit<T, "key"> & { readonly key?: string | null };

async function isDone(transaction: Change, kind: ReleaseEntry["kind"], key: string | null): Promise<boolean> {
  if (key === null) return false;
  const asked = transaction.selectFrom("registry.release").where("kind", "=", kind).where("key", "=", key);
  return (await asked.select("position").executeTakeFirst()) !== undefined;
}

async function rollBack(transaction: Change, { by, note, from, key = null }: Keyed<RollbackRequest>): Promise<void> {
  const current = await inForce(transaction);
  if (await isDone(transaction, "rollback", key)) return;
  if (from !== undefined && current?.bundle !== from) return;
  if (current === undefined) throw new AssayError(problems.NOTHING_RELEASED("rollback", {}));
  if (current.before === null) {
    throw new AssayError(problems.NOTHING_TO_ROLL_BACK("rollback", { released: current.bundle }));
  }
  const bundle = await transaction
    .selectFrom("registry.release")
    .select("bundle")
    .where("position", "=", current.before)
    .executeTakeFirstOrThrow();
  await append(transaction, { kind: "rollback", ...bundle, restores: current.before, before: null, by, note, key });
}

async function append(transaction: Change, row: Insertable<RegistryTables["registry.release"]>): Promise<void> {
  const { position } = await transaction
    .insertInto("registry.release")
    .values(row)
    .returning("position")
    .executeTakeFirstOrThrow();
  await transaction
    .insertInto("registry.released")
    .values({ single: true, position })
    .onConflict((conflict) => conflict.column("single").doUpdateSet({ position }))
    .execute();
  await clearRollout(transaction);
  await sql`select pg_notify(${CHANNEL}, ${String(position)})`.execute(transaction);
}

/** Rows behind the pointer: the latest, and the release that is in force by it, which a rollback points back to. */
function pointed(db: RegistryDatabase) {
  return db
    .selectFrom("registry.released as pointer")
    .innerJoin("registry.release as latest", "latest.position", "pointer.position")
    .innerJoin("registry.release as force", (join) =>
      join.on("force.position", "=", sql<number>`coalesce(latest.restores, latest.position)`),
    );
}

async function inForce(db: RegistryDatabase): Promise<Selectable<ForceRow> | undefined> {
  return await pointed(db).select(["force.position", "force.bundle", "force.before"]).executeTakeFirst();
}

async function readReleased(db: RegistryDatabase): Promise<Released | null> {
  const row = await pointed(db)
    .leftJoin("registry.release as previous", "previous.position", "force.before")
    .select(["force.bundle as hash", "latest.released_at as releasedAt", "previous.bundle as previous"])
    .executeTakeFirst();
  return row ?? null;
}

async function readReleases(db: RegistryDatabase): Promise<ReleaseEntry[]> {
  return await db
    .selectFrom("registry.release")
    .select(["position", "kind", "bundle", "by", "note", "released_at as releasedAt"])
    .orderBy("position")
    .execute();
}

async function follow(metadata: Metadata, db: RegistryDatabase, callback: (released: Released) => void): Promise<Stop> {
  let seen: number | undefined;
  let turn = Promise.resolve();
  const look = async (): Promise<void> => {
    // A database that is gone is told by the listener once it is back.
    const released = await readReleased(db).catch(() => null);
    if (released === null || released.releasedAt === seen) return;
    seen = released.releasedAt;
    callback(released);
  };
  const stop = await metadata.listen(CHANNEL, () => {
    turn = turn.then(look);
  });
  turn = readReleased(db).then((released) => {
    seen = released?.releasedAt;
  });
  await turn;
  return stop;
}
