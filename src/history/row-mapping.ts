// How the rows of a table become events: plain data, so that it can be kept in a workspace, shown and hashed. A row is
// text by column; one row can become several events, one per mapping. An empty cell is an absent value.

import type { ReadRow } from "./read-row.ts";
import { fillTemplate, namesOf, type RowTemplate } from "./row-template.ts";

export interface RowMapping {
  readonly event: string;
  readonly entity: RowTemplate;
  readonly eventId: RowTemplate;
  /** ISO 8601 with an offset; a template may add what the column lacks: `{month}-01T00:00:00+08:00`. */
  readonly at: RowTemplate;
  readonly knownAt?: RowTemplate;
  readonly seq?: RowTemplate;
  /** Field → column or template. */
  readonly fields: { readonly [field: string]: RowTemplate };
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
  return [...new Set(read.flatMap(namesOf))];
}

/** One row of a file as the events of its mappings; they share the row's number. */
export function mapRead(row: number, text: TextRow, mappings: readonly RowMapping[]): ReadRow[] {
  return mappings.map((mapping) => ({ row, raw: mapRow(text, mapping), from: mapping }));
}

/** Null where a column it needs is empty. */
function cell(row: TextRow, from: RowTemplate): string | null {
  return fillTemplate(from, (column) => (row[column] === "" ? null : row[column])) as string | null;
}
