import { describe, expect, it } from "vitest";
import { notWorse, pairedBrierGain } from "./not-worse.ts";
import { sameShareP } from "./proportion.ts";

describe("not worse", () => {
  it.each([
    [{ low: -0.004, high: 0.01 }, "pass"],
    [{ low: -0.006, high: 0.01 }, "inconclusive"],
    [{ low: -0.02, high: -0.006 }, "fail"],
    [{ low: null, high: null }, "inconclusive"],
  ] as const)("%o by a margin of .005: %s", (difference, verdict) => {
    expect(notWorse(difference, 0.005)).toBe(verdict);
  });
});

it("gains by squared error on the same rows", () => {
  const gain = pairedBrierGain([0.1, 0.9, 0.2], [0.2, 0.8, 0.2], [0, 1, 0]);
  expect(gain.value).toBeCloseTo(0.02, 15);
  expect(gain.standardError).toBeCloseTo(0.01, 15);
  expect(pairedBrierGain([0.5], [0.5], [1])).toMatchObject({ value: 0, low: null });
  expect(pairedBrierGain([], [], [])).toMatchObject({ value: null });
});

it("tests two shares for being one", () => {
  expect(sameShareP({ hits: 5, n: 10 }, { hits: 50, n: 100 })).toBe(1);
  // statsmodels proportions_ztest([15, 30], [100, 100]): z = -2.5400
  expect(sameShareP({ hits: 15, n: 100 }, { hits: 30, n: 100 })).toBeCloseTo(0.0110855, 6);
  expect(sameShareP({ hits: 0, n: 3 }, { hits: 0, n: 9 })).toBe(1);
});
