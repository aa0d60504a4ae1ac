import { expect, test } from "vitest";
import { civilDay, dayOfMonth, formatDate, monthOfYear, parseDate, weekdayOfDay, yearOfDay } from "./civil-date.ts";

test("every day of four centuries, and of the years around 1 and 9999, is what Date says", () => {
  const spans = [
    [-160_000, 20_000],
    [parseDate("0001-01-01")!, parseDate("0005-01-01")!],
    [parseDate("9996-01-01")!, parseDate("9999-12-31")!],
  ] as const;
  for (const [from, until] of spans) {
    for (let day = from; day <= until; day++) {
      const date = new Date(day * 86_400_000);
      const theirs = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCDay() || 7].join();
      const ours = [yearOfDay(day), monthOfYear(day), dayOfMonth(day), weekdayOfDay(day)].join();
      if (ours !== theirs) expect(ours).toBe(theirs);
      const again = civilDay(yearOfDay(day), monthOfYear(day), dayOfMonth(day));
      if (again !== day) expect(again).toBe(day);
    }
  }
});

test("dates are read and written back; what is no day of the calendar is refused", () => {
  for (const text of ["1970-01-01", "2024-02-29", "1900-02-28", "0001-01-01", "9999-12-31"]) {
    expect(formatDate(parseDate(text)!)).toBe(text);
  }
  expect(parseDate("1970-01-02")).toBe(1);
  const wrong = [
    "2025-02-29",
    "1900-02-29",
    "2025-13-01",
    "2025-00-10",
    "2025-04-31",
    "2025-1-1",
    "0000-01-01",
    "2025-01-00",
  ];
  for (const text of [...wrong, "2025-01-01T00:00:00Z", ""]) expect([text, parseDate(text)]).toEqual([text, undefined]);
});
