// Aggregates: many rows to one value. Each says what it reads, in which unit it answers and how it can be missing; the verb
// that follows, `.last`, `.ever` or `.next`, says over which time. The builders stand beside this file, by what they read.

import type { MissingKind, Problem } from "../base/index.ts";
import { type AggregateFacts, aggregateFacts, forEach, type Verb, windowed } from "./aggregate-facts.ts";
import { type BreakdownColumn, breakdownOf, type Unsplit } from "./breakdown.ts";
import type { MarkedStream } from "./event.ts";
import type { Gap } from "./field.ts";
import { Origin } from "./place.ts";
import type { Reading } from "./reading.ts";
import { factsAs, seal } from "./thing.ts";
import type { NotNumeric } from "./unit.ts";
import { brokenValue, makeValue, type Value, valueFace } from "./value.ts";
import { paired } from "./value-pairs.ts";
import type { Span, SpanKind } from "./window.ts";

/** The missing kinds of an aggregate over a window. */
export type Some = "no history" | "empty window";

/** The verbs that say over which time; `MW` are the missing kinds of a window, `MA` those of all history. */
export interface Windows<E extends string, U extends string, V, MW extends MissingKind, MA extends MissingKind> {
  /** Over the window that ends at t; `skip` moves its end back: `[t − skip − W, t − skip)`. */
  last<K extends SpanKind>(window: Span<K>, options?: { readonly skip: Span<NoInfer<K>> }): Value<E, U, V, MW, "past">;
  /** Over all history before t. */
  ever(): Value<E, U, V, MA, "past">;
  /** As it stood some time ago: over all history up to then, as it is known at t. */
  ago(time: Span<"fixed">): Value<E, U, V, MW, "past">;
  /**
   * Over the events that belong to the latest one of another type, such as the lines of a bureau's latest pull. Both carry a
   * text field `pull`, or another named by `by`, that is equal in them.
   */
  ofLatest<E2 extends string>(
    parent: E2 extends E ? MarkedStream<string, E2, Gap> : `these events are about ${E}, and the latest is about ${E2}`,
    options?: { readonly by: string },
  ): Value<E, U, V, MW, "past">;
  /** Over the window that starts at t. Labels only. */
  next(window: Span<"fixed"> | Span<"calendar">): Value<E, U, V, MW, "future">;
  /** One value for each of several windows, to spread: `...trend(x).each({ trend90d: days(90), trend365d: days(365) })`. */
  each<const W extends { readonly [name: string]: Span<SpanKind> }>(
    windows: W,
  ): { readonly [N in keyof W]: Value<E, U, V, MW, "past"> };
  /** Over a window, less the same over the window before it. */
  change(
    window: U extends NotNumeric ? `cannot subtract ${U} from ${U}` : Span<SpanKind>,
  ): Value<E, U, number, MW, "past">;
}

/** An aggregate before its window, over rows of event `Ev`. */
export interface Aggregate<
  E extends string,
  U extends string,
  V,
  MW extends MissingKind,
  MA extends MissingKind,
  T extends "past" | "no window" = "no window",
  Ev extends string = string,
> extends Value<E, U, V, MA, T>,
    Windows<E, U, V, MW, MA> {
  /** One value a category of another column of the same event: `sum(purchase.amount).by(purchase.kind).last(days(90))`. */
  by<Ev2 extends string, U2 extends string, K, G extends Gap>(
    column: BreakdownColumn<Ev, Ev2, E, U2, K, G>,
  ): Unsplit<E, U, V, MW, MA, K & string>;
}

/** The fluent face of what a reading will be, or of what is wrong with it. */
export function aggregateOf(
  reading: Reading | readonly Problem[],
  origin: Origin,
  divisor: Reading | readonly Problem[] | null = null,
): object {
  if (!("aggregate" in reading)) return brokenValue(reading, origin, aggregateFace);
  if (divisor !== null && !("aggregate" in divisor)) return brokenValue(divisor, origin, aggregateFace);
  return seal(Object.create(aggregateFace), Object.freeze(aggregateFacts(reading, divisor, origin)));
}

function verbOf(verb: Verb) {
  return function (this: unknown, ...operands: unknown[]): object {
    const origin = new Origin();
    const facts = factsAs<AggregateFacts>(this, "value");
    if (facts?.reading === undefined) return brokenValue(facts?.problems ?? [], origin);
    return windowed(facts, verb, operands, origin);
  };
}

const aggregateFace: object = Object.freeze({
  ...valueFace,
  last: verbOf("last"),
  ever: verbOf("ever"),
  ago: verbOf("ago"),
  ofLatest: verbOf("ofLatest"),
  next: verbOf("next"),
  each(this: { last(window: unknown): object }, windows: unknown): object {
    return forEach(windows, new Origin(), (window) => this.last(window));
  },
  change(this: { last(window: unknown, options?: object): object }, window: unknown): object {
    return makeValue(paired("minus", this.last(window), this.last(window, { skip: window }), new Origin()));
  },
  by(this: unknown, column: unknown): object {
    const facts = factsAs<AggregateFacts>(this, "value");
    return breakdownOf(facts, column, new Origin());
  },
});
