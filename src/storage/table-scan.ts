// Rows of anybody's Parquet file as text, streamed: for files that come from outside, whose columns mean nothing here yet.
// Memory holds one chunk of the engine's. Our own table files go through `readTable`, as typed arrays.

import type { DuckDBConnection } from "@duckdb/node-api";
import { AssayError } from "../base/index.ts";
import { problems } from "./errors.ts";
import { quoteName, quoteScannedPath, streamFromEngine, withTableEngine } from "./table-engine.ts";

/** The names of a Parquet file's columns. Throws ASSAY_STORAGE_TABLE_FAILED where it is none, or not whole. */
export async function columnsOfTable(path: string): Promise<string[]> {
  return await withTableEngine(`table ${path}`, async (connection) => {
    return [...(await typesOf(connection, path)).keys()];
  });
}

/**
 * Rows in the file's order, in chunks: the text of each wanted column, null where there is none. Numbers are written
 * exactly, an instant with a zone as ISO 8601 in UTC, one without a zone likewise but without an offset.
 * Throws ASSAY_STORAGE_UNREADABLE_COLUMN for nested and binary columns, TABLE_FAILED where the file is damaged.
 */
export async function* scanTableText(
  path: string,
  columns: readonly string[],
): AsyncGenerator<readonly (readonly (string | null)[])[]> {
  const thing = `table ${path}`;
  yield* streamFromEngine(thing, async function* (connection) {
    const types = await typesOf(connection, path);
    const texts = columns.map((name) => textOf(name, types.get(name) ?? "no column", thing));
    const result = await connection.stream(`SELECT ${texts.join(", ")} FROM ${scanOf(path)}`);
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return;
      yield chunk.getRows() as (string | null)[][];
    }
  });
}

function scanOf(path: string): string {
  return `read_parquet([${quoteScannedPath(path)}])`;
}

async function typesOf(connection: DuckDBConnection, path: string): Promise<Map<string, string>> {
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${scanOf(path)}`);
  return new Map(described.getRows().map((row) => [String(row[0]), String(row[1])]));
}

const PLAIN =
  /^(?:U?(?:TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|DECIMAL\(.*\)|BOOLEAN|VARCHAR|DATE|UUID)$/;

function textOf(name: string, type: string, thing: string): string {
  const column = quoteName(name);
  if (PLAIN.test(type)) return `CAST(${column} AS VARCHAR)`;
  // Without its zone library the engine writes a zoned instant in UTC; by its microseconds it does so everywhere.
  if (type === "TIMESTAMP WITH TIME ZONE")
    return `strftime(make_timestamp(epoch_us(${column})), '%Y-%m-%dT%H:%M:%S.%fZ')`;
  if (type.startsWith("TIMESTAMP")) return `replace(CAST(${column} AS VARCHAR), ' ', 'T')`;
  throw new AssayError(problems.UNREADABLE_COLUMN(`column "${name}" of ${thing}`, { type }));
}
