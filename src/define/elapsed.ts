// Aggregates of time: how long ago, how far apart, and what fades with age. Days are 24 hours and keep their fraction.

import type { Problem } from "../base/index.ts";
import { type Aggregate, aggregateOf, type Some } from "./aggregate.ts";
import type { MarkedStream } from "./event.ts";
import type { Gap } from "./field.ts";
import type { AggregateName } from "./nodes.ts";
import { Origin } from "./place.ts";
import { readColumn, readStream } from "./reading.ts";
import { checkSettings } from "./settings.ts";
import type { NumericColumn } from "./statistic.ts";
import { fixedMicros, type Span } from "./window.ts";

type Elapsed<E extends string, Ev extends string, G extends Gap> = Aggregate<
  E,
  "days",
  number,
  Some,
  "no history" | G,
  "past",
  Ev
>;

type Gaps<E extends string, Ev extends string, G extends Gap> = Aggregate<
  E,
  "days",
  number,
  Some | "not applicable",
  "no history" | "not applicable" | G,
  "no window",
  Ev
>;

function elapsed(aggregate: AggregateName, stream: unknown): never {
  const origin = new Origin();
  return aggregateOf(readStream(aggregate, stream, null, origin), origin) as never;
}

/** Days since the latest event. Reads all of history unless a window is given. */
export function daysSince<Ev extends string, E extends string, G extends Gap>(
  stream: MarkedStream<Ev, E, G>,
): Elapsed<E, Ev, G> {
  return elapsed("daysSince", stream);
}

/** Days since the first event. Reads all of history unless a window is given. */
export function daysSinceFirst<Ev extends string, E extends string, G extends Gap>(
  stream: MarkedStream<Ev, E, G>,
): Elapsed<E, Ev, G> {
  return elapsed("daysSinceFirst", stream);
}

/** Days from one event to the next, on average; fewer than two events make it "not applicable". */
export function meanGap<Ev extends string, E extends string, G extends Gap>(
  stream: MarkedStream<Ev, E, G>,
): Gaps<E, Ev, G> {
  return elapsed("meanGap", stream);
}

/** The most days from one event to the next; fewer than two events make it "not applicable". */
export function maxGap<Ev extends string, E extends string, G extends Gap>(
  stream: MarkedStream<Ev, E, G>,
): Gaps<E, Ev, G> {
  return elapsed("maxGap", stream);
}

/** How fast the weight of an event fades: it halves with each half-life. */
export interface Decay {
  readonly halfLife: Span<"fixed">;
}

/**
 * The sum of a column in which a row of age `a` weighs 2^(−a / halfLife), kept as a whole number of 2^-20. What lies ahead of
 * t weighs in full.
 */
export function decayedSum<Ev extends string, E extends string, U extends string, V, G extends Gap>(
  column: NumericColumn<Ev, E, U, V, G>,
  decay: Decay,
): Aggregate<E, U, number, Some, "no history" | G, "no window", Ev> {
  const origin = new Origin();
  const read = readDecay("decayedSum", decay, origin);
  if (!("halfLifeMicros" in read)) return aggregateOf(read, origin) as never;
  return aggregateOf(readColumn("decayedSum", column, read, origin), origin) as never;
}

/** How many events, each by the weight that its age has left it, as in `decayedSum`. Nothing counts 0. */
export function decayedCount<Ev extends string, E extends string, G extends Gap>(
  stream: MarkedStream<Ev, E, G>,
  decay: Decay,
): Aggregate<E, "number", number, never, never, "no window", Ev> {
  const origin = new Origin();
  const read = readDecay("decayedCount", decay, origin);
  if (!("halfLifeMicros" in read)) return aggregateOf(read, origin) as never;
  return aggregateOf(readStream("decayedCount", stream, read, origin), origin) as never;
}

function readDecay(
  aggregate: AggregateName,
  decay: Decay,
  origin: Origin,
): { readonly halfLifeMicros: number } | readonly Problem[] {
  const { micros, problems: found } = fixedMicros(decay?.halfLife, `${aggregate}, halfLife`, origin);
  const all = [...found, ...checkSettings(aggregate, decay, ["halfLife"], origin)];
  return all.length > 0 ? all : { halfLifeMicros: micros };
}
