// Aggregates that pick one row's value: the latest, the first, one counted back from the latest.

import { type Aggregate, aggregateOf, type Some } from "./aggregate.ts";
import { type AggregateFacts, aggregateFacts, windowed } from "./aggregate-facts.ts";
import { problems } from "./errors.ts";
import type { Gap } from "./field.ts";
import { at, called } from "./names.ts";
import { Origin } from "./place.ts";
import { readColumn } from "./reading.ts";
import type { MarkedColumn } from "./row.ts";
import { type Facts, factsAs, seal } from "./thing.ts";
import type { Barred, BarredSentence, HoldSentence, Unreadable } from "./unit.ts";
import { brokenValue, makeValue, type Value } from "./value.ts";
import type { Span, SpanKind } from "./window.ts";

type ReadableColumn<Ev extends string, E extends string, U extends string, V, G extends Gap> = string extends U
  ? "expected a column, such as statement.billed"
  : U extends Barred
    ? BarredSentence<U>
    : U extends Exclude<Unreadable, "ref"> // a reference may be a link: see related.ts
      ? HoldSentence<U>
      : MarkedColumn<Ev, E, U, V, G>;

/** The value of the last event. Reads all of history unless a window is given. */
export function latest<Ev extends string, E extends string, U extends string, V, G extends Gap>(
  column: ReadableColumn<Ev, E, U, V, G>,
): Aggregate<E, U, V, Some, "no history" | G, "past", Ev> {
  const origin = new Origin();
  return aggregateOf(readColumn("latest", column, null, origin), origin) as never;
}

/** The value of the first event. Reads all of history unless a window is given. */
export function first<Ev extends string, E extends string, U extends string, V, G extends Gap>(
  column: ReadableColumn<Ev, E, U, V, G>,
): Aggregate<E, U, V, Some, "no history" | G, "past", Ev> {
  const origin = new Origin();
  return aggregateOf(readColumn("first", column, null, origin), origin) as never;
}

const PLACES_MAX = 1_000;

/**
 * The k-th value counted back from the last event, among those that have one; 1 is the latest, at most 1,000. Fewer values make
 * it "empty window". Reads all of history unless a window is given.
 */
export function nth<Ev extends string, E extends string, U extends string, V, G extends Gap>(
  column: ReadableColumn<Ev, E, U, V, G>,
  k: number,
): Aggregate<E, U, V, Some, Some, "past", Ev> {
  const origin = new Origin();
  if (!Number.isInteger(k) || k < 1 || k > PLACES_MAX) {
    const expected = `a whole number of places back from 1, the latest, to ${PLACES_MAX}`;
    return aggregateOf([problems.BAD_ARGUMENT("nth", { expected }, at(origin))], origin) as never;
  }
  return aggregateOf(readColumn("nth", column, { place: k }, origin), origin) as never;
}

/** The whole numbers from 1 to `K`; the compiler follows it as a loop, so that `K` may be large. */
type Places<K extends number, Done extends readonly unknown[] = [], All = never> = Done["length"] extends K
  ? All
  : Places<K, [...Done, unknown], All | [...Done, unknown]["length"]>;

/** The latest `K` values of a column, newest first, to be spread into a feature set under numbered names. */
export interface LastValues<E extends string, U extends string, V, K extends number> {
  /** `...lastValues(statement.billed, 3).as("billed")` makes billed1 (the latest), billed2 and billed3. */
  as<const N extends string>(name: N): { readonly [P in `${N}${Places<K> & number}`]: Value<E, U, V, Some, "past"> };
  /** Of those in a window alone. */
  last<S extends SpanKind>(window: Span<S>, options?: { readonly skip: Span<NoInfer<S>> }): LastValues<E, U, V, K>;
}

interface LastValuesFacts extends Facts {
  readonly is: "lastValues";
  readonly node: null;
  readonly values: readonly object[];
  readonly aggregates: readonly AggregateFacts[];
}

const LAST_VALUES_MAX = 100;

/** The latest `k` values of a column, newest first; at most 100. */
export function lastValues<
  Ev extends string,
  E extends string,
  U extends string,
  V,
  G extends Gap,
  const K extends number,
>(column: ReadableColumn<Ev, E, U, V, G>, k: K): LastValues<E, U, V, K> {
  const origin = new Origin();
  if (!Number.isInteger(k) || k < 1 || k > LAST_VALUES_MAX) {
    const expected = `a whole number of values from 1 to ${LAST_VALUES_MAX}`;
    const broken = brokenValue([problems.BAD_ARGUMENT("lastValues", { expected }, at(origin))], origin);
    return sealed([broken], []) as never;
  }
  const places = Array.from({ length: k }, (_, i) => i + 1);
  const readings = places.map((place) => readColumn("nth", column, { place }, origin));
  const broken = readings.find((reading) => !("aggregate" in reading));
  if (broken !== undefined) return sealed([aggregateOf(broken, origin)], []) as never;
  const aggregates = readings.flatMap((reading) =>
    "aggregate" in reading ? aggregateFacts(reading, null, origin) : [],
  );
  return sealed(
    aggregates.map((facts) => makeValue(facts)),
    aggregates,
  ) as never;
}

function sealed(values: readonly object[], aggregates: readonly AggregateFacts[]): object {
  const facts: LastValuesFacts = { is: "lastValues", node: null, values, aggregates, problems: [] };
  return seal(Object.create(lastValuesFace), facts);
}

const lastValuesFace: object = Object.freeze({
  as(this: unknown, name: unknown): object {
    const values = factsAs<LastValuesFacts>(this, "lastValues")?.values ?? [];
    return Object.freeze(Object.fromEntries(values.map((value, i) => [`${called(name)}${i + 1}`, value])));
  },
  last(this: unknown, ...operands: unknown[]): object {
    const origin = new Origin();
    const facts = factsAs<LastValuesFacts>(this, "lastValues");
    const { aggregates = [], values = [] } = facts ?? {};
    if (aggregates.length === 0) return sealed(values, []);
    return sealed(
      aggregates.map((aggregate) => windowed(aggregate, "last", operands, origin)),
      aggregates,
    );
  },
});
