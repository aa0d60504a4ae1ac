// Instants are whole microseconds since 1970 in UTC, held as safe integers (good to the year 2255).

/** Microseconds since 1970-01-01T00:00:00Z; a safe integer. */
export type Instant = number;

export const MICROS_PER_SECOND = 1_000_000;
export const MICROS_PER_HOUR = 3_600 * MICROS_PER_SECOND;
export const MICROS_PER_DAY = 24 * MICROS_PER_HOUR;

const PATTERN = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?(Z|[+-]\d{2}:\d{2})$/;

/** Reads ISO 8601 with an offset, to the microsecond; `undefined` where it is not one (a local time has no meaning here) or lies past 2255. */
export function parseInstant(text: string): Instant | undefined {
  return inUtc(text) ?? inAnyForm(text);
}

/** `2005-10-03T04:00:00Z`, with six digits of a second or none: what programs write, read digit by digit. */
function inUtc(text: string): Instant | undefined {
  const fraction = text.length === 27;
  if (text.length !== 20 && !fraction) return undefined;
  if (text[4] !== "-" || text[7] !== "-" || text[10] !== "T" || text[13] !== ":" || text[16] !== ":") return undefined;
  if (text[text.length - 1] !== "Z" || (fraction && text[19] !== ".")) return undefined;
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)];
  const [hour, minute, second] = [digits(text, 11, 13), digits(text, 14, 16), digits(text, 17, 19)];
  const micros = fraction ? digits(text, 20, 26) : 0;
  const inRange = year >= 1700 && year < 2255 && day >= 1 && day <= daysOfMonth(year, month);
  if (!inRange || !(hour < 24 && minute < 60 && second < 60 && micros >= 0)) return undefined;
  const seconds = ((daysSince1970(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
  return seconds * MICROS_PER_SECOND + micros;
}

/** NaN where there is no such month. */
function daysOfMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month >= 1 && month <= 12 ? 30 + ((month + (month >> 3)) & 1) : Number.NaN;
}

/** NaN where one is no digit. */
function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** Howard Hinnant, `days_from_civil` (chrono-Compatible Low-Level Date Algorithms): years begin in March. */
function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The long road: any form, by the calendar of the language. */
function inAnyForm(text: string): Instant | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const [, date, minutes, seconds = "00", fraction = "", offset] = match;
  const millis = Date.parse(`${date}T${minutes}:${seconds}${offset}`);
  if (Number.isNaN(millis)) return undefined;
  if (!sameCalendarDate(String(date), String(offset), millis)) return undefined;
  const micros = millis * 1_000 + Number(fraction.padEnd(6, "0"));
  return Number.isSafeInteger(micros) ? micros : undefined;
}

// Date.parse rolls 31 February over into March; we refuse it.
function sameCalendarDate(date: string, offset: string, millis: number): boolean {
  const sign = offset.startsWith("-") ? -1 : 1;
  const offsetMinutes = offset === "Z" ? 0 : sign * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6)));
  return new Date(millis + offsetMinutes * 60_000).toISOString().startsWith(date);
}

/** Like `parseInstant`, for literals in code: throws on a mistake. */
export function instant(text: string): Instant {
  const parsed = parseInstant(text);
  if (parsed === undefined) throw new RangeError(`not an instant: ${text}`);
  return parsed;
}

/** ISO 8601 in UTC with six digits: `2005-10-03T04:00:00.000001Z`. */
export function formatInstant(t: Instant): string {
  const millis = Math.floor(t / 1_000);
  const micros = String(t - millis * 1_000).padStart(3, "0");
  return new Date(millis).toISOString().replace("Z", `${micros}Z`);
}

/** Time is a port: only doors and tests make one. */
export interface Clock {
  now(): Instant;
}

export function fixedClock(t: Instant): Clock {
  return { now: () => t };
}
