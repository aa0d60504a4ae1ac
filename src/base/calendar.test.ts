import moment from "moment-timezone";
import { expect, test } from "vitest";
import { calendarOf, isTimeZone, nearestTimeZone, type PeriodUnit, timeZoneDataVersion } from "./calendar.ts";
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

test("zones are known by their exact names", () => {
  expect(isTimeZone("America/New_York")).toBe(true);
  expect(isTimeZone("america/new_york")).toBe(false);
  expect(isTimeZone("Mars/Olympus")).toBe(false);
  expect(nearestTimeZone("America/NewYork")).toBe("America/New_York");
});
