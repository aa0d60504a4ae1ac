// The fast road out of one Parquet file, for whoever computes over millions of its rows: numbers as whole arrays, texts as
// codes into a list, and how many rows each entity has, all in the order of the rows. `readTable` is the plain road.

import type { DuckDBConnection, DuckDBDataChunk, DuckDBVector } from "@duckdb/node-api";
import { invariant } from "../base/index.ts";
import { quoteName, quoteScannedPath, withTableEngine } from "./table-engine.ts";
import { TextCoder, type TextVector } from "./text-coder.ts";

export interface VectorsAsked {
  /** Rows of the file. */
  readonly rows: number;
  /** BIGINT columns, and what stands where a row has no value. */
  readonly numbers: { readonly [column: string]: "NaN" | "Infinity" };
  /** BIGINT columns of 0 and 1. */
  readonly flags: readonly string[];
  /** VARCHAR columns. */
  readonly texts: readonly string[];
  /** Columns to draw one fingerprint of a row from: equal values give equal fingerprints, others nearly never. */
  readonly fingerprint: readonly string[];
}

export interface TableVectors {
  readonly numbers: { readonly [column: string]: Float64Array };
  readonly flags: { readonly [column: string]: Uint8Array };
  readonly texts: { readonly [column: string]: TextVector };
  /** Whole numbers below 2^53; empty where none was asked for. */
  readonly fingerprint: Float64Array;
}

/**
 * Columns of one file in the order of its rows. The file must be one of ours: numbers are not checked to be safe integers,
 * as they were when it was written. Throws ASSAY_STORAGE_TABLE_FAILED.
 */
export async function readVectors(path: string, asked: VectorsAsked): Promise<TableVectors> {
  return await withTableEngine(`table ${path}`, async (connection) => {
    const numbers = Object.fromEntries(Object.keys(asked.numbers).map((name) => [name, new Float64Array(asked.rows)]));
    const flags = Object.fromEntries(asked.flags.map((name) => [name, new Uint8Array(asked.rows)]));
    const coders = asked.texts.map((name) => [name, new TextCoder(asked.rows)] as const);
    const fingerprint = new Float64Array(asked.fingerprint.length === 0 ? 0 : asked.rows);
    const plain = [
      ...Object.values(numbers),
      ...Object.values(flags),
      ...(fingerprint.length === 0 ? [] : [fingerprint]),
    ];
    const select = selected(asked);
    if (select.length > 0) {
      const sql = `SELECT ${select.join(", ")} FROM read_parquet(${quoteScannedPath(path)})`;
      const rows = await collect(connection, sql, (chunk, from) => {
        for (const [i, array] of plain.entries()) array.set(itemsOf(chunk.getColumnVector(i)), from);
        for (const [i, [, coder]] of coders.entries()) {
          coder.add(chunk.getColumnVector(plain.length + i), from, chunk.rowCount);
        }
      });
      invariant(rows === asked.rows, `${path} has ${rows} rows, not ${asked.rows}`);
    }
    return { numbers, flags, texts: Object.fromEntries(coders), fingerprint };
  });
}

function selected({ numbers, flags, texts, fingerprint }: VectorsAsked): string[] {
  const number = ([name, missing]: [string, string]) =>
    `coalesce(CAST(${quoteName(name)} AS DOUBLE), '${missing}'::DOUBLE)`;
  return [
    ...Object.entries(numbers).map(number),
    ...flags.map((name) => `CAST(${quoteName(name)} AS UTINYINT)`),
    ...(fingerprint.length === 0 ? [] : [`CAST(hash(${fingerprint.map(quoteName).join(", ")}) >> 11 AS DOUBLE)`]),
    ...texts.map(quoteName),
  ];
}

export interface TextGroups {
  /** Different texts, in the order of their bytes. */
  readonly texts: readonly string[];
  /** Rows of each. */
  readonly rows: readonly number[];
}

/** How many rows each text of a column has. Throws ASSAY_STORAGE_TABLE_FAILED. */
export async function countRows(path: string, column: string): Promise<TextGroups> {
  return await withTableEngine(`table ${path}`, async (connection) => {
    const texts: string[] = [];
    const rows: number[] = [];
    const name = quoteName(column);
    const sql = `SELECT ${name}, CAST(count(*) AS DOUBLE) FROM read_parquet(${quoteScannedPath(path)}) GROUP BY 1 ORDER BY 1`;
    await collect(connection, sql, (chunk) => {
      const [names, counts] = [chunk.getColumnVector(0), itemsOf(chunk.getColumnVector(1))];
      for (let i = 0; i < chunk.rowCount; i++) {
        texts.push(names.getItem(i) as string);
        rows.push(counts[i]!);
      }
    });
    return { texts, rows };
  });
}

async function collect(
  connection: DuckDBConnection,
  sql: string,
  add: (chunk: DuckDBDataChunk, from: number) => void,
): Promise<number> {
  const result = await connection.stream(sql);
  let rows = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return rows;
    add(chunk, rows);
    rows += chunk.rowCount;
  }
}

function itemsOf(vector: DuckDBVector): Float64Array {
  const { items } = vector as unknown as { items?: Float64Array };
  invariant(items !== undefined, "a numeric vector has items");
  return items;
}
