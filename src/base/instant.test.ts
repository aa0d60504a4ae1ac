import fc from "fast-check";
import { expect, test } from "vitest";
import { fixedClock, formatInstant, instant, parseInstant } from "./index.ts";

test("reads an offset and up to six digits of a second", () => {
  expect(instant("2005-10-03T12:00+08:00")).toBe(1_128_312_000_000_000);
  expect(instant("2005-10-03T04:00:00.000001Z")).toBe(1_128_312_000_000_001);
  expect(instant("1970-01-01T00:00:00.1Z")).toBe(100_000);
  expect(instant("1969-12-31T23:59:59.5Z")).toBe(-500_000);
  expect(instant("2024-02-29T23:30:00-05:00")).toBe(instant("2024-03-01T04:30:00Z"));
});

test.each([
  "2005-10-03",
  "2005-10-03T12:00",
  "2005-10-03 12:00Z",
  "2005-02-31T00:00Z",
  "2005-02-29T23:00-05:00",
  "2005-10-03T24:00Z",
  "2005-10-03T12:60Z",
  "2005-13-03T12:00Z",
  "2005-10-03T12:00:00.1234567Z",
  "2005-10-03T12:00+25:00",
  "9999-12-31T00:00Z",
  " 2005-10-03T12:00Z",
  "",
])("refuses %j", (text) => {
  expect(parseInstant(text)).toBeUndefined();
  expect(() => instant(text)).toThrow(RangeError);
});

const instants = fc.integer({ min: instant("1700-01-01T00:00Z"), max: instant("2255-01-01T00:00Z") });

test("what is printed reads back as the same microsecond, and text sorts like time", () => {
  fc.assert(
    fc.property(instants, instants, (a, b) => {
      expect(parseInstant(formatInstant(a))).toBe(a);
      expect(formatInstant(a) < formatInstant(b)).toBe(a < b);
    }),
  );
  expect(formatInstant(-1)).toBe("1969-12-31T23:59:59.999999Z");
});

test("what programs write is read by a short road, to the instant that the calendar of the language finds", () => {
  const two = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, "0"));
  const parts = fc.tuple(fc.integer({ min: 1690, max: 2260 }), two(13), two(32), two(25), two(61), two(61));
  fc.assert(
    fc.property(parts, fc.option(fc.nat(999_999)), ([year, month, day, hour, minute, second], micros) => {
      const whole = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
      const fraction = micros === null ? "" : `.${String(micros).padStart(6, "0")}`;
      // The same instant in another form goes by the long road.
      expect(parseInstant(`${whole}${fraction}Z`)).toBe(parseInstant(`${whole}${fraction}+00:00`));
    }),
    { numRuns: 2_000 },
  );
  for (const text of ["2005-10-03T04:00:0 Z", "2005-10-03T04:00:00.00000 Z", "2005/10/03T04:00:00Z"])
    expect(parseInstant(text)).toBeUndefined();
});

test("a fixed clock stands still", () => {
  const clock = fixedClock(7);
  expect([clock.now(), clock.now()]).toEqual([7, 7]);
});
