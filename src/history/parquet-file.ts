// Rows of a Parquet file as a stream, mapped to events like those of a CSV file: each cell as text, exactly as the file
// holds it. A row is numbered by its place in the file, from 1.

import { isAssayError, nearest, type Problem } from "../base/index.ts";
import { columnsOfTable, scanTableText } from "../storage/index.ts";
import { problems } from "./errors.ts";
import type { ReadRow } from "./read-row.ts";
import { mapRead, type RowMapping, readColumns, unknownColumns } from "./row-mapping.ts";
import { fileState } from "./source-file.ts";

/** Each row gives one event per mapping. What is wrong with the file as a whole comes as the row behind the last. */
export async function* readParquetFile(path: string, mappings: readonly RowMapping[]): AsyncGenerator<ReadRow> {
  const before = await fileState(path);
  let row = 0;
  try {
    const there = await columnsOfTable(path);
    const lacking = lackingColumns(mappings, there);
    yield* lacking;
    if (lacking.length > 0) return;
    const columns = readColumns(mappings);
    for await (const rows of scanTableText(path, columns)) {
      for (const cells of rows) {
        const text = Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? ""]));
        yield* mapRead(++row, text, mappings);
      }
    }
  } catch (error) {
    yield { row: row + 1, raw: null, problem: damage(path, error) };
    return;
  }
  if ((await fileState(path)) !== before) yield { row: row + 1, raw: null, problem: problems.FILE_CHANGED(path, {}) };
}

function lackingColumns(mappings: readonly RowMapping[], there: readonly string[]): ReadRow[] {
  const lacking = new Set(mappings.flatMap((mapping) => unknownColumns(mapping, there)));
  return [...lacking].map((column) => ({
    row: 1,
    raw: null,
    problem: problems.NO_SUCH_COLUMN(`column ${JSON.stringify(column)}`, {}, { nearest: nearest(column, there) }),
  }));
}

/** The engine's own words may repeat a value, so the file is only said to be damaged; a column of no use is named. */
function damage(path: string, error: unknown): Problem {
  if (!isAssayError(error)) throw error;
  if (error.code !== "ASSAY_STORAGE_TABLE_FAILED") return error.problem;
  return problems.BROKEN_FILE(path, { why: "it is no whole Parquet file, or is damaged" });
}
