import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Calibrator, loadCalibrator } from "../score/index.ts";
import { fitIsotonic } from "./index.ts";

interface Case {
  readonly name: string;
  readonly margins: number[];
  readonly labels: number[];
  readonly weights: number[] | null;
  readonly thresholds: number[];
  readonly levels: number[];
}
const fixture = JSON.parse(readFileSync(new URL("fixtures/isotonic-sklearn.json", import.meta.url), "utf8")) as {
  cases: Case[];
};
const about = {
  dataset: "d".repeat(64),
  knownUntil: "2005-11-01T00:00:00.000000Z",
  split: { seed: "s", part: "validation" as const },
};
const sample = fc
  .array(fc.record({ margin: fc.integer({ min: -40, max: 40 }), label: fc.constantFrom(0, 1) }), { minLength: 2 })
  .filter((rows) => rows.some((row) => row.label === 1) && rows.some((row) => row.label === 0));

function calibratorOf(document: unknown): Calibrator {
  const calibrator = loadCalibrator(document);
  if (Array.isArray(calibrator)) throw new Error(calibrator[0]?.rule);
  return calibrator;
}

describe("isotonic calibration", () => {
  test.each(fixture.cases)("agrees with scikit-learn: $name", ({ margins, labels, weights, thresholds, levels }) => {
    const document = fitIsotonic(margins, labels, about, weights ?? undefined);
    const least = 1 / ((weights ?? labels.map(() => 1)).reduce((sum, weight) => sum + weight, 0) + 2);
    expect(document.margins).toEqual(thresholds);
    for (const [i, level] of levels.entries()) {
      expect(document.probabilities[i]).toBeCloseTo(Math.min(Math.max(level, least), 1 - least), 13);
    }
  });

  test("says what it was fitted on", () => {
    const document = fitIsotonic([0, 1, 2], [0, 0, 1], about);
    expect(document.fittedOn).toEqual({ rows: 3, ...about });
    expect(document).toMatchObject({ format: "assay.calibrator", version: 1, method: "isotonic" });
  });

  test("does not depend on the order of rows", () => {
    fc.assert(
      fc.property(sample, (rows) => {
        const fitted = (of: typeof rows) =>
          fitIsotonic(
            of.map((row) => row.margin),
            of.map((row) => row.label),
            about,
          );
        expect(fitted(rows.toReversed())).toEqual(fitted(rows));
      }),
    );
  });

  test("loads, never falls, is never certain, and keeps the mean where nothing was certain", () => {
    fc.assert(
      fc.property(sample, (rows) => {
        const calibrator = calibratorOf(
          fitIsotonic(
            rows.map((row) => row.margin),
            rows.map((row) => row.label),
            about,
          ),
        );
        const probabilities = Array.from({ length: 100 }, (_, i) => calibrator.probability(i - 50));
        expect(probabilities.every((p) => p > 0 && p < 1)).toBe(true);
        expect(probabilities.every((p, i) => i === 0 || p >= probabilities[i - 1]!)).toBe(true);
        const mean = rows.reduce((sum, row) => sum + calibrator.probability(row.margin), 0) / rows.length;
        const observed = rows.reduce((sum, row) => sum + row.label, 0) / rows.length;
        expect(Math.abs(mean - observed)).toBeLessThanOrEqual(1 / (rows.length + 2) + 1e-12);
      }),
    );
  });

  test("refuses outcomes of one class", () => {
    expect(() => fitIsotonic([0, 1], [1, 1], about)).toThrow(/ASSAY_TRAINING_TOO_FEW_OUTCOMES/);
  });
});
