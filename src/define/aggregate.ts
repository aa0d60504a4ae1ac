// Aggregates: many rows to one value. Each says what it reads, in which unit it answers and how it can be missing; the verb
// that follows, `.last`, `.ever` or `.next`, says over which time.

import type { MissingKind, Problem } from "../base/index.ts";
import { problems } from "./errors.ts";
import { type MarkedStream, streamFactsOf } from "./event.ts";
import type { Gap } from "./field.ts";
import { at } from "./names.ts";
import type { AggregateName, FieldType, RowNode, StreamNode, UnitNode, ValueNode, WindowNode } from "./nodes.ts";
import { Origin } from "./place.ts";
import { isNumericField, type MarkedColumn, readRow } from "./row.ts";
import { type Facts, factsAs, factsOf, seal } from "./thing.ts";
import {
  type Barred,
  type BarredSentence,
  type NotNumeric,
  type Unreadable,
  unitNameOfField,
  unitOfField,
} from "./unit.ts";
import { brokenValue, kindsOf, makeValue, type Tense, type Value, type ValueFacts, valueFace } from "./value.ts";
import { lastWindow, nextWindow, type Span, type SpanKind } from "./window.ts";

/** An aggregate before its window. `MW` are the missing kinds of a window, `MA` those of all history. */
export interface Aggregate<
  E extends string,
  U extends string,
  V,
  MW extends MissingKind,
  MA extends MissingKind,
  T extends "past" | "no window" = "no window",
> extends Value<E, U, V, MA, T> {
  /** Over the window that ends at t; `skip` moves its end back: `[t − skip − W, t − skip)`. */
  last<K extends SpanKind>(window: Span<K>, options?: { readonly skip: Span<NoInfer<K>> }): Value<E, U, V, MW, "past">;
  /** Over all history before t. */
  ever(): Value<E, U, V, MA, "past">;
  /** Over the window that starts at t. Labels only. */
  next(window: Span<"fixed"> | Span<"calendar">): Value<E, U, V, MW, "future">;
}

type Some = "no history" | "empty window";

type NumericColumn<Ev extends string, E extends string, U extends string, V, G extends Gap> = string extends U
  ? "expected a column, such as statement.billed"
  : U extends Barred
    ? BarredSentence<U>
    : U extends NotNumeric
      ? `cannot do arithmetic on ${U}: pass a number or money`
      : MarkedColumn<Ev, E, U, V, G>;

type ReadableColumn<Ev extends string, E extends string, U extends string, V, G extends Gap> = string extends U
  ? "expected a column, such as statement.billed"
  : U extends Barred
    ? BarredSentence<U>
    : U extends Unreadable
      ? `no feature can hold ${U}: use distinct(…) or leave it out`
      : MarkedColumn<Ev, E, U, V, G>;

/** How many events. Nothing counts 0. */
export function count<E extends string, G extends Gap>(
  stream: MarkedStream<string, E, G>,
): Aggregate<E, "number", number, never, never> {
  return ofStream("count", stream, new Origin()) as never;
}

/** Whether any event is there. */
export function occurs<E extends string, G extends Gap>(
  stream: MarkedStream<string, E, G>,
): Aggregate<E, "boolean", boolean, never, never> {
  return ofStream("occurs", stream, new Origin()) as never;
}

/** Days since the latest event (a fraction: time / 86,400 s). Reads all of history unless a window is given. */
export function daysSince<E extends string, G extends Gap>(
  stream: MarkedStream<string, E, G>,
): Aggregate<E, "days", number, Some, "no history" | G, "past"> {
  return ofStream("daysSince", stream, new Origin()) as never;
}

export function sum<Ev extends string, E extends string, U extends string, V, G extends Gap>(
  column: NumericColumn<Ev, E, U, V, G>,
): Aggregate<E, U, number, Some, "no history" | G> {
  return ofColumn("sum", column, new Origin()) as never;
}

export function mean<Ev extends string, E extends string, U extends string, V, G extends Gap>(
  column: NumericColumn<Ev, E, U, V, G>,
): Aggregate<E, U, number, Some, "no history" | G> {
  return ofColumn("mean", column, new Origin()) as never;
}

export function min<Ev extends string, E extends string, U extends string, V, G extends Gap>(
  column: NumericColumn<Ev, E, U, V, G>,
): Aggregate<E, U, number, Some, "no history" | G> {
  return ofColumn("min", column, new Origin()) as never;
}

export function max<Ev extends string, E extends string, U extends string, V, G extends Gap>(
  column: NumericColumn<Ev, E, U, V, G>,
): Aggregate<E, U, number, Some, "no history" | G> {
  return ofColumn("max", column, new Origin()) as never;
}

/** Sample standard deviation (n − 1); fewer than two values make it "not applicable". */
export function stddev<Ev extends string, E extends string, U extends string, V, G extends Gap>(
  column: NumericColumn<Ev, E, U, V, G>,
): Aggregate<E, U, number, Some | "not applicable", "no history" | "not applicable" | G> {
  return ofColumn("stddev", column, new Origin()) as never;
}

/** The value of the last event. Reads all of history unless a window is given. */
export function latest<Ev extends string, E extends string, U extends string, V, G extends Gap>(
  column: ReadableColumn<Ev, E, U, V, G>,
): Aggregate<E, U, V, Some, "no history" | G, "past"> {
  return ofColumn("latest", column, new Origin()) as never;
}

/** The value of the first event. Reads all of history unless a window is given. */
export function first<Ev extends string, E extends string, U extends string, V, G extends Gap>(
  column: ReadableColumn<Ev, E, U, V, G>,
): Aggregate<E, U, V, Some, "no history" | G, "past"> {
  return ofColumn("first", column, new Origin()) as never;
}

/** How many different values, exactly. Nothing counts 0. */
export function distinct<Ev extends string, E extends string, U extends string, V, G extends Gap>(
  column: U extends Barred ? BarredSentence<U> : MarkedColumn<Ev, E, U, V, G>,
): Aggregate<E, "number", number, never, never> {
  return ofColumn("distinct", column, new Origin()) as never;
}

/** What one aggregate asks of its column and says of its answer. */
interface Trait {
  readonly reads: "numbers" | "readable" | "anything";
  readonly unit: (row: FieldType | null) => UnitNode | null;
  readonly neverMissing: boolean;
  readonly allHistory: boolean;
  readonly alsoMissing: readonly MissingKind[];
}

const arithmetic: Trait = {
  reads: "numbers",
  unit: (row) => row && unitOfField(row),
  neverMissing: false,
  allHistory: false,
  alsoMissing: [],
};
const pick: Trait = { ...arithmetic, reads: "readable", allHistory: true };
const counting: Trait = { ...arithmetic, reads: "anything", unit: () => ({ kind: "number" }), neverMissing: true };

const traits: { readonly [K in AggregateName]: Trait } = {
  count: counting,
  distinct: counting,
  occurs: { ...counting, unit: () => ({ kind: "boolean" }) },
  daysSince: { ...pick, unit: () => ({ kind: "days" }) },
  sum: arithmetic,
  mean: arithmetic,
  min: arithmetic,
  max: arithmetic,
  stddev: { ...arithmetic, alsoMissing: ["not applicable"] },
  latest: pick,
  first: pick,
};

/** What an aggregate will read, before its window is known. */
interface Reading {
  readonly aggregate: AggregateName;
  readonly stream: StreamNode;
  readonly row: RowNode | null;
  readonly type: FieldType | null;
  /** True where a whole history may have rows and yet none that count. */
  readonly gap: boolean;
  readonly problems: readonly Problem[];
}

interface AggregateFacts extends ValueFacts {
  readonly reading: Reading;
}

function ofStream(aggregate: AggregateName, thing: unknown, origin: Origin): object {
  const facts = streamFactsOf(thing);
  if (facts === undefined) {
    const found: Problem[] = [...((factsOf(thing) as Facts | undefined)?.problems ?? [])];
    found.push(problems.BAD_ARGUMENT(aggregate, { expected: "an event or a subset of one" }, at(origin)));
    return brokenValue(found, origin, aggregateFace);
  }
  const gap = facts.node.filter !== null;
  return unwindowed({ aggregate, stream: facts.node, row: null, type: null, gap, problems: facts.problems }, origin);
}

function ofColumn(aggregate: AggregateName, thing: unknown, origin: Origin): object {
  const facts = readRow(thing, aggregate, origin);
  if (!("node" in facts)) return brokenValue(facts.problems, origin, aggregateFace);
  const refusal = columnRefusal(traits[aggregate], facts.type);
  const found = [...facts.problems];
  if (refusal !== undefined) found.push(problems.UNIT(aggregate, { sentence: refusal }, at(origin)));
  if (found.length > 0 || facts.node === null) return brokenValue(found, origin, aggregateFace);
  const gap = facts.optional || facts.stream.filter !== null;
  return unwindowed({ aggregate, stream: facts.stream, row: facts.node, type: facts.type, gap, problems: [] }, origin);
}

function columnRefusal(trait: Trait, type: FieldType): string | undefined {
  const name = unitNameOfField(type);
  if (trait.reads === "numbers" && !isNumericField(type)) return `cannot do arithmetic on ${name}`;
  return trait.reads === "readable" && unitOfField(type) === null ? `no feature can hold ${name}` : undefined;
}

function unwindowed(reading: Reading, origin: Origin): object {
  const { allHistory } = traits[reading.aggregate];
  const facts = windowedFacts(reading, { kind: "ever" }, [], allHistory ? "past" : "no window", origin);
  return sealAggregate({ ...facts, reading, node: allHistory ? facts.node : null });
}

function sealAggregate(facts: AggregateFacts): object {
  return seal(Object.create(aggregateFace), Object.freeze(facts));
}

function windowedFacts(
  reading: Reading,
  window: WindowNode | null,
  found: readonly Problem[],
  tense: Tense,
  origin: Origin,
): ValueFacts {
  const trait = traits[reading.aggregate];
  const { aggregate, stream, row } = reading;
  const node: ValueNode | null = window === null ? null : { kind: "aggregate", aggregate, stream, row, window };
  const empty: MissingKind[] = window?.kind !== "ever" || reading.gap ? ["empty window"] : [];
  return {
    is: "value",
    node,
    unit: trait.unit(reading.type),
    missing: trait.neverMissing ? [] : kindsOf(["no history"], empty, trait.alsoMissing),
    tenses: [tense],
    entities: [stream.entity],
    reason: null,
    problems: [...reading.problems, ...found],
    origin,
  };
}

const aggregateFace: object = Object.freeze({
  ...valueFace,
  last(this: unknown, length: unknown, options?: { readonly skip?: unknown }): object {
    const origin = new Origin();
    return windowed(this, "past", origin, () => lastWindow(length, options, origin));
  },
  ever(this: unknown): object {
    return windowed(this, "past", new Origin(), () => ({ window: { kind: "ever" }, problems: [] }));
  },
  next(this: unknown, length: unknown): object {
    const origin = new Origin();
    return windowed(this, "future", origin, () => nextWindow(length, origin));
  },
});

type WindowRead = { readonly window: WindowNode | null; readonly problems: readonly Problem[] };

function windowed(thing: unknown, tense: Tense, origin: Origin, read: () => WindowRead): object {
  const facts = factsAs<AggregateFacts>(thing, "value");
  if (facts?.reading === undefined) return brokenValue(facts?.problems ?? [], origin);
  const { window, problems: found } = read();
  return makeValue(windowedFacts(facts.reading, window, found, tense, origin));
}
