// The least-squares slope of a line through whole numbers: (n Σxy - Σx Σy) / (n Σx² - (Σx)²), where numerator and denominator
// are exact and each is rounded once. The sums outgrow 2^53 soon, for x counts seconds, so they meet in limbs (see limbs.ts).

import { addProduct, addTimes, carryLimbs, LIMB, roundLimbs } from "./limbs.ts";

const [XY, XX, X, Y] = [0, 6, 12, 16];
/** Doubles that a line of points needs: Σxy and Σx² in six limbs each, Σx and Σy in four. */
export const LINE_LENGTH = 20;

/** Adds a point: |x| below 2^35, y = high * 2^26 + low (0 <= low < 2^26, |high| < 2^30). At most 2^22 points. */
export function addToLine(line: Float64Array, x: number, high: number, low: number): void {
  addTimes(line, XY, high, low, x);
  const xHigh = Math.floor(x / LIMB);
  const xLow = x - xHigh * LIMB;
  addTimes(line, XX, xHigh, xLow, x);
  line[X]! += xLow;
  line[X + 1]! += xHigh;
  line[Y]! += low;
  line[Y + 1]! += high;
}

/** The slope of the n points of a line whose x are not all equal; the line is used up. */
export function lineSlope(n: number, line: Float64Array): number {
  carryLimbs(line, XY, 6);
  carryLimbs(line, XX, 6);
  carryLimbs(line, X, 4);
  carryLimbs(line, Y, 4);
  return difference(n, line, XY, Y) / difference(n, line, XX, X);
}

const plain = new Float64Array(LINE_LENGTH);

/**
 * The same from sums in doubles, all exact, with each x cut in two: x = a * 2^16 + b. The sums are those of x, y, a*y, b*y, a*a,
 * a*b and b*b.
 */
export function plainSlope(
  n: number,
  x: number,
  y: number,
  ay: number,
  by: number,
  aa: number,
  ab: number,
  bb: number,
): number {
  plain.fill(0);
  addShifted16(plain, XY, ay);
  addProduct(plain, XY, by, 1);
  addShifted32(plain, XX, aa);
  addShifted16(plain, XX, 2 * ab);
  addProduct(plain, XX, bb, 1);
  addProduct(plain, X, x, 1);
  addProduct(plain, Y, y, 1);
  return lineSlope(n, plain);
}

/** Adds value * 2^16; 2^26 is 2^16 times 2^10. */
function addShifted16(limbs: Float64Array, at: number, value: number): void {
  const high = Math.floor(value / 1024);
  limbs[at]! += (value - high * 1024) * 65_536;
  limbs[at + 1]! += high;
}

/** Adds value * 2^32; 2^52 is 2^32 times 2^20. */
function addShifted32(limbs: Float64Array, at: number, value: number): void {
  const high = Math.floor(value / 1_048_576);
  limbs[at + 1]! += (value - high * 1_048_576) * 64;
  limbs[at + 2]! += high;
}

const LENGTH = 9;
const result = new Float64Array(LENGTH + 1);

/** n * (six limbs at `product`) - Σx * (four limbs at `factor`), rounded once. */
function difference(n: number, line: Float64Array, product: number, factor: number): number {
  result.fill(0);
  for (let i = 0; i < 6; i++) result[i]! += n * line[product + i]!;
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 4; j++) addProduct(result, i + j, line[X + i]! * line[factor + j]!, -1);
  }
  return roundLimbs(result, LENGTH);
}
