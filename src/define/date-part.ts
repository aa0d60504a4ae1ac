// Dates as numbers: what clocks and calendars show when a row happened, or at a time that the row holds.

import { isTimeZone, nearestTimeZone, type Problem } from "../base/index.ts";
import { type Column, sealed } from "./column.ts";
import { problems } from "./errors.ts";
import type { MarkedStream } from "./event.ts";
import type { Gap } from "./field.ts";
import { at, called } from "./names.ts";
import type { DatePart, FieldType, RowNode } from "./nodes.ts";
import { Origin } from "./place.ts";
import type { MarkedColumn } from "./row.ts";
import { timeStep } from "./row-time.ts";
import type { Barred, BarredSentence } from "./unit.ts";

/** An event (when it happened), or a column that holds an instant or a date. */
type Timed<Ev extends string, E extends string, U extends string, G extends Gap> = U extends Barred
  ? BarredSentence<U>
  : U extends "instant" | "date"
    ? MarkedStream<Ev, E, G> | MarkedColumn<Ev, E, U, unknown, G>
    : `${U} is no time: pass an instant, a date or the event itself`;

/** Clocks need a zone to show a date; what is a date already needs none. */
type ZoneOf<U extends string> = U extends "date" ? readonly [zone?: undefined] : readonly [zone: string];

/** 0 to 23, as the clocks of the zone show it. */
export function hourOf<Ev extends string, E extends string, G extends Gap, U extends string = "instant">(
  time: U extends "date" ? "a date has no hour" : Timed<Ev, E, U, G>,
  zone: string,
): Column<Ev, E, "number", number, G> {
  return part("hour", time, zone, new Origin());
}
/** 1, Monday, to 7, Sunday. */
export function weekdayOf<Ev extends string, E extends string, G extends Gap, U extends string = "instant">(
  time: Timed<Ev, E, U, G>,
  ...zone: ZoneOf<U>
): Column<Ev, E, "number", number, G> {
  return part("weekday", time, zone[0], new Origin());
}
/** From 1. */
export function dayOfMonthOf<Ev extends string, E extends string, G extends Gap, U extends string = "instant">(
  time: Timed<Ev, E, U, G>,
  ...zone: ZoneOf<U>
): Column<Ev, E, "number", number, G> {
  return part("dayOfMonth", time, zone[0], new Origin());
}
/** 1 to 12. */
export function monthOf<Ev extends string, E extends string, G extends Gap, U extends string = "instant">(
  time: Timed<Ev, E, U, G>,
  ...zone: ZoneOf<U>
): Column<Ev, E, "number", number, G> {
  return part("month", time, zone[0], new Origin());
}
export function yearOf<Ev extends string, E extends string, G extends Gap, U extends string = "instant">(
  time: Timed<Ev, E, U, G>,
  ...zone: ZoneOf<U>
): Column<Ev, E, "number", number, G> {
  return part("year", time, zone[0], new Origin());
}

/**
 * Calendar days of a zone from one time to another of the same row, negative where the second is earlier:
 * `daysBetween(statement.dueOn, statement, newYork)` is how late a statement came. Dates stand as they are.
 */
export function daysBetween<
  Ev extends string,
  E extends string,
  G extends Gap,
  Ev2 extends string,
  G2 extends Gap,
  U extends string = "instant",
  U2 extends string = "instant",
>(
  from: Timed<Ev, E, U, G>,
  to: Ev2 extends Ev ? Timed<Ev2, E, U2, G2> : `a row of "${Ev}" cannot read a row of "${Ev2}"`,
  zone: string,
): Column<Ev, E, "number", number, G | G2> {
  const origin = new Origin();
  const found = zoneProblems("daysBetween", zone, origin);
  const facts = timeStep(
    "daysBetween",
    [from, to],
    found,
    (nodes) => ({ kind: "rowDays", from: nodes[0]!, to: nodes[1]!, zone: called(zone) }),
    origin,
  );
  return sealed(facts) as never;
}

function part(name: DatePart, time: unknown, zone: string | undefined, origin: Origin): never {
  const user = `${name}Of`;
  const make = ([of]: readonly RowNode[], [type]: readonly FieldType[]): RowNode | readonly Problem[] => {
    const isDate = type!.kind === "date";
    if (name === "hour" && isDate) return [problems.UNIT(user, { sentence: "a date has no hour" }, at(origin))];
    const found = isDate ? [] : zoneProblems(user, zone, origin);
    return found.length > 0 ? found : { kind: "rowDatePart", part: name, of: of!, zone: isDate ? null : called(zone) };
  };
  return sealed(timeStep(user, [time], [], make, origin)) as never;
}

function zoneProblems(user: string, zone: unknown, origin: Origin): readonly Problem[] {
  if (isTimeZone(called(zone))) return [];
  const where = { ...at(origin), nearest: nearestTimeZone(called(zone)) };
  return [problems.UNKNOWN_ZONE(user, { zone: called(zone) }, where)];
}
