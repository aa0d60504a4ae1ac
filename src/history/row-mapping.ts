// How the rows of a table become events: plain data, so that it can be kept in a workspace, shown and hashed. A row is
// text by column; one row can become several events, one per mapping. An empty cell is an absent value.

import type { ReadRow } from "./ingest.ts";

/** The name of a column, a text with columns in braces, `{account}-{month}`, or a text in single quotes: itself. */
export type ColumnOrTemplate = string;

export interface RowMapping {
  readonly event: string;
  readonly entity: ColumnOrTemplate;
  readonly eventId: ColumnOrTemplate;
  /** ISO 8601 with an offset; a template may add what the column lacks: `{month}-01T00:00:00+08:00`. */
  readonly at: ColumnOrTemplate;
  readonly knownAt?: ColumnOrTemplate;
  readonly seq?: ColumnOrTemplate;
  /** Field → column or template. */
  readonly fields: { readonly [field: string]: ColumnOrTemplate };
}

export type TextRow = { readonly [column: string]: string };

/** The event a row of text says, ready for validation; a column that is not there is named by `unknownColumns`. */
export function mapRow(row: TextRow, mapping: RowMapping): { readonly [key: string]: unknown } {
  const fields: Record<string, string | null> = {};
  for (const [field, from] of Object.entries(mapping.fields)) fields[field] = cell(row, from);
  const { event, knownAt, seq } = mapping;
  return {
    event,
    entity: cell(row, mapping.entity),
    eventId: cell(row, mapping.eventId),
    at: cell(row, mapping.at),
    ...(knownAt === undefined ? {} : { knownAt: cell(row, knownAt) }),
    ...(seq === undefined ? {} : { seq: cell(row, seq) }),
    fields,
  };
}

/** Columns that a mapping reads and a table does not have: to be checked once, before its first row. */
export function unknownColumns(mapping: RowMapping, columns: readonly string[]): string[] {
  return readColumns([mapping]).filter((column) => !columns.includes(column));
}

/** Columns that the mappings read, each once. */
export function readColumns(mappings: readonly RowMapping[]): string[] {
  const read = mappings.flatMap(({ event: _, fields, ...envelope }) => [
    ...Object.values(envelope),
    ...Object.values(fields),
  ]);
  return [...new Set(read.flatMap(columnsOf))];
}

/** One row of a file as the events of its mappings; they share the row's number. */
export function mapRead(row: number, text: TextRow, mappings: readonly RowMapping[]): ReadRow[] {
  return mappings.map((mapping) => ({ row, raw: mapRow(text, mapping) }));
}

const TEMPLATE = /\{([^{}]+)\}/g;
/** What a wide table says in the names of its columns, such as the month of an amount. */
const CONSTANT = /^'([^']*)'$/;

function columnsOf(from: ColumnOrTemplate): string[] {
  if (CONSTANT.test(from)) return [];
  const names = Array.from(from.matchAll(TEMPLATE), ([, name]) => name!);
  return names.length === 0 ? [from] : names;
}

/** Null where a column it needs is empty. */
function cell(row: TextRow, from: ColumnOrTemplate): string | null {
  const constant = CONSTANT.exec(from);
  if (constant !== null) return constant[1]!;
  if (columnsOf(from).some((column) => (row[column] ?? "") === "")) return null;
  return from.includes("{") ? from.replace(TEMPLATE, (_, name: string) => row[name]!) : row[from]!;
}
