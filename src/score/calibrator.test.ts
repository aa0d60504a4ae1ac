import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Calibrator } from "./artefacts.ts";
import { loadCalibrator, uncalibrated } from "./index.ts";

const document = {
  format: "assay.calibrator",
  version: 1,
  method: "isotonic",
  margins: [-2, -1, 0, 2],
  probabilities: [0.05, 0.1, 0.1, 0.9],
  fittedOn: { rows: 100, dataset: "d", knownUntil: "2005-10-03T04:00:00.000000Z" },
};
function loaded(changed: object = {}): Calibrator {
  const calibrator = loadCalibrator({ ...document, ...changed });
  if (Array.isArray(calibrator)) throw new Error(JSON.stringify(calibrator));
  return calibrator;
}

describe("a calibrator", () => {
  test.each([
    [-9, 0.05],
    [-2, 0.05],
    [-1, 0.1],
    [-0.5, 0.1],
    [0, 0.1],
    [1, 0.5],
    [2, 0.9],
    [7, 0.9],
  ])("takes margin %d to %d", (margin, probability) => {
    expect(loaded().probability(margin)).toBeCloseTo(probability, 15);
  });
  test("of one point is flat", () => {
    expect(loaded({ margins: [0], probabilities: [0.3] }).probability(-4)).toBe(0.3);
  });
  test("never lowers a probability as the margin grows", () => {
    const points = fc.uniqueArray(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 2, maxLength: 9 });
    const chances = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 9, maxLength: 9 });
    const margin = fc.double({ min: -10, max: 10, noNaN: true });
    fc.assert(
      fc.property(points, chances, margin, margin, (xs, ys, a, b) => {
        const margins = [...new Set(xs.map((x) => x + 0))].sort((p, q) => p - q);
        const probabilities = ys.slice(0, margins.length).sort((p, q) => p - q);
        const { probability } = loaded({ margins, probabilities });
        expect(probability(Math.min(a, b))).toBeLessThanOrEqual(probability(Math.max(a, b)));
      }),
    );
  });
  test.each([
    ["margins out of order", { margins: [-2, -2, 0, 2] }, "CALIBRATOR"],
    ["falling probabilities", { probabilities: [0.05, 0.2, 0.1, 0.9] }, "CALIBRATOR"],
    ["lists of different length", { probabilities: [0.1] }, "CALIBRATOR"],
    ["no points", { margins: [], probabilities: [] }, "UNREADABLE"],
    ["a probability above one", { probabilities: [0, 0, 0, 2] }, "UNREADABLE"],
    ["another method", { method: "platt" }, "UNREADABLE"],
  ])("is refused with %s", (_, change, rule) => {
    const problems = loadCalibrator({ ...document, ...change });
    expect(Array.isArray(problems) && problems.map((problem) => problem.code)).toEqual([`ASSAY_SCORE_${rule}`]);
  });
});

test("without a calibrator the probability is the logistic of the margin", () => {
  expect(uncalibrated.probability(0)).toBe(0.5);
});
