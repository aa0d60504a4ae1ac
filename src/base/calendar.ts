// Calendar periods of a time zone as instants: the one library that every window edge comes from (contract 2). The zone
// data is moment-timezone's bundled copy, whose version is part of the semantics; the machine's own zone data is never read.
//
// Periods are numbered by the civil calendar (day 0 is 1970-01-01, week 0 holds it, weeks begin on Monday). A period starts
// at the first instant at which the zone's clock shows its first midnight or later: that is right where the clock skips
// midnight, shows it twice, or skips a whole day (such a day is empty).

import moment from "moment-timezone";
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

/** The calendar of a zone; made once and shared. The zone must exist: ask `isTimeZone` first. */
export function calendarOf(unit: PeriodUnit, zone: string): Calendar {
  const key = `${unit} ${zone}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const calendar = makeCalendar(unit, zone);
  made.set(key, calendar);
  return calendar;
}

function makeCalendar(unit: PeriodUnit, zone: string): Calendar {
  const clock = zoneClock(zone);
  const starts = new Map<number, Instant>();
  const start = (period: number): Instant => {
    const known = starts.get(period);
    if (known !== undefined) return known;
    const found = firstShowing(clock, civilStart[unit](period)) * 1_000;
    starts.set(period, found);
    return found;
  };
  const periodOf = (t: Instant): number => {
    let period = civilPeriod[unit](localMillis(clock, Math.floor(t / 1_000)));
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

// ---------------------------------------------------------------- civil arithmetic, in milliseconds of local time

const civilStart: { readonly [unit in PeriodUnit]: (period: number) => number } = {
  day: (period) => period * DAY_MILLIS,
  // 1970-01-01 was a Thursday.
  week: (period) => (period * 7 - 3) * DAY_MILLIS,
  month: (period) => civilDate(1970 + Math.floor(period / 12), period - Math.floor(period / 12) * 12),
  year: (period) => civilDate(1970 + period, 0),
};

const civilPeriod: { readonly [unit in PeriodUnit]: (local: number) => number } = {
  day: (local) => Math.floor(local / DAY_MILLIS),
  week: (local) => Math.floor((Math.floor(local / DAY_MILLIS) + 3) / 7),
  month: (local) => (new Date(local).getUTCFullYear() - 1970) * 12 + new Date(local).getUTCMonth(),
  year: (local) => new Date(local).getUTCFullYear() - 1970,
};

function civilDate(year: number, month: number): number {
  // Date.UTC reads years below 100 as 19xx.
  return new Date(0).setUTCFullYear(year, month, 1);
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
