// Breakdowns: one aggregate, a value for each category of a column. Over a window it is a record of values by category; in a
// feature set its members are columns `name.category`.

import type { MissingKind, Problem } from "../base/index.ts";
import { type AggregateFacts, aggregateFacts, forEach, type Verb, windowed } from "./aggregate-facts.ts";
import { problems } from "./errors.ts";
import type { MarkedStream } from "./event.ts";
import type { Gap } from "./field.ts";
import { at, checkCategoryNames } from "./names.ts";
import type { FilterNode, RowNode } from "./nodes.ts";
import type { NotACondition } from "./not-a-condition.ts";
import { Origin } from "./place.ts";
import { narrowed, type Reading } from "./reading.ts";
import { type MarkedColumn, type RowFacts, readRow } from "./row.ts";
import { type Facts, factsAs, seal } from "./thing.ts";
import { type Barred, type BarredSentence, unitNameOfField } from "./unit.ts";
import { brokenValue, type Marked, type Value } from "./value.ts";
import type { Tense } from "./value-facts.ts";
import type { Span, SpanKind } from "./window.ts";

declare const BREAKDOWN: unique symbol;

/** What the compiler compares of a breakdown: its marks without its members. */
export interface MarkedBreakdown<
  E extends string,
  U extends string,
  V,
  M extends MissingKind,
  T extends Tense,
  K extends string,
> extends NotACondition {
  readonly [BREAKDOWN]: {
    readonly entity: E;
    readonly unit: U;
    readonly value: V;
    readonly missing: M;
    readonly tense: T;
    readonly categories: K;
  };
}

/** A value for each category. */
export type Breakdown<
  E extends string,
  U extends string,
  V,
  M extends MissingKind,
  T extends Tense,
  K extends string,
> = MarkedBreakdown<E, U, V, M, T, K> & { readonly [N in K]: Value<E, U, V, M, T> };

/** Counts of nothing are there; all else may find none of its category. */
type Emptied<M extends MissingKind> = [M] extends [never] ? never : M | "empty window";

/** A breakdown before its window. */
export interface Unsplit<
  E extends string,
  U extends string,
  V,
  MW extends MissingKind,
  MA extends MissingKind,
  K extends string,
> extends Marked<E, U, V, MA, "no window"> {
  last<S extends SpanKind>(
    window: Span<S>,
    options?: { readonly skip: Span<NoInfer<S>> },
  ): Breakdown<E, U, V, Emptied<MW>, "past", K>;
  ever(): Breakdown<E, U, V, Emptied<MA>, "past", K>;
  ago(time: Span<"fixed">): Breakdown<E, U, V, Emptied<MW>, "past", K>;
  ofLatest<E2 extends string>(
    parent: E2 extends E ? MarkedStream<string, E2, Gap> : `these events are about ${E}, and the latest is about ${E2}`,
    options?: { readonly by: string },
  ): Breakdown<E, U, V, Emptied<MW>, "past", K>;
  next(window: Span<"fixed"> | Span<"calendar">): Breakdown<E, U, V, Emptied<MW>, "future", K>;
  each<const W extends { readonly [name: string]: Span<SpanKind> }>(
    windows: W,
  ): { readonly [N in keyof W]: Breakdown<E, U, V, Emptied<MW>, "past", K> };
}

/** A category of the same event, or the sentence that refuses the column. */
export type BreakdownColumn<
  Ev extends string,
  Ev2 extends string,
  E extends string,
  U extends string,
  K,
  G extends Gap,
> = Ev2 extends Ev
  ? U extends "category"
    ? MarkedColumn<Ev2, E, U, K, G>
    : U extends Barred
      ? BarredSentence<U>
      : `a breakdown is by a category, not by ${U}`
  : `a row of "${Ev}" cannot read a row of "${Ev2}"`;

interface Part {
  readonly category: string;
  readonly aggregate: AggregateFacts;
}

interface UnsplitFacts extends AggregateFacts {
  readonly parts: readonly Part[];
}

export interface BreakdownFacts extends Facts {
  readonly is: "breakdown";
  readonly parts: readonly { readonly category: string; readonly value: object }[];
}

/** The breakdown of an aggregate by a column, or what is wrong with it. */
export function breakdownOf(of: AggregateFacts | undefined, column: unknown, origin: Origin): object {
  if (of?.reading === undefined) return brokenValue(of?.problems ?? [], origin, unsplitFace);
  const by = readRow(column, "by", origin);
  const found = [...of.problems, ...by.problems, ...("node" in by ? refusals(of.reading, by, origin) : [])];
  if (found.length > 0 || !("node" in by) || by.node === null || by.type.kind !== "category") {
    return brokenValue(found, origin, unsplitFace);
  }
  const { node, stream } = by;
  const parts = by.type.values.map((category, code): Part => {
    const filter = only(node, code, stream.filter);
    const divisor = of.divisor && narrowed(of.divisor, filter);
    return { category, aggregate: aggregateFacts(narrowed(of.reading, filter), divisor, origin) };
  });
  const facts: UnsplitFacts = { ...of, node: null, tenses: ["no window"], origin, parts };
  return seal(Object.create(unsplitFace), Object.freeze(facts));
}

function only(row: RowNode, code: number, within: FilterNode | null): FilterNode {
  const test: FilterNode = { kind: "fieldTest", row, test: { kind: "equals", value: code } };
  return within === null ? test : { kind: "allOf", filters: [within, test] };
}

function refusals(of: Reading, by: RowFacts, origin: Origin): Problem[] {
  const [event, other] = [of.stream.event, by.stream.event];
  if (event !== other) return [problems.OTHER_ROW("by", { event, other }, at(origin))];
  if (by.type.kind === "category") return checkCategoryNames("by", by.type.values, origin);
  const sentence = `a breakdown is by a category, not by ${unitNameOfField(by.type)}`;
  return [problems.UNIT("by", { sentence }, at(origin))];
}

function verbOf(verb: Verb) {
  return function (this: unknown, ...operands: unknown[]): object {
    const origin = new Origin();
    const facts = factsAs<UnsplitFacts>(this, "value");
    if (facts?.parts === undefined) return brokenValue(facts?.problems ?? [], origin);
    const parts = facts.parts.map(({ category, aggregate }) => ({
      category,
      value: windowed(aggregate, verb, operands, origin),
    }));
    const record = Object.fromEntries(parts.map(({ category, value }) => [category, value]));
    return seal(record, { is: "breakdown", node: null, problems: [], parts } as BreakdownFacts);
  };
}

const unsplitFace: object = Object.freeze({
  last: verbOf("last"),
  ever: verbOf("ever"),
  ago: verbOf("ago"),
  ofLatest: verbOf("ofLatest"),
  next: verbOf("next"),
  each(this: { last(window: unknown): object }, windows: unknown): object {
    return forEach(windows, new Origin(), (window) => this.last(window));
  },
});
