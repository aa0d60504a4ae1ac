// The type of a row expression's result: which unit it is in and at which scale it is stored.

import { scaleOf, unitNameOfField } from "./field.ts";
import type { FieldType, RowNode } from "./nodes.ts";

export function typeOfRow(row: RowNode): FieldType {
  switch (row.kind) {
    case "field":
    case "rowLiteral":
      return row.type;
    case "rowAt":
      return { kind: "instant" };
    case "rowMinus":
    case "rowPlus":
      return typeOfRow(row.left);
    case "rowTimes":
    case "rowClamp":
    case "rowAbsolute":
    case "rowWhere":
      return typeOfRow(row.of);
    case "rowScaled":
      return atScale(typeOfRow(row.of), row.decimals);
    case "rowOver":
      return quotientType(typeOfRow(row.left), typeOfRow(row.right), row.decimals);
    case "rowElement":
    case "rowLog":
      return { kind: "decimal", scale: row.decimals };
    case "rowIs":
      return { kind: "boolean" };
    case "rowDatePart":
    case "rowDays":
      return { kind: "integer" };
  }
}

/** The same unit with another count of decimals. */
export function atScale(type: FieldType, scale: number): FieldType {
  return type.kind === "money" ? { ...type, scale } : { kind: "decimal", scale };
}

/** Of one unit a plain number; money by a number stays money. */
export function quotientType(left: FieldType, right: FieldType, scale: number): FieldType {
  return unitNameOfField(left) === unitNameOfField(right) ? { kind: "decimal", scale } : atScale(left, scale);
}

/** Whether two results can be added up or stand in for each other: one unit, one scale, one list of categories. */
export function isAlike(left: FieldType, right: FieldType): boolean {
  if (left.kind === "category" && right.kind === "category") return left.values.join("\n") === right.values.join("\n");
  return unitNameOfField(left) === unitNameOfField(right) && scaleOf(left) === scaleOf(right);
}
