// Whether a gain on the whole hides a loss in a part: the people that the evaluation looks at apart, the others, and the cells
// of the same column.

import { hashJson } from "../../base/index.ts";
import { decileEdges, pointsOf } from "../../evaluate/index.ts";
import { type Answer, cannotTell, type Declared } from "./gate.ts";
import type { HoldOut } from "./hold-out.ts";
import { joined, judgeParts, type Part } from "./parts.ts";

/** `values` beside the rows of the hold-out, NaN where missing; null where the dataset has no such column. */
export interface SliceColumn {
  readonly column: string;
  readonly below: number;
  readonly values: Float64Array | null;
}

export function slices(
  holdOut: Pick<HoldOut, "challenger" | "champion" | "labels">,
  { column, below, values }: SliceColumn,
  declared: Declared<"slices">,
): Answer {
  if (values === null) return cannotTell(`the dataset has no column ${column} to part the hold-out by`);
  const part = (name: string, holds: (value: number) => boolean): Part => ({ name, rows: rowsWhere(values, holds) });
  const [inside, outside] = [
    part(`${column} below ${below}`, (value) => value < below),
    part(`${column} not below ${below}`, (value) => !(value < below)),
  ];
  // Where nobody is looked at apart the column still makes cells.
  const two = below === Number.POSITIVE_INFINITY ? [] : [inside, outside].filter(({ rows }) => rows.length > 0);
  const cells = joined(cellsOf(column, values), holdOut.labels, declared.leastBads).filter(
    ({ rows }) => !two.some((part) => hashJson(part.rows) === hashJson(rows)),
  );
  return judgeParts(holdOut, [...two, ...cells], declared);
}

/** Ten at most, cut at the deciles, and one for rows without a value. */
function cellsOf(column: string, values: Float64Array): Part[] {
  const edges = [...decileEdges(pointsOf(values)), Number.POSITIVE_INFINITY];
  const cells = edges.map((edge, i) => {
    const from = edges[i - 1] ?? Number.NEGATIVE_INFINITY;
    const name = edge === Number.POSITIVE_INFINITY ? `> ${from}` : `≤ ${edge}`;
    return { name: `${column} ${name}`, rows: rowsWhere(values, (value) => value > from && value <= edge) };
  });
  return [...cells, { name: `${column} missing`, rows: rowsWhere(values, Number.isNaN) }];
}

function rowsWhere(values: Float64Array, holds: (value: number) => boolean): number[] {
  return [...values.keys()].filter((row) => holds(values[row]!));
}
