import fc from "fast-check";
import { expect, test } from "vitest";
import { chiSquarePoint, chiSquareUpper, normalTwoSided, Z95 } from "./distributions.ts";

// From scipy.stats.chi2.sf.
test.each([
  [3.84, 1, 0.05004352124870519],
  [0.5, 1, 0.47950012218695337],
  [20, 9, 0.017912404529843298],
  [1e-3, 4, 0.9999998750416589],
  [200, 30, 4.9527335290032224e-27],
  [5, 7, 0.6599632296942824],
])("chi-square exceeds %d with %d degrees with SciPy's probability", (x, degrees, expected) => {
  expect(Math.abs(chiSquareUpper(x, degrees) / expected - 1)).toBeLessThan(1e-12);
});

test.each([
  [0.05, 1, 3.8414588206941285],
  [0.05, 9, 16.91897760462045],
  [0.01, 19, 36.19086912927005],
])("the upper %d point of chi-square with %d degrees is SciPy's", (upper, degrees, expected) => {
  expect(chiSquarePoint(upper, degrees)).toBeCloseTo(expected, 10);
});

test("the point undoes the probability", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 0.999, noNaN: true }),
      fc.integer({ min: 1, max: 60 }),
      (upper, degrees) => {
        return Math.abs(chiSquareUpper(chiSquarePoint(upper, degrees), degrees) / upper - 1) < 1e-9;
      },
    ),
  );
});

test("two degrees have a closed form", () => {
  for (const x of [0.1, 1, 3, 5, 10, 50]) expect(chiSquareUpper(x, 2) / Math.exp(-x / 2)).toBeCloseTo(1, 13);
});

test("Z95 leaves a twentieth outside", () => {
  expect(normalTwoSided(Z95)).toBeCloseTo(0.05, 14);
  expect([normalTwoSided(0), normalTwoSided(-Z95)]).toEqual([1, normalTwoSided(Z95)]);
});
