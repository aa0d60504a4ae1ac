// Instants are whole microseconds since 1970 in UTC, held as safe integers (good to the year 2255).

/** Microseconds since 1970-01-01T00:00:00Z; a safe integer. */
export type Instant = number;

export const MICROS_PER_SECOND = 1_000_000;
export const MICROS_PER_HOUR = 3_600 * MICROS_PER_SECOND;
export const MICROS_PER_DAY = 24 * MICROS_PER_HOUR;

const PATTERN = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?(Z|[+-]\d{2}:\d{2})$/;

/** Reads ISO 8601 with an offset, to the microsecond; `undefined` where it is not one (a local time has no meaning here) or lies past 2255. */
export function parseInstant(text: string): Instant | undefined {
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
