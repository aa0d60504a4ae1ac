import moment from "moment-timezone";
import { expect, test } from "vitest";
import {
  calendarOf,
  dayOfLocal,
  hourOfLocal,
  isTimeZone,
  localTimeOf,
  nearestTimeZone,
  type PeriodUnit,
  timeZoneDataVersion,
} from "./calendar.ts";
import { formatInstant, instant } from "./instant.ts";
import { SEMANTICS } from "./semantics.ts";

const units: readonly PeriodUnit[] = ["day", "week", "month", "year"];

test("the semantics name the bundled time-zone data", () => {
  expect(SEMANTICS.timeZoneData).toBe(timeZoneDataVersion());
});

function startOf(unit: PeriodUnit, zone: string, text: string): string {
  const calendar = calendarOf(unit, zone);
  return formatInstant(calendar.start(calendar.periodOf(instant(text))));
}

test("periods start at local midnight", () => {
  expect(startOf("month", "Asia/Taipei", "2005-10-03T04:00:00Z")).toBe("2005-09-30T16:00:00.000000Z");
  expect(startOf("week", "America/New_York", "2026-03-10T12:00:00Z")).toBe("2026-03-09T04:00:00.000000Z");
  expect(startOf("week", "America/New_York", "2026-03-08T12:00:00Z")).toBe("2026-03-02T05:00:00.000000Z");
  expect(startOf("year", "UTC", "1969-12-31T23:59:59.999999Z")).toBe("1969-01-01T00:00:00.000000Z");
  expect(startOf("day", "UTC", "2026-01-01T00:00:00Z")).toBe("2026-01-01T00:00:00.000000Z");
});

test("a day whose midnight is skipped starts with its first instant", () => {
  expect(startOf("day", "America/Sao_Paulo", "2018-11-04T12:00:00Z")).toBe("2018-11-04T03:00:00.000000Z");
});

test("a day whose midnight comes twice starts at the first", () => {
  expect(startOf("day", "America/Havana", "2025-11-02T12:00:00Z")).toBe("2025-11-02T04:00:00.000000Z");
});

test("a day that a zone left out is empty", () => {
  const apia = calendarOf("day", "Pacific/Apia");
  const last = apia.periodOf(instant("2011-12-30T09:59:59Z"));
  expect(formatInstant(apia.start(last + 1))).toBe("2011-12-30T10:00:00.000000Z");
  expect(apia.start(last + 2)).toBe(apia.start(last + 1));
  expect(apia.firstFrom(apia.start(last + 1))).toBe(last + 2);
  expect(apia.periodOf(apia.start(last + 1))).toBe(last + 2);
});

test("every start agrees with moment's own reading of local midnight, over all kinds of zone", () => {
  const awkward = ["Australia/Lord_Howe", "America/St_Johns", "America/Sao_Paulo", "Pacific/Apia", "Africa/Casablanca"];
  for (const zone of ["America/New_York", ...awkward]) {
    const calendar = calendarOf("day", zone);
    for (let day = 0; day < 366 * 60; day += 1) {
      const date = new Date(day * 86_400_000);
      const theirs = moment.tz([date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()], zone).valueOf() * 1_000;
      if (calendar.start(day) !== theirs) expect(`${zone} ${date.toISOString()} ${calendar.start(day)}`).toBe(theirs);
    }
  }
});

test("periods tile time: each instant lies in exactly the period named", () => {
  for (const unit of units) {
    for (const zone of ["America/New_York", "Pacific/Apia", "America/St_Johns", "UTC"]) {
      const calendar = calendarOf(unit, zone);
      for (let t = instant("1995-01-01T00:00:00Z"); t < instant("2015-01-01T00:00:00Z"); t += 7_654_321_000_000) {
        const period = calendar.periodOf(t);
        expect(calendar.start(period)).toBeLessThanOrEqual(t);
        expect(calendar.start(period + 1)).toBeGreaterThan(t);
        expect(calendar.start(calendar.firstFrom(t))).toBeGreaterThanOrEqual(t);
        expect(calendar.start(calendar.firstFrom(t) - 1)).toBeLessThan(t);
      }
    }
  }
});

test("cycles begin on their day, or on a shorter month's last", () => {
  const starts = (day: number, zone: string, from: string, count: number) => {
    const calendar = calendarOf("month", zone, day);
    const first = calendar.periodOf(instant(from));
    return Array.from({ length: count }, (_, i) => formatInstant(calendar.start(first + i)).slice(0, 16));
  };
  expect(starts(31, "UTC", "2023-12-31T00:00:00Z", 4)).toEqual([
    "2023-12-31T00:00",
    "2024-01-31T00:00",
    "2024-02-29T00:00",
    "2024-03-31T00:00",
  ]);
  expect(starts(29, "America/New_York", "2025-02-15T00:00:00Z", 3)).toEqual([
    "2025-01-29T05:00",
    "2025-02-28T05:00",
    "2025-03-29T04:00",
  ]);
});

test("cycles tile time, and each begins where moment says", () => {
  for (const day of [2, 15, 28, 29, 30, 31]) {
    for (const zone of ["America/New_York", "Pacific/Apia", "America/Sao_Paulo"]) {
      const calendar = calendarOf("month", zone, day);
      for (let t = instant("2003-01-01T00:00:00Z"); t < instant("2020-01-01T00:00:00Z"); t += 7_654_321_000_000) {
        const period = calendar.periodOf(t);
        expect(calendar.start(period)).toBeLessThanOrEqual(t);
        expect(calendar.start(period + 1)).toBeGreaterThan(t);
      }
      for (let month = 0; month < 660; month++) {
        const [year, of] = [1970 + Math.floor(month / 12), month % 12];
        const last = new Date(Date.UTC(year, of + 1, 0)).getUTCDate();
        const theirs = moment.tz([year, of, Math.min(day, last)], zone).valueOf() * 1_000;
        expect(calendar.start(month)).toBe(theirs);
      }
    }
  }
});

test("local time is what moment's clocks show, through every change", () => {
  for (const zone of ["America/New_York", "Pacific/Apia", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"]) {
    const local = localTimeOf(zone);
    for (let t = instant("1965-01-01T00:00:00Z"); t < instant("2036-01-01T00:00:00Z"); t += 76_543_210_987) {
      const theirs = moment.tz(Math.floor(t / 1_000), zone);
      const [day, hour] = [Date.UTC(theirs.year(), theirs.month(), theirs.date()) / 86_400_000, theirs.hour()];
      if (dayOfLocal(local(t)) !== day || hourOfLocal(local(t)) !== hour) {
        expect(`${zone} ${formatInstant(t)} ${dayOfLocal(local(t))} ${hourOfLocal(local(t))}`).toBe(`${day} ${hour}`);
      }
    }
  }
});

test("zones are known by their exact names", () => {
  expect(isTimeZone("America/New_York")).toBe(true);
  expect(isTimeZone("america/new_york")).toBe(false);
  expect(isTimeZone("Mars/Olympus")).toBe(false);
  expect(nearestTimeZone("America/NewYork")).toBe("America/New_York");
});
