import { expect, test } from "vitest";
import { decayWeight, FULL_WEIGHT } from "./decay.ts";
import { MICROS_PER_DAY } from "./instant.ts";

test("a weight halves with each half-life and ends at nothing", () => {
  const weights = [0, 30, 60, 90, 600, 630, 660].map((days) => decayWeight(days * MICROS_PER_DAY, 30 * MICROS_PER_DAY));
  // 2^20 / 2^21 is a half, which rounds up.
  expect(weights).toEqual([FULL_WEIGHT, 524_288, 262_144, 131_072, 1, 1, 0]);
});

test("what is yet to happen weighs as if it happened now", () => {
  expect(decayWeight(-1, MICROS_PER_DAY)).toBe(FULL_WEIGHT);
});

test("a weight never grows with age", () => {
  let before = FULL_WEIGHT;
  for (let age = 0; age < 40 * MICROS_PER_DAY; age += 7_654_321_000) {
    const weight = decayWeight(age, MICROS_PER_DAY);
    expect(weight).toBeLessThanOrEqual(before);
    expect(Number.isInteger(weight)).toBe(true);
    before = weight;
  }
});
