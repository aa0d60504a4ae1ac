// The fast road out of Parquet files, for whoever computes over millions of their rows: numbers as whole arrays, texts as
// codes into a list, and where each entity's rows begin, all in the order of the rows. `readTable` is the plain road.

import type { DuckDBConnection, DuckDBDataChunk, DuckDBVector } from "@duckdb/node-api";
import { invariant } from "../base/index.ts";
import { quoteName, quoteScannedPath, withTableEngine } from "./table-engine.ts";
import { presentRows, TextCoder, type TextVector } from "./text-coder.ts";

export interface VectorsAsked {
  /** Rows of all files. */
  readonly rows: number;
  /** BIGINT columns, and what stands where a row has no value. */
  readonly numbers: { readonly [column: string]: "NaN" | "Infinity" };
  /** BIGINT columns of 0 and 1. */
  readonly flags: readonly string[];
  /** VARCHAR columns. */
  readonly texts: readonly string[];
  /** Columns to draw one fingerprint of a row from: equal values give equal fingerprints, others nearly never. */
  readonly fingerprint: readonly string[];
  /** A VARCHAR column without missing values in which equal texts stand together. */
  readonly stretches: string;
}

export interface TableVectors {
  readonly numbers: { readonly [column: string]: Float64Array };
  readonly flags: { readonly [column: string]: Uint8Array };
  readonly texts: { readonly [column: string]: TextVector };
  /** Whole numbers below 2^53; empty where none was asked for. */
  readonly fingerprint: Float64Array;
  readonly stretches: readonly Stretch[];
}

/** From row `from` on, up to the next stretch, the column holds `text`. */
export interface Stretch {
  readonly text: string;
  readonly from: number;
}

/**
 * Columns of some files with the same columns, in the order of the paths and of the rows in them. The files must be ours:
 * numbers are not checked to be safe integers, as they were when they were written. Throws ASSAY_STORAGE_TABLE_FAILED.
 */
export async function readVectors(paths: readonly string[], asked: VectorsAsked): Promise<TableVectors> {
  const collector = new VectorCollector(asked);
  const files = `read_parquet([${paths.map(quoteScannedPath).join(", ")}])`;
  const read = async (connection: DuckDBConnection) => {
    const rows = await collect(connection, `SELECT ${selected(asked).join(", ")} FROM ${files}`, collector);
    invariant(rows === asked.rows, `${paths.join(", ")} have ${rows} rows, not ${asked.rows}`);
  };
  await withTableEngine(`table ${paths[0]}`, read, 1);
  return collector;
}

class VectorCollector implements TableVectors {
  readonly numbers: { readonly [column: string]: Float64Array };
  readonly flags: { readonly [column: string]: Uint8Array };
  readonly texts: { readonly [column: string]: TextCoder };
  readonly fingerprint: Float64Array;
  readonly stretches: Stretch[] = [];
  /** In the order selected. */
  readonly #plain: readonly (Float64Array | Uint8Array)[];
  readonly #coders: readonly TextCoder[];

  constructor({ rows, numbers, flags, texts, fingerprint }: VectorsAsked) {
    this.numbers = Object.fromEntries(Object.keys(numbers).map((name) => [name, new Float64Array(rows)]));
    this.flags = Object.fromEntries(flags.map((name) => [name, new Uint8Array(rows)]));
    this.texts = Object.fromEntries(texts.map((name) => [name, new TextCoder(rows)]));
    this.fingerprint = new Float64Array(fingerprint.length === 0 ? 0 : rows);
    this.#coders = Object.values(this.texts);
    const prints = fingerprint.length === 0 ? [] : [this.fingerprint];
    this.#plain = [...Object.values(this.numbers), ...Object.values(this.flags), ...prints];
  }

  // Hot path: one copy per column and chunk.
  add(chunk: DuckDBDataChunk, from: number): void {
    let index = 0;
    const rows = chunk.rowCount;
    for (const array of this.#plain) array.set(itemsOf(chunk.getColumnVector(index++)), from);
    for (const coder of this.#coders) coder.add(chunk.getColumnVector(index++), from, rows);
    const heads = chunk.getColumnVector(index);
    for (const row of presentRows(heads, rows)) {
      this.stretches.push({ text: heads.getItem(row) as string, from: from + row });
    }
  }
}

function selected({ numbers, flags, texts, fingerprint, stretches }: VectorsAsked): string[] {
  const number = ([name, missing]: [string, string]) =>
    `coalesce(CAST(${quoteName(name)} AS DOUBLE), '${missing}'::DOUBLE)`;
  const stretch = quoteName(stretches);
  return [
    ...Object.entries(numbers).map(number),
    ...flags.map((name) => `CAST(${quoteName(name)} AS UTINYINT)`),
    ...(fingerprint.length === 0 ? [] : [`CAST(hash(${fingerprint.map(quoteName).join(", ")}) >> 11 AS DOUBLE)`]),
    ...texts.map(quoteName),
    // Only the first text of each stretch crosses over.
    `CASE WHEN ${stretch} IS DISTINCT FROM lag(${stretch}) OVER () THEN ${stretch} END`,
  ];
}

async function collect(connection: DuckDBConnection, sql: string, into: VectorCollector): Promise<number> {
  const result = await connection.stream(sql);
  let rows = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return rows;
    into.add(chunk, rows);
    rows += chunk.rowCount;
  }
}

function itemsOf(vector: DuckDBVector): Float64Array {
  const { items } = vector as unknown as { items?: Float64Array };
  invariant(items !== undefined, "a numeric vector has items");
  return items;
}
