import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../base/index.ts";
import { countCells, decileEdges } from "./reference-cells.ts";
import {
  deviationOf,
  meanOf,
  mergeSketches,
  pointsOf,
  quantileOf,
  SketchBuilder,
  sketchOf,
  truncated,
} from "./value-sketch.ts";

const value = fc.oneof(fc.double({ noDefaultInfinity: true }), fc.integer({ min: -600, max: 600 }));

describe("a sketch", () => {
  it("is the same however its values are split, ordered and merged", () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 60 }), fc.nat(60), (values, at) => {
        const parts = [values.slice(at).reverse(), values.slice(0, at)].map((part) => sketchOf(part));
        expect(mergeSketches(parts)).toEqual(sketchOf(values));
      }),
    );
  });
  it("counts a long column as it counts a short one", () => {
    const random = seededRandom("evaluate/value-sketch");
    const column = Float64Array.from({ length: 25_000 }, (_, i) =>
      i % 7 === 0 ? Number.NaN : (random.next() - 0.3) * 1e6,
    );
    const builder = new SketchBuilder();
    for (const one of column) builder.add(one);
    expect(sketchOf(column)).toEqual(builder.sketch());
  });
  it("keeps whole numbers below 512, and any other within one part in 256", () => {
    for (let whole = -511; whole < 512; whole++) expect(truncated(whole)).toBe(whole);
    fc.assert(
      fc.property(fc.double({ noDefaultInfinity: true, noNaN: true, min: 1e-300 }), (one) => {
        expect(truncated(one)).toBeLessThanOrEqual(one);
        expect((one - truncated(one)) / one).toBeLessThan(1 / 256);
        expect(truncated(-one)).toBe(-truncated(one));
      }),
    );
  });
  it("refuses what is not finite, and leaves missing values to others", () => {
    expect(() => sketchOf([Number.POSITIVE_INFINITY])).toThrow(/finite/);
    expect(sketchOf([Number.NaN, -0])).toEqual({ n: 1, least: 0, most: 0, values: [0], counts: [1] });
  });
});

describe("points", () => {
  const points = pointsOf([3, 1, 1, 2, Number.NaN]);
  it("know their quantiles, mean and deviation", () => {
    expect(points).toEqual({ values: [1, 2, 3], counts: [2, 1, 1] });
    expect([quantileOf(points, 0.5), quantileOf(points, 0.51), quantileOf(points, 1)]).toEqual([1, 2, 3]);
    expect(meanOf(points)).toBe(1.75);
    expect(deviationOf(points)).toBeCloseTo(Math.sqrt(0.6875), 15);
    expect(quantileOf(pointsOf([]), 0.5)).toBeUndefined();
  });
  it("fall into ten cells of a tenth each, fewer beside a heap, one each where there are few values", () => {
    const spread = pointsOf(Array.from({ length: 1000 }, (_, i) => i));
    expect(countCells(decileEdges(spread), spread)).toEqual(Array(10).fill(100));
    const heap = pointsOf([...Array<number>(600).fill(0), ...Array.from({ length: 400 }, (_, i) => i + 1)]);
    expect(countCells(decileEdges(heap), heap)).toEqual([600, 100, 100, 100, 100]);
    expect(countCells(decileEdges(points), points)).toEqual([2, 1, 1]);
    expect(countCells([1, 2], pointsOf([0, 1.5, 9]))).toEqual([1, 1, 1]);
  });
});
