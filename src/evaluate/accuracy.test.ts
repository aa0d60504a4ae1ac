import fc from "fast-check";
import { expect, test } from "vitest";
import { simulatedPortfolio } from "./fixtures/simulated-portfolio.ts";
import { brier, logLoss } from "./index.ts";

const { probabilities, labels } = simulatedPortfolio(500, "assay-evaluate-1");

test("Brier score and its error agree with scikit-learn and NumPy", () => {
  const estimate = brier(probabilities, labels);
  expect(estimate.value).toBeCloseTo(0.18562608757696863, 14);
  expect(estimate.standardError).toBeCloseTo(0.01067939159468841, 14);
});

test("log loss agrees with scikit-learn", () => {
  expect(logLoss(probabilities, labels).value).toBeCloseTo(0.5677364597494496, 13);
});

test("by hand", () => {
  expect(brier([0.5, 0], [1, 0]).value).toBe(0.125);
  expect(brier([1, 0], [1, 0])).toMatchObject({ value: 0, low: 0, high: 0 });
  expect(logLoss([0.5, 0.5], [1, 0]).value).toBeCloseTo(Math.LN2, 15);
});

test("one sure mistake costs much but not everything", () => {
  expect(logLoss([0, 0.5], [1, 0]).value).toBeCloseTo((34.538776394910684 + Math.LN2) / 2, 12);
  expect(logLoss([1, 0.5], [0, 0]).value).toBeCloseTo((34.538776394910684 + Math.LN2) / 2, 1);
});

test("both losses mirror when outcomes and probabilities are turned round", () => {
  const row = fc.tuple(fc.integer({ min: 1, max: 63 }), fc.constantFrom(0, 1));
  fc.assert(
    fc.property(fc.array(row, { minLength: 2 }), (each) => {
      const [p, y] = [each.map(([sixtyFourths]) => sixtyFourths / 64), each.map(([, label]) => label)];
      const [turnedP, turnedY] = [p.map((x) => 1 - x), y.map((x) => 1 - x)];
      expect(brier(turnedP, turnedY).value).toBe(brier(p, y).value);
      expect(logLoss(turnedP, turnedY).value).toBeCloseTo(logLoss(p, y).value!, 13);
    }),
  );
});

test("no rows, one row, and what is no probability", () => {
  expect(brier([], [])).toMatchObject({ value: null, n: 0, note: "no rows" });
  expect(brier([0.5], [1])).toMatchObject({ value: 0.25, low: null, high: null });
  expect(() => brier([1.5], [1])).toThrow("invariant");
  expect(() => logLoss([Number.NaN], [1])).toThrow("invariant");
});
