import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addToSpread,
  EXACT_SQUARE_MAX,
  fromPair,
  highLimb,
  lowLimb,
  plainSpreadNumerator,
  SPREAD_LENGTH,
  spreadNumerator,
  TO_LIMBS,
} from "./exact.ts";
import { LIMB } from "./limbs.ts";

const wide = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }),
  fc.constantFrom(
    Number.MAX_SAFE_INTEGER,
    -Number.MAX_SAFE_INTEGER,
    0,
    1,
    -1,
    LIMB,
    -LIMB,
    LIMB - 1,
    2 ** 52,
    -(2 ** 52),
  ),
);

test("a safe integer is its two limbs", () => {
  fc.assert(
    fc.property(wide, (value) => {
      expect(BigInt(highLimb(value)) * BigInt(LIMB) + BigInt(lowLimb(value))).toBe(BigInt(value));
      expect(lowLimb(value)).toBeGreaterThanOrEqual(0);
      expect(lowLimb(value)).toBeLessThan(LIMB);
    }),
  );
});

test("a sum in pairs is the nearest double to the exact sum", () => {
  fc.assert(
    fc.property(fc.array(wide, { maxLength: 40 }), (values) => {
      const high = values.reduce((total, value) => total + highLimb(value), 0);
      const low = values.reduce((total, value) => total + lowLimb(value), 0);
      const exact = values.reduce((total, value) => total + BigInt(value), 0n);
      expect(fromPair(high, low)).toBe(Number(exact));
    }),
  );
});

function exactNumerator(values: readonly bigint[]): number {
  const n = BigInt(values.length);
  const sum = values.reduce((total, value) => total + value, 0n);
  return Number(n * values.reduce((total, value) => total + value * value, 0n) - sum * sum);
}

test("the numerator of a variance is correctly rounded, however large the values", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(wide, wide), { minLength: 1, maxLength: 40 }), (pairs) => {
      const spread = new Float64Array(SPREAD_LENGTH);
      const rows = pairs.map(([left, right]) => BigInt(left) - BigInt(right));
      for (const row of rows) addToSpread(spread, Number(row >> 26n), Number(row & BigInt(LIMB - 1)));
      expect(spreadNumerator(rows.length, spread)).toBe(exactNumerator(rows));
    }),
    { numRuns: 500 },
  );
});

test("the plain numerator agrees while squares are exact doubles", () => {
  const small = fc.oneof(
    fc.integer({ min: -EXACT_SQUARE_MAX, max: EXACT_SQUARE_MAX }),
    fc.integer({ min: -20_000, max: 20_000 }),
    fc.constantFrom(EXACT_SQUARE_MAX, -EXACT_SQUARE_MAX),
  );
  fc.assert(
    fc.property(fc.array(small, { minLength: 1, maxLength: 40 }), (values) => {
      const sum = values.reduce((total, value) => total + value, 0);
      const [high, low] = values.reduce(
        ([highs, lows], value) => {
          const rounded = value * value + TO_LIMBS - TO_LIMBS;
          return [highs + rounded, lows + (value * value - rounded)];
        },
        [0, 0] as [number, number],
      );
      expect(plainSpreadNumerator(values.length, sum, high, low)).toBe(exactNumerator(values.map(BigInt)));
    }),
    { numRuns: 500 },
  );
});

test("values that differ in the last bit keep their spread", () => {
  const spread = new Float64Array(SPREAD_LENGTH);
  const near = [2 ** 53 - 1, 2 ** 53 - 2, 2 ** 53 - 3];
  for (const value of near) addToSpread(spread, highLimb(value), lowLimb(value));
  expect(spreadNumerator(3, spread)).toBe(6);
});

test("many terms of the largest size stay exact, with room for 2^22", () => {
  const spread = new Float64Array(SPREAD_LENGTH);
  const n = 2 ** 16;
  for (let i = 0; i < n; i++) addToSpread(spread, highLimb(2 ** 53 - 1 - (i % 2)), lowLimb(2 ** 53 - 1 - (i % 2)));
  for (let i = 0; i < SPREAD_LENGTH; i++) expect(Math.abs(spread[i]!)).toBeLessThan(2 ** 53 / 2 ** 6);
  expect(spreadNumerator(n, spread)).toBe(n * (n / 2) - (n / 2) ** 2);
});
