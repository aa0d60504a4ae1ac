// The expressions that a row expression is made of, and the filters in it: how everything that walks one gets on.

import type { FilterNode, RowNode } from "./nodes.ts";

/** Direct operands, in the order they are written; those inside a filter are not among them. */
export function partsOfRow(row: RowNode): readonly RowNode[] {
  switch (row.kind) {
    case "field":
    case "rowAt":
    case "rowLiteral":
    case "rowElement":
      return [];
    case "rowMinus":
    case "rowPlus":
    case "rowOver":
      return [row.left, row.right];
    case "rowDays":
      return [row.from, row.to];
    case "rowWhere":
      return [row.of, row.otherwise];
    default:
      return [row.of];
  }
}

/** The same expression over other operands; those inside a filter stay. */
export function mapRowParts(row: RowNode, map: (part: RowNode) => RowNode): RowNode {
  switch (row.kind) {
    case "field":
    case "rowAt":
    case "rowLiteral":
    case "rowElement":
      return row;
    case "rowMinus":
    case "rowPlus":
    case "rowOver":
      return { ...row, left: map(row.left), right: map(row.right) };
    case "rowDays":
      return { ...row, from: map(row.from), to: map(row.to) };
    case "rowWhere":
      return { ...row, of: map(row.of), otherwise: map(row.otherwise) };
    default:
      return { ...row, of: map(row.of) };
  }
}

/** How deep it is nested: 0 for a field. */
export function nestingOf(row: RowNode): number {
  const inside = row.kind === "rowWhere" ? [...partsOfRow(row), ...rowsOfFilter(row.filter)] : partsOfRow(row);
  return inside.reduce((most, part) => Math.max(most, nestingOf(part) + 1), 0);
}

/** The expressions that a filter tests. */
export function rowsOfFilter(filter: FilterNode): readonly RowNode[] {
  return filter.kind === "fieldTest" ? [filter.row] : filter.filters.flatMap(rowsOfFilter);
}
