// Parquet files to typed arrays. SQL does the casting and marks what is missing, so that the loop over chunks only
// copies whole arrays; text is the one type that is built value by value.

import type { DuckDBConnection, DuckDBDataChunk, DuckDBVector } from "@duckdb/node-api";
import { AssayError, invariant } from "../base/index.ts";
import { problems } from "./errors.ts";
import type { ReadTable, TableColumn, TableColumnType } from "./table-columns.ts";
import { quoteName, quoteScannedPath, withTableEngine } from "./table-engine.ts";

/**
 * Reads columns (all by default) of Parquet files with the same columns, as if they were one. Rows come in the order of
 * the paths and of the rows in them, or sorted by `orderBy` (text by its bytes, missing last, ties in that order).
 * `where` is a SQL condition on the columns. BIGINT arrives as doubles, refused beyond 2^53 - 1. Missing is NaN in double
 * and bigint, null in varchar, and a cleared `valid` (present only where something is missing) elsewhere.
 */
export async function readTable(
  paths: readonly string[],
  options: { readonly columns?: readonly string[]; readonly orderBy?: readonly string[]; readonly where?: string } = {},
): Promise<ReadTable> {
  const thing = paths.length === 1 ? `table ${paths[0]}` : `${paths.length} tables from ${paths[0]}`;
  if (paths.length === 0) return { rows: 0, columns: {} };
  return await withTableEngine(thing, async (connection) => {
    const scan = `read_parquet([${paths.map(quoteScannedPath).join(", ")}])`;
    const collectors = await planColumns(connection, thing, scan, options.columns);
    const order = (options.orderBy ?? []).map((name) => `${quoteName(name)} ASC NULLS LAST`);
    const sql = [
      `SELECT ${collectors.flatMap((collector) => collector.select).join(", ")} FROM ${scan} AS t`,
      ...(options.where === undefined ? [] : [`WHERE ${options.where}`]),
      ...(order.length === 0 ? [] : [`ORDER BY ${order.join(", ")}, file_index, file_row_number`]),
    ].join(" ");
    const rows = await collect(connection, sql, collectors);
    return { rows, columns: Object.fromEntries(collectors.map((each) => [each.name, finish(thing, each, rows)])) };
  });
}

interface Collector {
  readonly name: string;
  readonly type: TableColumnType;
  /** One expression, or two where a second column says which rows are present. */
  readonly select: readonly string[];
  values: Float64Array | Int32Array | Uint8Array | (string | null)[];
  valid: Uint8Array | undefined;
}

const typesByParquet: { readonly [sqlType: string]: TableColumnType } = {
  DOUBLE: "double",
  FLOAT: "double",
  BIGINT: "bigint",
  UBIGINT: "bigint",
  UINTEGER: "bigint",
  INTEGER: "integer",
  SMALLINT: "integer",
  USMALLINT: "integer",
  TINYINT: "integer",
  UTINYINT: "utinyint",
  BOOLEAN: "boolean",
  VARCHAR: "varchar",
};

async function planColumns(
  connection: DuckDBConnection,
  thing: string,
  scan: string,
  names: readonly string[] | undefined,
): Promise<Collector[]> {
  const list = names === undefined ? "*" : names.map(quoteName).join(", ");
  const described = await connection.runAndReadAll(`DESCRIBE SELECT ${list} FROM ${scan}`);
  return described.getRows().map((row) => {
    const [name, sqlType] = [String(row[0]), String(row[1])];
    const type = typesByParquet[sqlType];
    if (type !== undefined) return collector(name, type);
    throw new AssayError(problems.UNREADABLE_COLUMN(`column "${name}" of ${thing}`, { type: sqlType }));
  });
}

function collector(name: string, type: TableColumnType): Collector {
  const column = `t.${quoteName(name)}`;
  const present = `CAST(${column} IS NOT NULL AS UTINYINT)`;
  if (type === "varchar") return { name, type, select: [column], values: [], valid: undefined };
  if (type === "double" || type === "bigint") {
    const select = [`coalesce(CAST(${column} AS DOUBLE), 'nan'::DOUBLE)`];
    return { name, type, select, values: new Float64Array(0), valid: undefined };
  }
  const sqlType = type === "integer" ? "INTEGER" : "UTINYINT";
  const select = [`coalesce(CAST(${column} AS ${sqlType}), 0)`, present];
  const values = type === "integer" ? new Int32Array(0) : new Uint8Array(0);
  return { name, type, select, values, valid: new Uint8Array(0) };
}

async function collect(connection: DuckDBConnection, sql: string, collectors: readonly Collector[]): Promise<number> {
  const result = await connection.stream(sql);
  let rows = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return rows;
    addChunk(collectors, chunk, rows);
    rows += chunk.rowCount;
  }
}

// Hot path: one copy per column and chunk.
function addChunk(collectors: readonly Collector[], chunk: DuckDBDataChunk, from: number): void {
  const end = from + chunk.rowCount;
  let index = 0;
  for (const each of collectors) {
    const vector = chunk.getColumnVector(index++);
    if (Array.isArray(each.values)) {
      for (let i = 0; i < chunk.rowCount; i++) each.values.push(vector.getItem(i) as string | null);
      continue;
    }
    each.values = grown(each.values, end);
    each.values.set(itemsOf(vector), from);
    if (each.valid === undefined) continue;
    each.valid = grown(each.valid, end);
    each.valid.set(itemsOf(chunk.getColumnVector(index++)), from);
  }
}

function itemsOf(vector: DuckDBVector): Float64Array {
  const { items } = vector as unknown as { items?: Float64Array };
  invariant(items !== undefined, "a numeric vector has items");
  return items;
}

function grown<T extends Float64Array | Int32Array | Uint8Array>(array: T, rows: number): T {
  if (array.length >= rows) return array;
  const larger = new (array.constructor as new (length: number) => T)(Math.max(rows, array.length * 2));
  larger.set(array);
  return larger;
}

function finish(thing: string, { name, type, values, valid }: Collector, rows: number): TableColumn {
  if (Array.isArray(values)) return { name, type, values };
  const exact = values.slice(0, rows);
  if (type === "bigint") checkSafe(thing, name, exact as Float64Array);
  const present = valid?.slice(0, rows);
  return present?.includes(0) ? { name, type, values: exact, valid: present } : { name, type, values: exact };
}

function checkSafe(thing: string, name: string, values: Float64Array): void {
  const row = values.findIndex((value) => Math.abs(value) > Number.MAX_SAFE_INTEGER);
  if (row === -1) return;
  throw new AssayError(problems.UNSAFE_INTEGER(`column "${name}" of ${thing}`, { row, value: `about ${values[row]}` }));
}

/** The least and the greatest value of a number column over some files; `undefined` where no row has one. */
export async function readRange(
  paths: readonly string[],
  column: string,
): Promise<{ readonly least: number; readonly greatest: number } | undefined> {
  if (paths.length === 0) return undefined;
  const name = quoteName(column);
  const sql = `SELECT min(${name})::DOUBLE, max(${name})::DOUBLE FROM read_parquet([${paths.map(quoteScannedPath).join(", ")}])`;
  return await withTableEngine(`table ${paths[0]}`, async (connection) => {
    const [row] = (await connection.runAndReadAll(sql)).getRows();
    const [least, greatest] = row as [number | null, number | null];
    return least === null || greatest === null ? undefined : { least, greatest };
  });
}
