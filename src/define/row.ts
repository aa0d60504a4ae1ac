// Rows: what one event says. A column is a row expression, read from one stream; this file holds what is known of one and
// how it is read for use. What can be written after it stands in `column.ts`.

import type { Problem } from "../base/index.ts";
import { problems } from "./errors.ts";
import type { Gap } from "./field.ts";
import { at } from "./names.ts";
import type { FieldNode, FieldType, FilterNode, RowNode, StreamNode } from "./nodes.ts";
import type { NotACondition } from "./not-a-condition.ts";
import type { Origin } from "./place.ts";
import { barredReading, passedOn } from "./protected.ts";
import { type Facts, factsAs, factsOf } from "./thing.ts";

declare const COLUMN: unique symbol;

/** What the compiler compares of a column: its marks without its methods. */
export interface MarkedColumn<Ev extends string, E extends string, U extends string, V, G extends Gap>
  extends NotACondition {
  readonly [COLUMN]: { readonly event: Ev; readonly entity: E; readonly unit: U; readonly value: V; readonly gap: G };
}

export interface RowFacts extends Facts {
  readonly is: "row";
  readonly node: RowNode | null;
  readonly stream: StreamNode;
  readonly type: FieldType;
  /** True where a row may lack it. */
  readonly optional: boolean;
}

export interface ColumnFacts extends RowFacts {
  readonly barred?: { readonly name: string; readonly protection: FieldNode["protection"] };
}

/** Reads a row expression for use; a protected field shows itself here. */
export function readRow(
  thing: unknown,
  user: string,
  origin: Origin,
): RowFacts | { readonly problems: readonly Problem[] } {
  const facts = factsAs<ColumnFacts>(thing, "row");
  if (facts === undefined) {
    const inherited = factsOf(thing)?.problems ?? [];
    const expected = "a column of an event, such as statement.billed";
    return { problems: [...inherited, problems.BAD_ARGUMENT(user, { expected }, at(origin))] };
  }
  if (facts.barred === undefined) return { ...facts, problems: passedOn(facts.problems, user) };
  const { name, protection } = facts.barred;
  return { problems: [...facts.problems, barredReading(user, facts.stream.event, name, protection, origin)] };
}

const NO_STREAM: StreamNode = { kind: "stream", event: "", entity: "", filter: null };

/** What is left of an expression with a mistake in it: a number, about which nothing more is told. */
export function brokenFacts(found: readonly Problem[], like?: RowFacts): RowFacts {
  const stream = like?.stream ?? NO_STREAM;
  return { is: "row", node: null, stream, type: { kind: "integer" }, optional: false, problems: found };
}

export function isNumericField(type: FieldType): boolean {
  return type.kind === "integer" || type.kind === "decimal" || type.kind === "money";
}

/** Rows that pass both filters. */
export function bothFilters(a: FilterNode | null, b: FilterNode | null): FilterNode | null {
  if (a === null || b === null || JSON.stringify(a) === JSON.stringify(b)) return a ?? b;
  return { kind: "allOf", filters: [...partsOf(a), ...partsOf(b)] };
}

function partsOf(filter: FilterNode): readonly FilterNode[] {
  return filter.kind === "allOf" ? filter.filters : [filter];
}
