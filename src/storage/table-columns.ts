// The columns that cross the table port: plain typed arrays beside a name and a type.

/**
 * One column. In "double" NaN is the missing value (written as NULL, read back as NaN). "bigint" may be held as doubles
 * when all are safe integers, NaN again missing. In the other numeric types `valid[i] === 0` marks a missing row.
 */
export interface TableColumn {
  readonly name: string;
  readonly type: TableColumnType;
  readonly values: Float64Array | BigInt64Array | Int32Array | Uint8Array | readonly (string | null)[];
  readonly valid?: Uint8Array;
}

export type TableColumnType = "double" | "bigint" | "integer" | "utinyint" | "boolean" | "varchar";

export interface WrittenTable {
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

export interface ReadTable {
  readonly rows: number;
  readonly columns: { readonly [name: string]: TableColumn };
}
