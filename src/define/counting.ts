// Aggregates that count or look for events. Nothing counts 0, and is never missing.

import { type Aggregate, aggregateOf } from "./aggregate.ts";
import type { MarkedStream } from "./event.ts";
import type { Gap } from "./field.ts";
import { Origin } from "./place.ts";
import { readColumn, readStream } from "./reading.ts";
import type { MarkedColumn } from "./row.ts";
import type { Barred, BarredSentence, HoldSentence, Opaque } from "./unit.ts";

/** How many events. Nothing counts 0. */
export function count<Ev extends string, E extends string, G extends Gap>(
  stream: MarkedStream<Ev, E, G>,
): Aggregate<E, "number", number, never, never, "no window", Ev> {
  const origin = new Origin();
  return aggregateOf(readStream("count", stream, null, origin), origin) as never;
}

/** Whether any event is there. */
export function occurs<Ev extends string, E extends string, G extends Gap>(
  stream: MarkedStream<Ev, E, G>,
): Aggregate<E, "boolean", boolean, never, never, "no window", Ev> {
  const origin = new Origin();
  return aggregateOf(readStream("occurs", stream, null, origin), origin) as never;
}

/** How many different values, exactly. Nothing counts 0. */
export function distinct<Ev extends string, E extends string, U extends string, V, G extends Gap>(
  column: U extends Barred ? BarredSentence<U> : U extends Opaque ? HoldSentence<U> : MarkedColumn<Ev, E, U, V, G>,
): Aggregate<E, "number", number, never, never, "no window", Ev> {
  const origin = new Origin();
  return aggregateOf(readColumn("distinct", column, null, origin), origin) as never;
}

/** The share of a subset among all events of its type, over one window; "not applicable" where there are none. */
export function share<Ev extends string, E extends string, G extends Gap>(
  subset: MarkedStream<Ev, E, G>,
): Aggregate<E, "number", number, "not applicable", "not applicable", "no window", Ev> {
  const origin = new Origin();
  const reading = readStream("count", subset, null, origin);
  if (!("aggregate" in reading)) return aggregateOf(reading, origin) as never;
  const all = { ...reading, stream: { ...reading.stream, filter: null }, gap: false, problems: [] };
  return aggregateOf(reading, origin, all) as never;
}
