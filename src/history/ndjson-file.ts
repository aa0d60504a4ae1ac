// Rows of a newline-delimited JSON file, plain or gzip, as a stream: a row that is no JSON is named with its number and
// the rest goes on.

import { problems } from "./errors.ts";
import type { ReadRow } from "./read-row.ts";
import { readSource } from "./source-file.ts";

/** Characters of one line; a longer one is refused and skipped. */
const MAX_LINE_LENGTH = 1 << 20;

/** Rows count from 1 and are physical lines; blank lines are no rows. A byte order mark and CRLF are taken off. */
export async function* readNdjsonFile(path: string): AsyncGenerator<ReadRow> {
  yield* readSource(path, readNdjson);
}

/** The same from pieces of UTF-8, such as a request body. */
export async function* readNdjson(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<ReadRow> {
  let row = 0;
  for await (const lines of linesOf(pieces)) {
    for (const line of lines) {
      row++;
      const text = row === 1 && line.startsWith("\ufeff") ? line.slice(1) : line;
      if (text.trim() !== "") yield readJsonRow(text, row);
    }
  }
}

/** The rows of a whole body, in the same way. */
export function readNdjsonBody(body: Uint8Array): ReadRow[] {
  const text = new TextDecoder("utf-8").decode(body);
  const rows: ReadRow[] = [];
  for (const [i, line] of text.split("\n").entries()) if (line.trim() !== "") rows.push(readJsonRow(line, i + 1));
  return rows;
}

/** One row from its JSON text, or what is wrong with the text. */
export function readJsonRow(text: string, row: number): ReadRow {
  if (text.length > MAX_LINE_LENGTH) return malformed(text, row, `it is longer than ${MAX_LINE_LENGTH} characters`);
  // The decoder puts this sign where bytes were no UTF-8.
  if (text.includes("\ufffd")) return malformed(text, row, "it is not UTF-8");
  try {
    return { row, raw: JSON.parse(text) };
  } catch {
    // The parser's own message would echo the text, which may hold a protected value.
    return malformed(text, row, "it is not JSON");
  }
}

function malformed(text: string, row: number, why: string): ReadRow {
  return { row, raw: text, problem: problems.MALFORMED_ROW(`row ${row}`, { why }) };
}

/** Of a line that never ends no more than one character above the limit is kept. */
async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let rest = "";
  for await (const piece of pieces) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split("\n");
    rest = lines.pop()!;
    if (lines.length > 0) yield lines;
    if (rest.length > MAX_LINE_LENGTH) rest = rest.slice(0, MAX_LINE_LENGTH + 1);
  }
  rest += decoder.decode();
  if (rest !== "") yield [rest];
}
