// The unit of a value, from its node alone: what printing and checking need when only the stored definition is at hand.

import { traits } from "./aggregate-traits.ts";
import type { UnitNode, ValueNode } from "./nodes.ts";
import { typeOfRow } from "./row-type.ts";
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
    case "product":
    case "greatest":
    case "least":
      return unitOfValue(node.left);
    case "times":
    case "ifMissing":
    case "clamp":
    case "absolute":
    case "fresh":
      return unitOfValue(node.of);
    case "choose":
      return unitOfValue(node.yes);
    case "related":
      return unitOfValue(node.value);
    case "literal":
      return node.unit;
    case "log":
      return { kind: "number" };
    case "daysUntil":
    case "daysPastDue":
      return { kind: "days" };
    case "is":
    case "both":
    case "either":
      return { kind: "boolean" };
    case "asked":
      return unitOfField(node.type);
  }
}

function aggregateUnit(node: Extract<ValueNode, { kind: "aggregate" }>): UnitNode | null {
  if (node.row === null) return traits[node.aggregate].unit(null);
  return traits[node.aggregate].unit(typeOfRow(node.row));
}

function quotient(left: UnitNode | null, right: UnitNode | null): UnitNode | null {
  return left !== null && right !== null && sameUnit(left, right) ? { kind: "number" } : left;
}
