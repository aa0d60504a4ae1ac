// Against scipy on seeded samples, and laws that no oracle is needed for.

import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import {
  chiSquareHomogeneity,
  evidentlyPsi,
  jensenShannon,
  ksDistance,
  normedWasserstein,
  wasserstein,
} from "./distances.ts";
import { adjustedForMany } from "./many-tests.ts";
import { pointsOf } from "./value-sketch.ts";

interface Case {
  readonly name: string;
  readonly reference: readonly number[];
  readonly current: readonly number[];
  readonly expected: readonly number[];
  readonly actual: readonly number[];
  readonly jensenShannon: number;
  readonly wasserstein: number;
  readonly deviation: number;
  readonly ks: number;
  readonly chi2: number;
  readonly chi2P: number;
}
const oracle = JSON.parse(readFileSync(new URL("fixtures/drift-oracle.json", import.meta.url), "utf8")) as {
  readonly cases: readonly Case[];
  readonly ps: readonly number[];
  readonly adjusted: readonly number[];
};

describe.each(oracle.cases)("as scipy has it: $name", (one) => {
  const [reference, current] = [pointsOf(one.reference), pointsOf(one.current)];
  test("distances", () => {
    expect(jensenShannon(one.expected, one.actual)).toBeCloseTo(one.jensenShannon, 12);
    expect(wasserstein(reference, current)).toBeCloseTo(one.wasserstein, 10);
    expect(normedWasserstein(reference, current)).toBeCloseTo(one.wasserstein / one.deviation, 10);
    expect(ksDistance(reference, current).value).toBeCloseTo(one.ks, 12);
  });
  test("chi-square of counts", () => {
    const { statistic, p } = chiSquareHomogeneity(one.expected, one.actual);
    expect(statistic).toBeCloseTo(one.chi2, 9);
    expect(p).toBeCloseTo(one.chi2P, 12);
  });
  test("nothing is 0 apart from itself", () => {
    expect(wasserstein(reference, reference)).toBe(0);
    expect(ksDistance(reference, reference)).toEqual({ value: 0, p: 1 });
    expect(evidentlyPsi(reference, reference)).toBe(0);
    expect(jensenShannon(one.expected, one.expected)).toBe(0);
  });
});

it("adjusts for many tests as scipy does", () => {
  for (const [i, p] of adjustedForMany(oracle.ps).entries()) expect(p).toBeCloseTo(oracle.adjusted[i]!, 13);
});

it("says what Evidently's convention says: equal-width cells over both sides, .0001 where one is empty", () => {
  // Sturges: 16 rows, 5 cells of width 1 over [0, 5]; counts 4,4,0,0,0 and 0,4,4,0,0 with 0 → .0001.
  const side = (values: readonly number[]) => pointsOf([...values, ...values, ...values, ...values]);
  const [p, q] = [0.5, 0.0001];
  const expected = (p - q) * Math.log(p / q) + (q - p) * Math.log(q / p);
  expect(evidentlyPsi(side([0, 5]), side([5, 2.5]))).toBeCloseTo(expected, 12);
});
