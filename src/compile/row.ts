// What a row expression reads, and how its result is stored.

import { type FieldType, type FilterNode, partsOfRow, type RowNode, rowsOfFilter, typeOfRow } from "../define/index.ts";

interface FieldRead {
  readonly field: string;
  readonly type: FieldType;
}

/** Every field that is read, in the order written, those of tests inside it among them. */
export function fieldsOf(row: RowNode): readonly FieldRead[] {
  if (row.kind === "field") return [row];
  if (row.kind === "rowElement") return [{ field: row.field, type: { kind: "vector", dim: row.dim } }];
  return [...partsOfRow(row), ...(row.kind === "rowWhere" ? rowsOfFilter(row.filter) : [])].flatMap(fieldsOf);
}

export function fieldsOfFilter(filter: FilterNode): readonly FieldRead[] {
  return rowsOfFilter(filter).flatMap(fieldsOf);
}

export function scaleOf(type: FieldType): number {
  return type.kind === "money" || type.kind === "decimal" ? type.scale : 0;
}

/** Stored units in one major unit: 10^scale, exact up to a scale of 22. */
export function unitsOfScale(scale: number): number {
  let units = 1;
  for (let digit = 0; digit < scale; digit++) units *= 10;
  return units;
}

/** Decimals of the stored units of its result. */
export function scaleOfRow(row: RowNode): number {
  return scaleOf(typeOfRow(row));
}

/** Codes that are local to one history, of texts: they can be told apart, and nothing else. */
export function holdsText(type: FieldType): boolean {
  return type.kind === "text" || type.kind === "ref" || type.kind === "vector" || type.kind === "document";
}
