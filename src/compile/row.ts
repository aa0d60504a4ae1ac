// What a row expression is made of: its fields, its scale, its depth.

import type { FieldType, RowNode } from "../define/index.ts";

export function fieldsOf(row: RowNode): readonly (RowNode & { kind: "field" })[] {
  return row.kind === "field" ? [row] : [...fieldsOf(row.left), ...fieldsOf(row.right)];
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

/** All fields of one row expression have one scale: the plan refuses others. */
export function scaleOfRow(row: RowNode): number {
  return scaleOf(fieldsOf(row)[0]!.type);
}

/** Texts and references are codes that are local to one history: they can be told apart, and nothing else. */
export function holdsText(type: FieldType): boolean {
  return type.kind === "text" || type.kind === "ref";
}

/** 0 for a field, 1 for a sum or difference of two. Up to 1 one IEEE operation gives the nearest double. */
export function depthOf(row: RowNode): number {
  return row.kind === "field" ? 0 : 1 + Math.max(depthOf(row.left), depthOf(row.right));
}
