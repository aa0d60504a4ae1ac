// Rows: what one event says. A column is a row expression; so is the difference or sum of two columns of the same event.

import type { Problem } from "../base/index.ts";
import { problems } from "./errors.ts";
import { type Gap, scaleOf, unitNameOfField } from "./field.ts";
import { at } from "./names.ts";
import type { FieldNode, FieldType, FilterNode, RowNode, StreamNode } from "./nodes.ts";
import type { NotACondition } from "./not-a-condition.ts";
import { Origin } from "./place.ts";
import { type Facts, factsAs, factsOf, seal } from "./thing.ts";
import type { Addend, AddSentence, SubtractSentence } from "./unit.ts";

declare const COLUMN: unique symbol;

/** What the compiler compares of a column: its marks without its methods. */
export interface MarkedColumn<Ev extends string, E extends string, U extends string, V, G extends Gap>
  extends NotACondition {
  readonly [COLUMN]: { readonly event: Ev; readonly entity: E; readonly unit: U; readonly value: V; readonly gap: G };
}

/** A number or code read from each row of event `Ev`, in unit `U`; `G` tells whether a whole history may lack it. */
export interface Column<Ev extends string, E extends string, U extends string, V, G extends Gap>
  extends MarkedColumn<Ev, E, U, V, G> {
  /** This column less another of the same row. */
  minus<Ev2 extends string, E2 extends string, U2 extends string, V2, G2 extends Gap>(
    other: Ev2 extends Ev
      ? U2 extends Addend<U>
        ? MarkedColumn<Ev2, E2, U2, V2, G2>
        : SubtractSentence<U, U2>
      : `a row of "${Ev}" cannot read a row of "${Ev2}"`,
  ): Column<Ev, E, U, number, G | G2>;

  /** This column plus another of the same row. */
  plus<Ev2 extends string, E2 extends string, U2 extends string, V2, G2 extends Gap>(
    other: Ev2 extends Ev
      ? U2 extends Addend<U>
        ? MarkedColumn<Ev2, E2, U2, V2, G2>
        : AddSentence<U, U2>
      : `a row of "${Ev}" cannot read a row of "${Ev2}"`,
  ): Column<Ev, E, U, number, G | G2>;
}

export interface RowFacts extends Facts {
  readonly is: "row";
  readonly node: RowNode | null;
  readonly stream: StreamNode;
  readonly type: FieldType;
  /** True where a row may lack it. */
  readonly optional: boolean;
}

const columnFace = Object.freeze({
  minus(this: unknown, other: unknown): object {
    return combineRows("rowMinus", this, other, new Origin());
  },
  plus(this: unknown, other: unknown): object {
    return combineRows("rowPlus", this, other, new Origin());
  },
});

/** One field of an event as a column of a stream. Reading a protected one is a mistake only once something does. */
export function columnOf(stream: StreamNode, name: string, field: FieldNode, inherited: readonly Problem[]): object {
  const barred = field.protection !== "none";
  return row({
    is: "row",
    node: barred ? null : { kind: "field", field: name, type: field.type },
    stream,
    type: field.type,
    optional: field.optional,
    problems: inherited,
    ...(barred ? { barred: { name, protection: field.protection } } : {}),
  });
}

interface ColumnFacts extends RowFacts {
  readonly barred?: { readonly name: string; readonly protection: FieldNode["protection"] };
}

function row(facts: ColumnFacts): object {
  return seal(Object.create(columnFace), facts);
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
  if (facts.barred === undefined) return facts;
  return { problems: [...facts.problems, barredProblem(user, facts.barred.name, facts.barred.protection, origin)] };
}

export function barredProblem(
  thing: string,
  field: string,
  protection: FieldNode["protection"],
  origin: Origin,
): Problem {
  return problems[protection === "prohibited" ? "PROHIBITED" : "SENSITIVE"](thing, { field }, at(origin));
}

function combineRows(kind: "rowMinus" | "rowPlus", left: unknown, right: unknown, origin: Origin): object {
  const user = kind === "rowMinus" ? "minus" : "plus";
  const [a, b] = [readRow(left, user, origin), readRow(right, user, origin)];
  if (!("node" in a)) return brokenRow(a.problems);
  if (!("node" in b)) return brokenRow([...a.problems, ...b.problems], a);
  const found = [...a.problems, ...b.problems, ...mismatch(user, a, b, origin)];
  return row({
    is: "row",
    node: found.length > 0 || a.node === null || b.node === null ? null : { kind, left: a.node, right: b.node },
    stream: { ...a.stream, filter: bothFilters(a.stream.filter, b.stream.filter) },
    type: a.type,
    optional: a.optional || b.optional,
    problems: found,
  });
}

const NO_STREAM: StreamNode = { kind: "stream", event: "", entity: "", filter: null };

function brokenRow(found: readonly Problem[], like?: RowFacts): object {
  const { stream, type } = like ?? { stream: NO_STREAM, type: { kind: "integer" } as const };
  return row({ is: "row", node: null, stream, type, optional: false, problems: found });
}

function mismatch(user: "minus" | "plus", a: RowFacts, b: RowFacts, origin: Origin): Problem[] {
  const [event, other] = [a.stream.event, b.stream.event];
  if (event !== other) return [problems.OTHER_ROW(user, { event, other }, at(origin))];
  const [left, right] = [unitNameOfField(a.type), unitNameOfField(b.type)];
  if (left === right && isNumericField(a.type)) return scaleMismatch(user, a.type, b.type, origin);
  const sentence = user === "minus" ? `cannot subtract ${right} from ${left}` : `cannot add ${right} to ${left}`;
  return [problems.UNIT(user, { sentence }, at(origin))];
}

/** Stored integers of two scales cannot meet without a rounding. */
function scaleMismatch(user: "minus" | "plus", a: FieldType, b: FieldType, origin: Origin): Problem[] {
  const [left, right] = [scaleOf(a), scaleOf(b)];
  if (left === right) return [];
  const sentence = `a column with ${left} decimals meets one with ${right}`;
  return [problems.UNIT(user, { sentence }, at(origin))];
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
