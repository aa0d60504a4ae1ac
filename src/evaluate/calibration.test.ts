import fc from "fast-check";
import { expect, test } from "vitest";
import { logistic, logit, seededRandom } from "../base/index.ts";
import { simulatedPortfolio } from "./fixtures/simulated-portfolio.ts";
import { calibrationLine, expectedOverObserved, reliability } from "./index.ts";

const { probabilities, labels } = simulatedPortfolio(500, "assay-evaluate-1");

test("the line and its limits agree with statsmodels", () => {
  const { slope, intercept } = calibrationLine(probabilities, labels);
  expect(slope.value).toBeCloseTo(0.431514667035328, 12);
  expect(slope.standardError).toBeCloseTo(0.08202241056552972, 12);
  expect(slope.low).toBeCloseTo(0.2707536964017321, 12);
  expect(intercept.value).toBeCloseTo(-0.7759838124578687, 12);
  expect(intercept.high).toBeCloseTo(-0.5297656823605663, 12);
});

test("a known distortion is found, and undoing it gives slope 1 and intercept 0", () => {
  const { slope, intercept } = calibrationLine(probabilities, labels);
  const mended = probabilities.map((p) => logistic(intercept.value! + slope.value! * logit(p)));
  const again = calibrationLine(mended, labels);
  expect(again.slope.value).toBeCloseTo(1, 9);
  expect(again.intercept.value).toBeCloseTo(0, 9);
});

test("the interval of the slope holds the truth about 95 times of 100", () => {
  let held = 0;
  for (let trial = 0; trial < 200; trial++) {
    const random = seededRandom(`slope/${trial}`);
    const truth = Array.from({ length: 250 }, () => logistic(random.normal() - 1));
    const { slope } = calibrationLine(
      truth,
      truth.map((p) => (random.next() < p ? 1 : 0)),
    );
    if (slope.low! <= 1 && 1 <= slope.high!) held++;
  }
  expect(held).toBeGreaterThanOrEqual(182);
  expect(held).toBeLessThanOrEqual(198);
});

test.each([
  ["one class", [0.1, 0.2], [0, 0]],
  ["one probability", [0.3, 0.3, 0.3], [0, 1, 0]],
  ["separated outcomes", [0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1]],
])("%s: no line, with a note", (_, p, y) => {
  const { slope, intercept } = calibrationLine(p, y);
  expect([slope.value, intercept.value, typeof slope.note]).toEqual([null, null, "string"]);
});

test("probabilities of 0 and 1 do not break the line, and it solves the likelihood equations", () => {
  const row = fc.tuple(fc.integer({ min: 0, max: 8 }), fc.constantFrom(0, 1));
  let lines = 0;
  fc.assert(
    fc.property(fc.array(row, { minLength: 12, maxLength: 60 }), (each) => {
      const [p, y] = [each.map(([eighths]) => eighths / 8), each.map(([, label]) => label)];
      const { slope, intercept } = calibrationLine(p, y);
      if (slope.value === null || intercept.value === null) return;
      lines++;
      const x = p.map((probability) => logit(Math.min(Math.max(probability, 1e-6), 1 - 1e-6)));
      const residuals = x.map((logOdds, i) => y[i]! - logistic(intercept.value! + slope.value! * logOdds));
      expect(Math.abs(residuals.reduce((sum, r) => sum + r, 0))).toBeLessThan(1e-8);
      expect(Math.abs(residuals.reduce((sum, r, i) => sum + r * x[i]!, 0))).toBeLessThan(1e-7);
    }),
  );
  expect(lines).toBeGreaterThan(50);
});

test("expected over observed: value by hand, limits by Debray's formula", () => {
  const estimate = expectedOverObserved([0.5, 0.5, 0.5, 0.5], [1, 0, 0, 0]);
  const spread = Math.exp(1.959963984540054 * Math.sqrt(0.75));
  expect(estimate.value).toBe(2);
  expect(estimate.low).toBeCloseTo(2 / spread, 12);
  expect(estimate.high).toBeCloseTo(2 * spread, 12);
  expect(expectedOverObserved(probabilities, labels).value).toBeCloseTo(1.271473747475345, 12);
  expect(expectedOverObserved([0.5], [0])).toMatchObject({ value: null, note: "no bad row was observed" });
});

test("reliability: ten rows in two bins, by hand", () => {
  const p = [0.1, 0.1, 0.2, 0.2, 0.2, 0.6, 0.6, 0.7, 0.7, 0.8];
  const table = reliability(p, [0, 0, 0, 1, 0, 1, 0, 1, 1, 1], 2);
  expect(table.map(({ from, to, n, bads, observed }) => ({ from, to, n, bads, observed }))).toEqual([
    { from: 0.1, to: 0.2, n: 5, bads: 1, observed: 0.2 },
    { from: 0.6, to: 0.8, n: 5, bads: 4, observed: 0.8 },
  ]);
  expect(table.map(({ predicted }) => predicted)).toEqual([expect.closeTo(0.16, 14), expect.closeTo(0.68, 14)]);
});

test("bins hold every row once, never part equal probabilities, and are even where nothing ties", () => {
  const row = fc.tuple(fc.integer({ min: 0, max: 12 }), fc.constantFrom(0, 1));
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (each, bins) => {
      const table = reliability(
        each.map(([twelfths]) => twelfths / 12),
        each.map(([, label]) => label),
        bins,
      );
      expect(table.reduce((sum, bin) => sum + bin.n, 0)).toBe(each.length);
      expect(table.length).toBeLessThanOrEqual(bins);
      for (const [i, bin] of table.entries()) {
        if (i > 0) expect(table[i - 1]!.to).toBeLessThan(bin.from);
        expect(bin.low <= bin.observed && bin.observed <= bin.high).toBe(true);
      }
    }),
  );
  const distinct = Array.from({ length: 103 }, (_, i) => i / 103);
  const sizes = reliability(
    distinct,
    distinct.map(() => 0),
    10,
  ).map((bin) => bin.n);
  expect([sizes.length, Math.min(...sizes), Math.max(...sizes)]).toEqual([10, 10, 11]);
});
