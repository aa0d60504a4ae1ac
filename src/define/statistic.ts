// Aggregates over the numbers, categories or answers of a column.

import type { MissingKind } from "../base/index.ts";
import { type Aggregate, aggregateOf, type Some } from "./aggregate.ts";
import { scaledInteger } from "./amount.ts";
import { problems } from "./errors.ts";
import type { Gap } from "./field.ts";
import { at } from "./names.ts";
import type { AggregateName } from "./nodes.ts";
import { Origin } from "./place.ts";
import { readColumn } from "./reading.ts";
import type { MarkedColumn } from "./row.ts";
import type { Barred, BarredSentence, NotNumeric } from "./unit.ts";

export type NumericColumn<Ev extends string, E extends string, U extends string, V, G extends Gap> = string extends U
  ? "expected a column, such as statement.billed"
  : U extends Barred
    ? BarredSentence<U>
    : U extends NotNumeric
      ? `cannot do arithmetic on ${U}: pass a number or money`
      : MarkedColumn<Ev, E, U, V, G>;

type ClassColumn<Ev extends string, E extends string, U extends string, V, G extends Gap> = string extends U
  ? "expected a column, such as purchase.kind"
  : U extends Barred
    ? BarredSentence<U>
    : U extends "category" | "boolean"
      ? MarkedColumn<Ev, E, U, V, G>
      : `a frequency is of categories, not of ${U}`;

type YesOrNoColumn<Ev extends string, E extends string, U extends string, V, G extends Gap> = string extends U
  ? "expected a yes-or-no column, such as statement.monthsLate.is(atLeast(1))"
  : U extends Barred
    ? BarredSentence<U>
    : U extends "boolean"
      ? MarkedColumn<Ev, E, U, V, G>
      : `a streak is of yes or no, not of ${U}: add .is(…)`;

type Statistic<
  E extends string,
  U extends string,
  V,
  Ev extends string,
  G extends Gap,
  M extends MissingKind = never,
> = Aggregate<E, U, V, Some | M, "no history" | M | G, "no window", Ev>;

function statistic(aggregate: AggregateName, column: unknown): never {
  const origin = new Origin();
  return aggregateOf(readColumn(aggregate, column, null, origin), origin) as never;
}

export function sum<Ev extends string, E extends string, U extends string, V, G extends Gap>(
  column: NumericColumn<Ev, E, U, V, G>,
): Statistic<E, U, number, Ev, G> {
  return statistic("sum", column);
}

export function mean<Ev extends string, E extends string, U extends string, V, G extends Gap>(
  column: NumericColumn<Ev, E, U, V, G>,
): Statistic<E, U, number, Ev, G> {
  return statistic("mean", column);
}

export function min<Ev extends string, E extends string, U extends string, V, G extends Gap>(
  column: NumericColumn<Ev, E, U, V, G>,
): Statistic<E, U, number, Ev, G> {
  return statistic("min", column);
}

export function max<Ev extends string, E extends string, U extends string, V, G extends Gap>(
  column: NumericColumn<Ev, E, U, V, G>,
): Statistic<E, U, number, Ev, G> {
  return statistic("max", column);
}

/** Sample standard deviation (n − 1); fewer than two values make it "not applicable". */
export function stddev<Ev extends string, E extends string, U extends string, V, G extends Gap>(
  column: NumericColumn<Ev, E, U, V, G>,
): Statistic<E, U, number, Ev, G, "not applicable"> {
  return statistic("stddev", column);
}

/**
 * Sample variance (n − 1); fewer than two values make it "not applicable". Its unit is the column's squared, which is no
 * unit of money: it counts as a plain number.
 */
export function variance<Ev extends string, E extends string, U extends string, V, G extends Gap>(
  column: NumericColumn<Ev, E, U, V, G>,
): Statistic<E, "number", number, Ev, G, "not applicable"> {
  return statistic("variance", column);
}

/**
 * The value that `p` percent of all values do not exceed, by nearest rank: the one at place ceil(p / 100 · n) from the least.
 * `p` is above 0, at most 100, and has at most two decimals.
 */
export function percentile<Ev extends string, E extends string, U extends string, V, G extends Gap>(
  column: NumericColumn<Ev, E, U, V, G>,
  p: number,
): Statistic<E, U, number, Ev, G> {
  const origin = new Origin();
  const hundredths = typeof p === "number" ? scaledInteger(p, 2) : undefined;
  if (hundredths === undefined || hundredths < 1 || hundredths > 10_000) {
    const expected = "a percentage above 0 and at most 100, with at most two decimals";
    return aggregateOf([problems.BAD_ARGUMENT("percentile", { expected }, at(origin))], origin) as never;
  }
  return aggregateOf(readColumn("percentile", column, { hundredths }, origin), origin) as never;
}

/** Percentile 50, by nearest rank: of an even number of values the lower of the two in the middle. */
export function median<Ev extends string, E extends string, U extends string, V, G extends Gap>(
  column: NumericColumn<Ev, E, U, V, G>,
): Statistic<E, U, number, Ev, G> {
  return percentile(column, 50);
}

/**
 * Growth per day: the least-squares slope over the rows of the window, whose ages count in whole seconds. Fewer than two
 * different ages make it "not applicable".
 */
export function trend<Ev extends string, E extends string, U extends string, V, G extends Gap>(
  column: NumericColumn<Ev, E, U, V, G>,
): Statistic<E, U, number, Ev, G, "not applicable"> {
  return statistic("trend", column);
}

/** The most frequent category, or yes or no; of several the one that came latest. */
export function mode<Ev extends string, E extends string, U extends string, V, G extends Gap>(
  column: ClassColumn<Ev, E, U, V, G>,
): Statistic<E, U, V, Ev, G> {
  return statistic("mode", column);
}

/** The share of rows that hold the most frequent category, from 0 to 1. */
export function modeShare<Ev extends string, E extends string, U extends string, V, G extends Gap>(
  column: ClassColumn<Ev, E, U, V, G>,
): Statistic<E, "number", number, Ev, G> {
  return statistic("modeShare", column);
}

/** The most rows in a row that say yes; rows that say nothing are passed over. None gives 0. */
export function longestStreak<Ev extends string, E extends string, U extends string, V, G extends Gap>(
  column: YesOrNoColumn<Ev, E, U, V, G>,
): Aggregate<E, "number", number, never, never, "no window", Ev> {
  return statistic("longestStreak", column);
}

/** How many rows up to the latest say yes without a no between them; rows that say nothing are passed over. None gives 0. */
export function currentStreak<Ev extends string, E extends string, U extends string, V, G extends Gap>(
  column: YesOrNoColumn<Ev, E, U, V, G>,
): Aggregate<E, "number", number, never, never, "no window", Ev> {
  return statistic("currentStreak", column);
}
