// Yes or no in a row, one of two values by it, and one number out of a vector.

import { testNodeOf } from "./comparison.ts";
import { problems } from "./errors.ts";
import { unitNameOfField } from "./field.ts";
import { at } from "./names.ts";
import type { FieldType, FilterNode, RowNode } from "./nodes.ts";
import type { Origin } from "./place.ts";
import { brokenFacts, type RowFacts, readRow } from "./row.ts";
import { decimalsOf, sumRefusal } from "./row-arithmetic.ts";
import { finished, grown, literalRow, type Made, other, refused } from "./row-step.ts";
import { isAlike } from "./row-type.ts";
import { checkSettings } from "./settings.ts";
import { subsetOf } from "./subset.ts";
import { factsOf } from "./thing.ts";
import { storedLiterals, unitOfField } from "./unit.ts";

export function isStep(thing: unknown, test: unknown, origin: Origin): RowFacts {
  return grown("is", thing, origin, ({ node: of, type }) => {
    const read = testNodeOf(test, storedLiterals(type), "is", origin);
    if (read.test === null) return read.problems;
    return { node: { kind: "rowIs", of, test: read.test }, type: { kind: "boolean" } };
  });
}

export function whereStep(thing: unknown, subset: unknown, options: unknown, origin: Origin): RowFacts {
  const otherwise = (options as { readonly otherwise?: unknown } | null | undefined)?.otherwise;
  const of = readRow(thing, "where", origin);
  if (!("node" in of)) return brokenFacts(of.problems);
  const read = subsetOf(subset, of.stream.event, "where", origin);
  const found = [...checkSettings("where", options, ["otherwise"], origin), ...read.problems];
  if (of.node === null || read.filter === null || found.length > 0) return brokenFacts([...of.problems, ...found], of);
  if (unitOfField(of.type) === null) {
    const sentence = `no feature can hold ${unitNameOfField(of.type)}`;
    return brokenFacts([...of.problems, ...refused("where", sentence, origin)], of);
  }
  return chosen(of, of.node, read.filter, otherwise, origin);
}

function chosen(of: RowFacts, node: RowNode, filter: FilterNode, otherwise: unknown, origin: Origin): RowFacts {
  if (factsOf(otherwise)?.is !== "row") {
    const literal = literalRow("where", of.type, otherwise, origin);
    const made = "kind" in literal ? whereRow(filter, node, literal, of.type) : literal;
    return finished("where", of, [of], made, origin);
  }
  const b = other("where", of, otherwise, origin);
  if (b.node === null) return brokenFacts([...of.problems, ...b.problems], of);
  const [left, right] = [of.type, b.type].map(unitNameOfField);
  const alike = isAlike(of.type, b.type);
  const made = alike
    ? whereRow(filter, node, b.node, of.type)
    : refused(
        "where",
        left === right ? sumRefusal("plus", of.type, b.type)! : `otherwise is ${right}, and the column ${left}`,
        origin,
      );
  return finished("where", of, [of, b], made, origin);
}

function whereRow(filter: FilterNode, of: RowNode, otherwise: RowNode, type: FieldType): Made {
  return { node: { kind: "rowWhere", filter, of, otherwise }, type };
}

export function elementStep(thing: unknown, place: unknown, kept: unknown, origin: Origin): RowFacts {
  return grown("element", thing, origin, ({ node, type }) => {
    if (type.kind !== "vector" || node.kind !== "field") {
      return refused("element", `${unitNameOfField(type)} has no elements`, origin);
    }
    const { dim } = type;
    if (typeof place !== "number" || !Number.isInteger(place) || place < 0 || place >= dim) {
      return [problems.BAD_ARGUMENT("element", { expected: `a place from 0 to ${dim - 1}` }, at(origin))];
    }
    const decimals = decimalsOf("element", kept, origin);
    if (typeof decimals !== "number") return decimals;
    const element = { kind: "rowElement", field: node.field, dim, place, decimals } as const;
    return { node: element, type: { kind: "decimal", scale: decimals }, gap: true };
  });
}
