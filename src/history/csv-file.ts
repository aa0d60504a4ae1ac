// Rows of a CSV file as a stream, mapped to events. The grammar (quotes, CRLF, byte order mark) is csv-parse's; here is
// only what a row means. A row is numbered by the line on which it ends, the header being line 1. A row that cannot be
// read is named and the rest goes on; only a quote that is never closed takes the rest of its file with it, named too.

import { pipeline } from "node:stream";
import { type CsvError, type Info, parse } from "csv-parse";
import { nearest } from "../base/index.ts";
import { problems } from "./errors.ts";
import type { ReadRow } from "./read-row.ts";
import { mapRead, type RowMapping, type TextRow, unknownColumns } from "./row-mapping.ts";
import { readSource } from "./source-file.ts";

/** Characters of one row; beyond it a quote was left open. */
const MAX_ROW_LENGTH = 1 << 20;

/** Each row gives one event per mapping. A file that lacks a column of a mapping gives that problem and nothing else. */
export async function* readCsvFile(path: string, mappings: readonly RowMapping[]): AsyncGenerator<ReadRow> {
  yield* readSource(path, (pieces) => readCsv(pieces, mappings));
}

/** The same from pieces of UTF-8, such as a request body. */
export async function* readCsv(
  pieces: AsyncIterable<Uint8Array>,
  mappings: readonly RowMapping[],
): AsyncGenerator<ReadRow> {
  let header: readonly string[] | undefined;
  for await (const line of linesOf(pieces)) {
    if ("why" in line) yield malformed(line.row, line.why);
    else if (header !== undefined) yield* readCells(line, header, mappings);
    else {
      header = line.cells;
      const wrong = headerProblems(line, mappings);
      yield* wrong;
      if (wrong.length > 0) return;
    }
  }
}

function headerProblems({ row, cells }: CellsLine, mappings: readonly RowMapping[]): ReadRow[] {
  const twice = cells.find((column, i) => cells.indexOf(column) < i);
  if (twice !== undefined) return [malformed(row, `two columns are called ${JSON.stringify(twice)}`)];
  const lacking = new Set(mappings.flatMap((mapping) => unknownColumns(mapping, cells)));
  return [...lacking].map((column) => ({
    row,
    raw: null,
    problem: problems.NO_SUCH_COLUMN(`column ${JSON.stringify(column)}`, {}, { nearest: nearest(column, cells) }),
  }));
}

function readCells({ row, cells }: CellsLine, header: readonly string[], mappings: readonly RowMapping[]): ReadRow[] {
  if (cells.length !== header.length) {
    return [malformed(row, `it has ${cells.length} cells, the header ${header.length}`)];
  }
  // The decoder puts this sign where bytes were no UTF-8.
  if (cells.some((cell) => cell.includes("\ufffd"))) return [malformed(row, "it is not UTF-8")];
  const text: TextRow = Object.fromEntries(header.map((column, i) => [column, cells[i]!]));
  return mapRead(row, text, mappings);
}

/** Nothing of the row is kept: which cells are protected cannot be told. */
function malformed(row: number, why: string): ReadRow {
  return { row, raw: null, problem: problems.MALFORMED_ROW(`row ${row}`, { why }) };
}

interface CellsLine {
  readonly row: number;
  readonly cells: readonly string[];
}

type Line = CellsLine | { readonly row: number; readonly why: string };

/** Rows, then the places where a quote was left open: the parser meets those ahead of the rows it has handed out. */
async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  const broken = new Map<number, string>();
  const parser = parse({
    bom: true,
    info: true,
    max_record_size: MAX_ROW_LENGTH,
    relax_column_count: true,
    // A quote inside a cell that has none around it stands for itself.
    relax_quotes: true,
    record_delimiter: ["\r\n", "\n"],
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      const { code, lines } = error as CsvError & { lines: number };
      // The parser's own message would echo the row.
      if (!broken.has(lines)) broken.set(lines, `it breaks the grammar of CSV (${code})`);
    },
  });
  // A failure of the source ends the parser with that failure, which the loop below throws.
  pipeline(pieces, parser, () => {});
  for await (const { info, record } of parser as AsyncIterable<{ info: Info; record: string[] }>) {
    yield { row: info.lines, cells: record };
  }
  for (const [row, why] of broken) yield { row, why };
}
