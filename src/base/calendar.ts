// Calendar periods of a time zone as instants: the one library that every window edge comes from (contract 2). The zone
// data is moment-timezone's bundled copy, whose version is part of the semantics; the machine's own zone data is never read.
//
// Periods are numbered by the civil calendar (day 0 is 1970-01-01, week 0 holds it, weeks begin on Monday). A period starts
// at the first instant at which the zone's clock shows its first midnight or later: that is right where the clock skips
// midnight, shows it twice, or skips a whole day (such a day is empty). Months may begin on another day than the first: a
// cycle that begins on the 31st begins on the last day of a shorter month.

import moment from "moment-timezone";
import { civilDay, monthOfYear, yearOfDay } from "./civil-date.ts";
import type { Instant } from "./instant.ts";
import { nearest } from "./nearest.ts";

export type PeriodUnit = "day" | "week" | "month" | "year";

export interface Calendar {
  readonly unit: PeriodUnit;
  readonly zone: string;
  /** Number of the period that holds `t`: the last one that starts at or before it. */
  periodOf(t: Instant): number;
  /** Number of the first period that starts at or after `t`; of an empty one and its neighbour, the neighbour. */
  firstFrom(t: Instant): number;
  /** First instant of a period, in microseconds. */
  start(period: number): Instant;
}

const DAY_MILLIS = 86_400_000;

/** Version of the bundled IANA data; equal to `SEMANTICS.timeZoneData`. */
export function timeZoneDataVersion(): string {
  return moment.tz.dataVersion;
}

export function isTimeZone(name: string): boolean {
  return moment.tz.zone(name)?.name === name;
}

export function nearestTimeZone(name: string): string | undefined {
  return nearest(name, moment.tz.names());
}

const made = new Map<string, Calendar>();

/**
 * The calendar of a zone; made once and shared. The zone must exist: ask `isTimeZone` first. `day`, 1 to 31, is the day that
 * months begin on; a month takes its number from the one it begins in.
 */
export function calendarOf(unit: PeriodUnit, zone: string, day = 1): Calendar {
  const key = `${unit} ${zone} ${day}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const calendar = makeCalendar(unit, zone, day === 1 ? civil[unit] : cyclesFrom(day));
  made.set(key, calendar);
  return calendar;
}

function makeCalendar(unit: PeriodUnit, zone: string, civil: Civil): Calendar {
  const clock = zoneClock(zone);
  const starts = new Map<number, Instant>();
  const start = (period: number): Instant => {
    const known = starts.get(period);
    if (known !== undefined) return known;
    const found = firstShowing(clock, civil.start(period) * DAY_MILLIS) * 1_000;
    starts.set(period, found);
    return found;
  };
  const periodOf = (t: Instant): number => {
    let period = civil.period(Math.floor(localMillis(clock, Math.floor(t / 1_000)) / DAY_MILLIS));
    while (start(period) > t) period--;
    while (start(period + 1) <= t) period++;
    return period;
  };
  const firstFrom = (t: Instant): number => {
    const period = periodOf(t);
    return start(period) === t ? period : period + 1;
  };
  return Object.freeze({ unit, zone, periodOf, firstFrom, start });
}

// ---------------------------------------------------------------- civil arithmetic, in days of local time

interface Civil {
  /** First day of a period. */
  start(period: number): number;
  /** Number of the period that holds a day. */
  period(day: number): number;
}

const civil: { readonly [unit in PeriodUnit]: Civil } = {
  day: { start: (period) => period, period: (day) => day },
  // 1970-01-01 was a Thursday.
  week: { start: (period) => period * 7 - 3, period: (day) => Math.floor((day + 3) / 7) },
  month: { start: firstOfMonth, period: monthOfDay },
  year: { start: (period) => civilDay(1970 + period, 1, 1), period: (day) => yearOfDay(day) - 1970 },
};

function cyclesFrom(date: number): Civil {
  const start = (period: number): number => Math.min(firstOfMonth(period) + date, firstOfMonth(period + 1)) - 1;
  const period = (day: number): number => (day >= start(monthOfDay(day)) ? monthOfDay(day) : monthOfDay(day) - 1);
  return { start, period };
}

function firstOfMonth(month: number): number {
  const year = Math.floor(month / 12);
  return civilDay(1970 + year, month - year * 12 + 1, 1);
}

function monthOfDay(day: number): number {
  return (yearOfDay(day) - 1970) * 12 + monthOfYear(day) - 1;
}

// ---------------------------------------------------------------- what a zone's clocks show

/** Microseconds from 1970-01-01T00:00 as the clocks of the zone show it to what they show at an instant. */
export type LocalTime = (t: Instant) => number;

const localTimes = new Map<string, LocalTime>();

/** Local time of a zone; made once and shared. It keeps the stretch between two clock changes, so rows cost no search. */
export function localTimeOf(zone: string): LocalTime {
  const known = localTimes.get(zone);
  if (known !== undefined) return known;
  const local = makeLocalTime(zoneClock(zone));
  localTimes.set(zone, local);
  return local;
}

function makeLocalTime(clock: ZoneClock): LocalTime {
  let [from, until, ahead] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  return (t) => {
    if (!(t >= from && t < until)) {
      const stretch = stretchAt(clock, Math.floor(t / 1_000));
      from = stretch === 0 ? Number.NEGATIVE_INFINITY : clock.until[stretch - 1]! * 1_000;
      until = clock.until[stretch]! * 1_000;
      ahead = clock.ahead[stretch]! * 1_000;
    }
    return t + ahead;
  };
}

/** Civil day that a local time lies in. */
export function dayOfLocal(local: number): number {
  return Math.floor(local / (DAY_MILLIS * 1_000));
}

/** Hour that a local time shows, 0 to 23. */
export function hourOfLocal(local: number): number {
  return Math.floor((local - dayOfLocal(local) * DAY_MILLIS * 1_000) / 3_600_000_000);
}

// ---------------------------------------------------------------- a zone's clock

/** `until[i]` ends the stretch in which local time is UTC + `ahead[i]`; both in milliseconds. */
interface ZoneClock {
  readonly until: readonly number[];
  readonly ahead: readonly number[];
}

function zoneClock(name: string): ZoneClock {
  const zone = moment.tz.zone(name);
  if (zone === null) throw new RangeError(`no such time zone: ${name}`);
  const until = zone.untils.map((millis) => millis ?? Number.POSITIVE_INFINITY);
  return { until, ahead: zone.offsets.map((minutesWest) => -Math.round(minutesWest * 60_000)) };
}

function stretchAt(clock: ZoneClock, millis: number): number {
  let low = 0;
  let high = clock.until.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (clock.until[middle]! > millis) high = middle;
    else low = middle + 1;
  }
  return low;
}

function localMillis(clock: ZoneClock, millis: number): number {
  return millis + clock.ahead[stretchAt(clock, millis)]!;
}

/** First instant (UTC milliseconds) at which the clock shows `local` or later. */
function firstShowing(clock: ZoneClock, local: number): number {
  // No zone is a full two days from UTC, so the answer lies after this stretch begins.
  for (let i = stretchAt(clock, local - 2 * DAY_MILLIS); ; i++) {
    const begins = i === 0 ? Number.NEGATIVE_INFINITY : clock.until[i - 1]!;
    const shown = Math.max(begins, local - clock.ahead[i]!);
    if (shown < clock.until[i]!) return shown;
  }
}
