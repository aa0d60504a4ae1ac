// Days of the civil calendar as whole numbers since 1970-01-01, in no zone. The arithmetic is Howard Hinnant's
// ("chrono-compatible low-level date algorithms"): years that begin in March put the leap day last, and 400 of them repeat.

/** Whole days since 1970-01-01 of the Gregorian calendar. */
export type CivilDay = number;

const DAYS_OF_ERA = 146_097;
/** From 0000-03-01, where eras begin, to 1970-01-01. */
const EPOCH = 719_468;

/** Reads `2025-03-31`; undefined where it is no day of the calendar or not of the years 1 to 9999. */
export function parseDate(text: string): CivilDay | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const [year, month, date] = match.slice(1).map(Number) as [number, number, number];
  if (year < 1 || month < 1 || month > 12) return undefined;
  const day = civilDay(year, month, date);
  return dayOfMonth(day) === date && monthOfYear(day) === month ? day : undefined;
}

/** The day of a year, a month from 1 to 12 and a date from 1. */
export function civilDay(year: number, month: number, date: number): CivilDay {
  const marchYear = month > 2 ? year : year - 1;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + date - 1;
  return (
    era * DAYS_OF_ERA + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - EPOCH
  );
}

/** `2025-03-31`. */
export function formatDate(day: CivilDay): string {
  const parts = [String(yearOfDay(day)).padStart(4, "0"), monthOfYear(day), dayOfMonth(day)];
  return parts.map((part) => String(part).padStart(2, "0")).join("-");
}

/** 1, Monday, to 7, Sunday (ISO 8601). */
export function weekdayOfDay(day: CivilDay): number {
  return day + 3 - 7 * Math.floor((day + 3) / 7) + 1;
}

/** From 1. */
export function dayOfMonth(day: CivilDay): number {
  return day - monthThatHolds(day).first + 1;
}

/** From 1 to 12. */
export function monthOfYear(day: CivilDay): number {
  return monthThatHolds(day).month;
}

export function yearOfDay(day: CivilDay): number {
  return monthThatHolds(day).year;
}

interface Month {
  readonly year: number;
  readonly month: number;
  readonly first: CivilDay;
  readonly next: CivilDay;
}

/** The month asked last: days are asked in order, row after row, and a month is worked out once. */
let held: Month = { year: Number.NaN, month: Number.NaN, first: Number.NaN, next: Number.NaN };

function monthThatHolds(day: CivilDay): Month {
  if (day >= held.first && day < held.next) return held;
  const dayOfEra = ofEra(day);
  const marchYear = marchYearOfEra(dayOfEra);
  const dayOfYear = dayOfEra - (365 * marchYear + Math.floor(marchYear / 4) - Math.floor(marchYear / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = ((day + EPOCH - dayOfEra) / DAYS_OF_ERA) * 400 + marchYear + (month > 2 ? 0 : 1);
  const first = day - dayOfYear + Math.floor((153 * marchMonth + 2) / 5);
  held = { year, month, first, next: month === 12 ? civilDay(year + 1, 1, 1) : civilDay(year, month + 1, 1) };
  return held;
}

function ofEra(day: CivilDay): number {
  return day + EPOCH - Math.floor((day + EPOCH) / DAYS_OF_ERA) * DAYS_OF_ERA;
}

function marchYearOfEra(dayOfEra: number): number {
  const leaps = Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  return Math.floor((dayOfEra - leaps) / 365);
}
