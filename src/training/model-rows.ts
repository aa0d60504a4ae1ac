// Rows of a dataset as a model takes them, read from Parquet: the same values that the worker was given.

import { invariant } from "../base/index.ts";
import type { Scorer } from "../score/index.ts";
import { type ReadTable, readTable } from "../storage/index.ts";

export type Split = "train" | "validation" | "test";

export interface ModelRows {
  readonly length: number;
  /** The part of the dataset that they all are of. */
  readonly split: Split;
  readonly columns: readonly string[];
  /** Row-major, NaN where missing. */
  readonly values: Float64Array;
  /** Row-major missing codes; all 0 where they were not read. */
  readonly kinds: Uint8Array;
  /** 1 is bad. */
  readonly labels: Uint8Array;
}

/** One split of a dataset, in file order. Only a scorecard reads missing kinds; a flat file may lack their columns. */
export async function readModelRows(
  files: readonly string[],
  columns: readonly string[],
  options: { readonly split: Split; readonly kinds: boolean },
): Promise<ModelRows> {
  const kindColumns = options.kinds ? columns.map((column) => `${column}__missing`) : [];
  const table = await readTable(files, {
    columns: [...columns, ...kindColumns, "label"],
    where: `t."split" = '${options.split}'`,
  });
  return {
    length: table.rows,
    split: options.split,
    columns,
    values: rowMajor(new Float64Array(table.rows * columns.length), table, columns),
    kinds: rowMajor(new Uint8Array(table.rows * columns.length), table, kindColumns),
    labels: rowMajor(new Uint8Array(table.rows), table, ["label"]),
  };
}

function rowMajor<T extends Float64Array | Uint8Array>(into: T, table: ReadTable, columns: readonly string[]): T {
  for (const [at, name] of columns.entries()) {
    const column = table.columns[name];
    invariant(column !== undefined && !Array.isArray(column.values), `column ${name} is numeric`);
    const values = column.values as ArrayLike<number>;
    for (let row = 0; row < table.rows; row++) {
      into[row * columns.length + at] = column.valid?.[row] === 0 ? Number.NaN : values[row]!;
    }
  }
  return into;
}

/** Assay's own margins (log odds of bad): what calibration, selection and evaluation use. */
export function marginsOf(scorer: Scorer, rows: ModelRows): Float64Array {
  const width = rows.columns.length;
  return Float64Array.from({ length: rows.length }, (_, row) =>
    scorer.margin({
      values: rows.values.subarray(row * width, (row + 1) * width),
      kinds: rows.kinds.subarray(row * width, (row + 1) * width),
    }),
  );
}
