// Each room brings its own migrations and keeps its own table of those done, so rooms can be added and grow apart.

import type { Kysely } from "kysely";
import { sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { AssayError } from "../base/index.ts";
import { problems } from "./errors.ts";

// Any fixed number; it only has to differ from kysely's own lock.
const MIGRATION_LOCK = 7_241_985;

/**
 * Brings the tables of `room` up to date, all in one transaction. Two processes that start at once take turns.
 * Throws ASSAY_STORAGE_MIGRATION_FAILED, also where the database has migrations that this release does not know.
 */
// biome-ignore lint/suspicious/noExplicitAny: a migration speaks of tables that do not exist yet.
export async function migrate(db: Kysely<any>, room: string, migrations: Record<string, Migration>): Promise<void> {
  await db.connection().execute(async (connection) => {
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`.execute(connection);
    try {
      const migrator = new Migrator({
        db: connection,
        provider: { getMigrations: async () => migrations },
        migrationTableName: `${room}_migration`,
        migrationLockTableName: `${room}_migration_lock`,
      });
      const { error, results } = await migrator.migrateToLatest();
      if (error === undefined) return;
      const migration = results?.find(({ status }) => status === "Error")?.migrationName ?? "to the latest";
      const detail = error instanceof Error ? error.message : "for no reason given";
      throw new AssayError(problems.MIGRATION_FAILED(`room ${room}`, { migration, detail }), { cause: error });
    } finally {
      await sql`select pg_advisory_unlock(${MIGRATION_LOCK})`.execute(connection);
    }
  });
}
