// The metadata port: a PostgreSQL, whoever runs it. Rooms keep their own tables in it, each in a schema of its own.
// Embedded, it is the workspace's own server; shared, any PostgreSQL behind an address.

import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { AssayError } from "../base/index.ts";
import { problems } from "./errors.ts";
import { followChannel } from "./notifications.ts";
import { NamingClient } from "./postgres-client.ts";
import { joinPostgres, POSTGRES_USER } from "./postgres-supervisor.ts";

export interface Metadata {
  /** Each room casts it to its own tables: `metadata.db as Kysely<RegistryTables>`. int8 columns are numbers. */
  // biome-ignore lint/suspicious/noExplicitAny: every room has its own table types, and only Kysely<any> casts to them.
  readonly db: Kysely<any>;
  readonly pool: pg.Pool;
  readonly connectionString: string;
  /** The folder of the workspace's state; rooms keep what must not be in the database there (a master key). */
  readonly folder: string;
  /**
   * Calls `heard` with the payload of each NOTIFY on `channel`, and with `undefined` after a lost connection came back,
   * when some may have been missed. Resolves once listening.
   */
  listen(channel: string, heard: (payload: string | undefined) => void): Promise<Stop>;
  /** Ends listeners and connections; of an embedded server, the last user stops it and waits until it is gone. */
  close(): Promise<void>;
}

export type Stop = () => Promise<void>;

/** The embedded PostgreSQL of a workspace's state folder (`.assay`): started, or attached to where it runs already. */
export async function openMetadata(folder: string): Promise<Metadata> {
  const server = await joinPostgres(folder);
  const host = encodeURIComponent(server.socketFolder);
  const connectionString = `postgresql://${POSTGRES_USER}@localhost:${server.port}/postgres?host=${host}`;
  try {
    return await connect(connectionString, folder, () => server.leave());
  } catch (error) {
    await server.leave();
    throw error;
  }
}

/** A PostgreSQL run by someone else; `folder` is the workspace's state folder on this machine. */
export async function externalPostgres(connectionString: string, folder: string): Promise<Metadata> {
  return await connect(connectionString, folder, async () => {});
}

async function connect(connectionString: string, folder: string, leave: Stop): Promise<Metadata> {
  const pool = new pg.Pool({ connectionString, max: 16, types: numberTypes(), Client: NamingClient });
  // An idle connection that breaks is replaced at its next use; without a listener Node would end the process.
  pool.on("error", () => {});
  // One that breaks in use rejects what was asked of it, and tells it as an event as well.
  pool.on("connect", (client) => client.on("error", () => {}));
  const stops = new Set<Stop>();
  await checkReachable(pool, connectionString);
  return {
    db: new Kysely({ dialect: new PostgresDialect({ pool }) }),
    pool,
    connectionString,
    folder,
    async listen(channel, heard) {
      const stop = await followChannel(connectionString, channel, heard);
      stops.add(stop);
      return async () => {
        stops.delete(stop);
        await stop();
      };
    },
    async close() {
      await Promise.all([...stops].map((stop) => stop()));
      if (!pool.ended) await pool.end();
      await leave();
    },
  };
}

/** int8 as a number: every integer we keep is below 2^53, and a larger one is refused when read. */
function numberTypes(): pg.CustomTypesConfig {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.INT8, (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value)) throw new RangeError(`int8 ${text} is beyond 2^53 - 1`);
    return value;
  });
  return types;
}

async function checkReachable(pool: pg.Pool, connectionString: string): Promise<void> {
  try {
    await pool.query("select 1");
  } catch (error) {
    await pool.end();
    const detail = error instanceof Error ? error.message || String(error) : String(error);
    throw new AssayError(problems.UNREACHABLE(withoutPassword(connectionString), { detail }), { cause: error });
  }
}

function withoutPassword(connectionString: string): string {
  return connectionString.replace(/:[^:@/]*@/, "@");
}
