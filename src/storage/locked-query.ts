// Somebody's SELECT over some table files, in an engine of its own that can reach nothing else: one statement, one that only
// reads, on the files it was given. Its answer comes as text.

import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { AssayError } from "../base/index.ts";
import { problems } from "./errors.ts";
import { type DuckDb, quoteName, quoteText } from "./table-engine.ts";

export interface LockedView {
  readonly name: string;
  /** What it stands for: SQL of ours, never of the asker's. */
  readonly sql: string;
}

export interface LockedQuery {
  /** Names the query in problems. */
  readonly thing: string;
  readonly sql: string;
  readonly views: readonly LockedView[];
  /** All that it may read. */
  readonly files: readonly string[];
}

export interface TextTable {
  readonly columns: readonly string[];
  /** null where there is nothing; numbers as DuckDB writes them. */
  readonly rows: readonly (readonly (string | null)[])[];
}

/** Throws ASSAY_STORAGE_QUERY_REFUSED, with the engine's words where those say why. */
export async function lockedQuery({ thing, sql, views, files }: LockedQuery): Promise<TextTable> {
  const duckdb = await import("@duckdb/node-api");
  const instance = await duckdb.DuckDBInstance.create(":memory:", {
    threads: "2",
    memory_limit: "1GB",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    temp_directory: join(tmpdir(), `assay-query-${process.pid}`),
  });
  try {
    const connection = await instance.connect();
    for (const { name, sql: body } of views) await connection.run(`CREATE VIEW ${quoteName(name)} AS ${body}`);
    await lock(connection, files);
    return await answer(duckdb, connection, thing, sql);
  } catch (error) {
    if (error instanceof AssayError) throw error;
    const detail = error instanceof Error ? error.message.split("\n")[0]! : String(error);
    throw new AssayError(problems.QUERY_REFUSED(thing, { why: detail }), { cause: error });
  } finally {
    instance.closeSync();
  }
}

async function lock(connection: DuckDBConnection, files: readonly string[]): Promise<void> {
  await connection.run(`SET allowed_paths = [${files.map(quoteText).join(", ")}]`);
  await connection.run("SET enable_external_access = false");
  await connection.run("SET lock_configuration = true");
}

async function answer(duckdb: DuckDb, connection: DuckDBConnection, thing: string, sql: string): Promise<TextTable> {
  const statements = await connection.extractStatements(sql);
  const refuse = (why: string) => new AssayError(problems.QUERY_REFUSED(thing, { why }));
  if (statements.count !== 1) throw refuse(`it holds ${statements.count} statements`);
  const statement = await statements.prepare(0);
  if (statement.statementType !== duckdb.StatementType.SELECT) throw refuse("it does more than read");
  const text = sql.trim().replace(/;\s*$/, "");
  const reader = await connection.runAndReadAll(`SELECT COLUMNS(*)::VARCHAR FROM (${text}\n) AS asked`);
  return { columns: reader.columnNames(), rows: reader.getRows() as (string | null)[][] };
}
