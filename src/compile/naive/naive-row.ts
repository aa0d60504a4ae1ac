// What one event says, in whole numbers without bound.

import type { FilterNode, RowNode, TestNode } from "../../define/index.ts";
import type { HistoryEvent } from "../history.ts";

/** A number, a text, or null where a field is absent. */
export function read(row: RowNode, event: HistoryEvent): bigint | string | null {
  if (row.kind === "field") {
    const value = event.fields[row.field];
    if (value === undefined || value === null) return null;
    return typeof value === "string" ? value : BigInt(value);
  }
  const left = read(row.left, event);
  const right = read(row.right, event);
  if (typeof left !== "bigint" || typeof right !== "bigint") return null;
  return row.kind === "rowMinus" ? left - right : left + right;
}

export function passes(filter: FilterNode | null, event: HistoryEvent): boolean {
  if (filter === null) return true;
  if (filter.kind === "allOf") return filter.filters.every((part) => passes(part, event));
  if (filter.kind === "someOf") return filter.filters.some((part) => passes(part, event));
  const value = read(filter.row, event);
  return typeof value === "bigint" && holds(filter.test, value);
}

/** Works on exact integers, whose literals are whole, and on doubles alike: JavaScript orders the two by value. */
export function holds(test: TestNode, value: bigint | number): boolean {
  switch (test.kind) {
    case "equals":
      return equal(value, test.value);
    case "atLeast":
      return value >= test.value;
    case "atMost":
      return value <= test.value;
    case "above":
      return value > test.value;
    case "below":
      return value < test.value;
    case "anyOf":
      return test.values.some((literal) => equal(value, literal));
    case "noneOf":
      return test.values.every((literal) => !equal(value, literal));
  }
}

function equal(value: bigint | number, literal: number): boolean {
  return typeof value === "bigint" ? value === BigInt(literal) : value === literal;
}

/** 10^scale of the row's first field: a checked row has one scale. */
export function unitsOf(row: RowNode | null): number {
  if (row === null) return 1;
  if (row.kind !== "field") return unitsOf(row.left);
  return row.type.kind === "money" || row.type.kind === "decimal" ? Number(`1e${row.type.scale}`) : 1;
}
