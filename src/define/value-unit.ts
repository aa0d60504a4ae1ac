// The unit of a value, from its node alone: what printing and checking need when only the stored definition is at hand.

import type { FieldType, RowNode, UnitNode, ValueNode } from "./nodes.ts";
import { sameUnit, unitOfField } from "./unit.ts";

/** null where the node reads a field that no value can hold. */
export function unitOfValue(node: ValueNode): UnitNode | null {
  switch (node.kind) {
    case "aggregate":
      return aggregateUnit(node);
    case "over":
      return quotient(unitOfValue(node.left), unitOfValue(node.right));
    case "minus":
    case "plus":
      return unitOfValue(node.left);
    case "times":
    case "ifMissing":
      return unitOfValue(node.of);
    case "is":
    case "both":
    case "either":
      return { kind: "boolean" };
    case "asked":
      return unitOfField(node.type);
  }
}

function aggregateUnit(node: Extract<ValueNode, { kind: "aggregate" }>): UnitNode | null {
  if (node.aggregate === "occurs") return { kind: "boolean" };
  if (node.aggregate === "daysSince") return { kind: "days" };
  if (node.aggregate === "count" || node.aggregate === "distinct" || node.row === null) return { kind: "number" };
  return unitOfField(rowType(node.row));
}

function rowType(row: RowNode): FieldType {
  return row.kind === "field" ? row.type : rowType(row.left);
}

function quotient(left: UnitNode | null, right: UnitNode | null): UnitNode | null {
  return left !== null && right !== null && sameUnit(left, right) ? { kind: "number" } : left;
}
