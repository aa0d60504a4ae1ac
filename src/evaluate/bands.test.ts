import fc from "fast-check";
import { expect, test } from "vitest";
import { cutoffsAtShares, gains, scoreBands, wilson } from "./index.ts";

const probabilities = [0.01, 0.05, 0.08, 0.1, 0.14, 0.15, 0.3, 0.9];
const labels = [0, 0, 1, 0, 0, 1, 0, 1];

test("bands at edges, by hand", () => {
  const bands = scoreBands(probabilities, labels, { edges: [0.08, 0.15, 0.2, 0.25] });
  expect(bands.map((band) => [band.from, band.to, band.n, band.bads, band.badRate])).toEqual([
    [null, 0.08, 2, 0, 0],
    [0.08, 0.15, 3, 1, 1 / 3],
    [0.15, 0.2, 1, 1, 1],
    [0.2, 0.25, 0, 0, null],
    [0.25, null, 2, 1, 0.5],
  ]);
  expect(bands.map((band) => [band.cumulativeN, band.cumulativeShare, band.cumulativeBads])).toEqual([
    [2, 0.25, 0],
    [5, 0.625, 1],
    [6, 0.75, 2],
    [6, 0.75, 2],
    [8, 1, 3],
  ]);
  expect(bands[1]!.cumulativeBadRate).toBe(0.2);
});

const row = fc.tuple(fc.integer({ min: 0, max: 20 }), fc.constantFrom(0, 1));

test("bands agree with counting by filter, and the last cumulates to everything", () => {
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1 }),
      fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { maxLength: 6 }),
      (each, cuts) => {
        const edges = cuts.map((cut) => cut / 20).sort((a, b) => a - b);
        const rows = each.map(([twentieths, label]) => ({ p: twentieths / 20, label }));
        const bands = scoreBands(
          rows.map(({ p }) => p),
          rows.map(({ label }) => label),
          { edges },
        );
        for (const band of bands) {
          const inside = rows.filter(
            ({ p }) => (band.from === null || p >= band.from) && (band.to === null || p < band.to),
          );
          expect([band.n, band.bads]).toEqual([inside.length, inside.filter(({ label }) => label === 1).length]);
        }
        const { cumulativeN, cumulativeShare } = bands.at(-1)!;
        expect([bands.length, cumulativeN, cumulativeShare]).toEqual([edges.length + 1, rows.length, 1]);
      },
    ),
  );
});

test("bands by count are about equal where nothing ties", () => {
  const p = Array.from({ length: 1_000 }, (_, i) => i / 1_000);
  const bands = scoreBands(
    p,
    p.map(() => 0),
    { count: 10 },
  );
  expect(bands.map((band) => band.n)).toEqual(Array.from({ length: 10 }, () => 100));
  expect(() =>
    scoreBands(
      p,
      p.map(() => 0),
      { edges: [0.2, 0.1] },
    ),
  ).toThrow("invariant");
});

test("gains from the riskiest down, by hand", () => {
  const table = gains(probabilities, labels, 4);
  expect(table.map(({ n, bads, lift, cumulativeBadShare }) => [n, bads, lift, cumulativeBadShare])).toEqual([
    [2, 1, 4 / 3, 1 / 3],
    [2, 1, 4 / 3, 2 / 3],
    [2, 1, 4 / 3, 1],
    [2, 0, 0, 1],
  ]);
  expect(table.at(-1)).toMatchObject({ cumulativeShare: 1, cumulativeLift: 1, from: 0.01 });
});

test("gains find every bad row by the end, and have no lift without one", () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1 }), fc.integer({ min: 1, max: 10 }), (each, bins) => {
      const table = gains(
        each.map(([score]) => score),
        each.map(([, label]) => label),
        bins,
      );
      const bads = each.filter(([, label]) => label === 1).length;
      expect(table.at(-1)!.cumulativeBadShare).toBe(bads === 0 ? null : 1);
      expect(table.reduce((sum, bin) => sum + bin.bads, 0)).toBe(bads);
    }),
  );
});

test("cut-offs approve about the shares asked for", () => {
  const p = Array.from({ length: 200 }, (_, i) => (199 - i) / 200);
  const cutoffs = cutoffsAtShares(p, [0.1, 0.5, 0.9]);
  expect(cutoffs.map((cutoff) => p.filter((x) => x < cutoff).length)).toEqual([20, 100, 180]);
  expect(cutoffsAtShares([0.3, 0.3, 0.3], [0.2, 0.8])).toEqual([0.3]);
});

test("Wilson's interval agrees with statsmodels and stays inside 0 to 1", () => {
  expect(wilson(3, 40)).toEqual({
    value: 0.075,
    low: expect.closeTo(0.025836025774588184, 14),
    high: expect.closeTo(0.1986423352431055, 14),
  });
  expect(wilson(0, 12)).toEqual({ value: 0, low: 0, high: expect.closeTo(0.24249400665524096, 14) });
  fc.assert(
    fc.property(fc.nat(50), fc.nat(50), (hits, misses) => {
      if (hits + misses === 0) return;
      const { value, low, high } = wilson(hits, hits + misses);
      expect(0 <= low && low <= value && value <= high && high <= 1).toBe(true);
      expect(wilson(misses, hits + misses).low).toBeCloseTo(1 - high, 14);
    }),
  );
});
