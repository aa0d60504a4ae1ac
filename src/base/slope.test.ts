// The twin of all of it is BigInt; `Number` of a bigint is the nearest double, ties to even.

import fc from "fast-check";
import { expect, test } from "vitest";
import { addTimes, LIMB, roundLimbs } from "./limbs.ts";
import { addToLine, LINE_LENGTH, lineSlope, plainSlope } from "./slope.ts";

const value = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: -500, max: 500 }),
  fc.constantFrom(2 ** 53 - 1, 1 - 2 ** 53, LIMB, -LIMB, LIMB - 1, 0, 2 ** 52),
);
const seconds = fc.oneof(
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  fc.constantFrom(2 ** 35 - 1, 1 - 2 ** 35, 0, 1),
);
const halves = (whole: number) => ({ high: Math.floor(whole / LIMB), low: whole - Math.floor(whole / LIMB) * LIMB });

function slopeInBigInt(points: readonly (readonly [number, number])[]): number {
  const n = BigInt(points.length);
  const sum = (of: (x: bigint, y: bigint) => bigint) =>
    points.reduce((total, [x, y]) => total + of(BigInt(x), BigInt(y)), 0n);
  const [x, y] = [sum((a) => a), sum((_, b) => b)];
  return Number(n * sum((a, b) => a * b) - x * y) / Number(n * sum((a) => a * a) - x * x);
}

test("a line's slope is the quotient of the exact numerator and denominator, each rounded once", () => {
  const points = fc
    .array(fc.tuple(seconds, value), { minLength: 2, maxLength: 40 })
    .filter((list) => list.some(([x]) => x !== list[0]![0]));
  const property = fc.property(points, (list) => {
    const line = new Float64Array(LINE_LENGTH);
    for (const [x, y] of list) addToLine(line, x, halves(y).high, halves(y).low);
    expect(lineSlope(list.length, line)).toBe(slopeInBigInt(list));
  });
  fc.assert(property, { numRuns: 2_000 });
});

test("plain sums give the same slope where they are exact", () => {
  const point = fc.tuple(
    fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    fc.integer({ min: -(2 ** 28), max: 2 ** 28 }),
  );
  const points = fc
    .array(point, { minLength: 2, maxLength: 60 })
    .filter((list) => list.some(([x]) => x !== list[0]![0]));
  const property = fc.property(points, (list) => {
    const sums = [0, 0, 0, 0, 0, 0, 0];
    for (const [x, y] of list) {
      const a = Math.floor(x / 65_536);
      const b = x - a * 65_536;
      [x, y, a * y, b * y, a * a, a * b, b * b].forEach((part, i) => {
        sums[i]! += part;
      });
    }
    const [x, y, ay, by, aa, ab, bb] = sums as [number, number, number, number, number, number, number];
    expect(plainSlope(list.length, x, y, ay, by, aa, ab, bb)).toBe(slopeInBigInt(list));
  });
  fc.assert(property, { numRuns: 2_000 });
});

test("sums of products round once, whatever their size and sign", () => {
  const factor = fc.oneof(
    fc.integer({ min: -(2 ** 20), max: 2 ** 20 }),
    fc.constantFrom(2 ** 52 - 1, 1 - 2 ** 52, 2 ** 26),
  );
  const property = fc.property(fc.array(fc.tuple(value, factor), { maxLength: 40 }), (list) => {
    const limbs = new Float64Array(6);
    for (const [whole, times] of list) addTimes(limbs, 0, halves(whole).high, halves(whole).low, times);
    const exact = list.reduce((sum, [whole, times]) => sum + BigInt(whole) * BigInt(times), 0n);
    expect(roundLimbs(limbs, 6) + 0).toBe(Number(exact));
  });
  fc.assert(property, { numRuns: 2_000 });
});
