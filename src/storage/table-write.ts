// Typed arrays to a Parquet file. Rows go into a staging table as plain numbers, chunk by chunk and without a call per
// value; SQL then turns NaN and cleared validity into NULL, casts, orders and writes. Same input, same bytes.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { DuckDBAppender, DuckDBConnection, DuckDBType, DuckDBVector } from "@duckdb/node-api";
import { AssayError, invariant } from "../base/index.ts";
import { publishFile } from "./atomic-file.ts";
import { problems } from "./errors.ts";
import type { TableColumn, WrittenTable } from "./table-columns.ts";
import { type DuckDb, quoteName, quoteText, withTableEngine } from "./table-engine.ts";

const CHUNK_ROWS = 2048;
/** DuckDB hands its threads so many rows at a time: fewer are one thread's work. */
const SHARED_ROWS = 122_880;
let stagingTables = 0;

/** A column to sort by, ascending; missing last, unless it says first. */
export type OrderBy = string | { readonly column: string; readonly missing: "first" };

/**
 * Writes one Parquet file (zstd), atomically. Rows keep their order, or are sorted by `orderBy` (text by its bytes,
 * ties in the order given). Throws ASSAY_STORAGE_COLUMN_MISMATCH, UNSAFE_INTEGER or DISK_FULL.
 */
export async function writeTable(
  path: string,
  columns: readonly TableColumn[],
  options: { readonly orderBy?: readonly OrderBy[] } = {},
): Promise<WrittenTable> {
  const orderBy = (options.orderBy ?? []).map(ordering);
  const rows = checkColumns(path, columns, orderBy);
  await publishFile(path, (temporary) => copyOut(temporary, columns, rows, orderBy));
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return { path, rows, bytes: (await stat(path)).size, sha256: hash.digest("hex") };
}

interface Ordering {
  readonly column: string;
  readonly missing: "first" | "last";
}

function ordering(by: OrderBy): Ordering {
  return typeof by === "string" ? { column: by, missing: "last" } : by;
}

function checkColumns(path: string, columns: readonly TableColumn[], orderBy: readonly Ordering[]): number {
  const refuse = (detail: string) => new AssayError(problems.COLUMN_MISMATCH(`table ${path}`, { detail }));
  const rows = columns[0]?.values.length;
  if (rows === undefined) throw refuse("a table needs at least one column");
  const names = new Set(columns.map((column) => column.name));
  if (names.size < columns.length) throw refuse("two columns have the same name");
  for (const column of columns) {
    if (column.values.length !== rows || (column.valid ?? column.values).length !== rows) {
      throw refuse(`column "${column.name}" does not have ${rows} rows like the first one`);
    }
    if (!fits(column)) throw refuse(`the values of column "${column.name}" do not fit the type ${column.type}`);
    checkIntegers(path, column);
  }
  const unknown = orderBy.find(({ column }) => !names.has(column));
  if (unknown !== undefined) throw refuse(`orderBy names "${unknown.column}", which is not a column`);
  return rows;
}

function fits({ type, values }: TableColumn): boolean {
  if (type === "double") return values instanceof Float64Array;
  if (type === "bigint") return values instanceof Float64Array || values instanceof BigInt64Array;
  if (type === "integer") return values instanceof Int32Array;
  if (type === "varchar") return Array.isArray(values);
  return values instanceof Uint8Array;
}

function checkIntegers(path: string, { name, type, values, valid }: TableColumn): void {
  if (type !== "bigint" || !(values instanceof Float64Array)) return;
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (!Number.isSafeInteger(value) && !Number.isNaN(value) && valid?.[row] !== 0) {
      throw new AssayError(problems.UNSAFE_INTEGER(`column "${name}" of ${path}`, { row, value: String(value) }));
    }
  }
}

type Staged = { readonly sqlType: string; readonly values: TableColumn["values"] };

function stage({ type, values, valid }: TableColumn): Staged[] {
  const sqlType = values instanceof Float64Array ? "DOUBLE" : type === "boolean" ? "UTINYINT" : type.toUpperCase();
  return [{ sqlType, values }, ...(valid === undefined ? [] : [{ sqlType: "UTINYINT", values: valid }])];
}

function selectFrom(staging: string, columns: readonly TableColumn[], orderBy: readonly Ordering[]): string {
  let next = 0;
  const expressions = new Map<string, string>();
  for (const column of columns) {
    let expression = present(column, `s${next++}`);
    if (column.valid !== undefined) expression = `CASE WHEN s${next++} <> 0 THEN ${expression} END`;
    expressions.set(column.name, expression);
  }
  const list = [...expressions].map(([name, expression]) => `${expression} AS ${quoteName(name)}`).join(", ");
  const order = orderBy.map(({ column, missing }) => `${expressions.get(column)!} ASC NULLS ${missing}`);
  return `SELECT ${list} FROM ${staging}${order.length === 0 ? "" : ` ORDER BY ${order.join(", ")}, rowid`}`;
}

function present({ type, values }: TableColumn, staged: string): string {
  const value = values instanceof Float64Array ? `nullif(${staged}, 'nan'::DOUBLE)` : staged;
  if (type === "boolean") return `(${value} <> 0)`;
  return type === "bigint" ? `CAST(${value} AS BIGINT)` : value;
}

async function copyOut(
  temporary: string,
  columns: readonly TableColumn[],
  rows: number,
  orderBy: readonly Ordering[],
): Promise<void> {
  const staged = columns.flatMap(stage);
  const write = async (connection: DuckDBConnection, duckdb: DuckDb) => {
    const staging = `staging_${stagingTables++}`;
    await connection.run(`CREATE TABLE ${staging} (${staged.map(({ sqlType }, i) => `s${i} ${sqlType}`).join(", ")})`);
    try {
      const appender = await connection.createAppender(staging);
      append(duckdb, appender, staged, rows);
      appender.closeSync();
      const query = selectFrom(staging, columns, orderBy);
      await connection.run(`COPY (${query}) TO ${quoteText(temporary)} (FORMAT parquet, COMPRESSION zstd)`);
    } finally {
      await connection.run(`DROP TABLE ${staging}`);
    }
  };
  await withTableEngine(`table ${temporary}`, write, rows < SHARED_ROWS ? 1 : undefined);
}

function append(duckdb: DuckDb, appender: DuckDBAppender, staged: readonly Staged[], rows: number): void {
  const types = staged.map(({ sqlType }) => duckType(duckdb, sqlType));
  for (let from = 0; from < rows; from += CHUNK_ROWS) {
    const count = Math.min(CHUNK_ROWS, rows - from);
    const chunk = duckdb.DuckDBDataChunk.create(types, count);
    for (const [i, { values }] of staged.entries()) fill(chunk.getColumnVector(i), values, from, count);
    appender.appendDataChunk(chunk);
  }
}

// Hot path: numbers are copied as whole arrays.
function fill(vector: DuckDBVector, values: TableColumn["values"], from: number, count: number): void {
  if (ArrayBuffer.isView(values)) {
    const { items } = vector as unknown as { items: { set(values: TableColumn["values"]): void } };
    items.set(values.subarray(from, from + count));
  } else {
    for (let i = 0; i < count; i++) vector.setItem(i, values[from + i]!);
  }
  vector.flush();
}

function duckType(duckdb: DuckDb, sqlType: string): DuckDBType {
  const types: Record<string, DuckDBType> = {
    DOUBLE: duckdb.DOUBLE,
    BIGINT: duckdb.BIGINT,
    INTEGER: duckdb.INTEGER,
    UTINYINT: duckdb.UTINYINT,
    VARCHAR: duckdb.VARCHAR,
  };
  const type = types[sqlType];
  invariant(type !== undefined, `no staging type ${sqlType}`);
  return type;
}
