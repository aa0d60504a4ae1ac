// DuckDB, in memory and one or two per thread: it only ever turns typed arrays into Parquet files and back. It is loaded at
// first use, because deciders and definition tests must start without it, and it may neither download nor install.

import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { AssayError } from "../base/index.ts";
import { diskFull, isDiskFull } from "./atomic-file.ts";
import { problems } from "./errors.ts";

export type DuckDb = typeof import("@duckdb/node-api");

interface Engine {
  readonly duckdb: DuckDb;
  readonly instance: DuckDBInstance;
}

// Workers share the cores by themselves, a bucket each; a second thread on so little costs more than it gives.
const USUAL_THREADS = isMainThread ? 2 : 1;

/** By their threads. */
const opened = new Map<number, Promise<Engine>>();

/**
 * Runs `use` on a connection of its own; what the engine throws becomes a problem about `thing`. `threads` of 1 is for queries
 * too small to share: an engine's second thread waits for its first by spinning.
 */
export async function withTableEngine<T>(
  thing: string,
  use: (connection: DuckDBConnection, duckdb: DuckDb) => Promise<T>,
  threads = USUAL_THREADS,
): Promise<T> {
  const { duckdb, instance } = await engineOf(threads);
  const connection = await instance.connect();
  try {
    return await use(connection, duckdb);
  } catch (error) {
    throw engineError(thing, error);
  } finally {
    connection.closeSync();
  }
}

/** Yields what `use` yields on a connection of its own, closed when the reader has enough. */
export async function* streamFromEngine<T>(
  thing: string,
  use: (connection: DuckDBConnection) => AsyncGenerator<T>,
): AsyncGenerator<T> {
  const connection = await (await engineOf(USUAL_THREADS)).instance.connect();
  try {
    yield* use(connection);
  } catch (error) {
    throw engineError(thing, error);
  } finally {
    connection.closeSync();
  }
}

function engineOf(threads: number): Promise<Engine> {
  const engine = opened.get(threads) ?? openEngine(threads);
  opened.set(threads, engine);
  return engine;
}

async function openEngine(threads: number): Promise<Engine> {
  const duckdb = await import("@duckdb/node-api");
  const instance = await duckdb.DuckDBInstance.create(":memory:", {
    threads: String(threads),
    memory_limit: "1GB",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    temp_directory: join(tmpdir(), `assay-duckdb-${process.pid}`),
  });
  return { duckdb, instance };
}

function engineError(thing: string, error: unknown): unknown {
  if (error instanceof AssayError) return error;
  if (isDiskFull(error)) return diskFull(thing, error);
  const detail = error instanceof Error ? error.message.split("\n")[0]! : String(error);
  return new AssayError(problems.TABLE_FAILED(thing, { detail }), { cause: error });
}

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A path inside `read_parquet([…])`, which takes glob patterns: each special character stands for itself. */
export function quoteScannedPath(path: string): string {
  return quoteText(path.replaceAll(/[[*?]/g, "[$&]"));
}
