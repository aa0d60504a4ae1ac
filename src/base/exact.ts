// Exact integer arithmetic in doubles, for sums that outgrow 2^53 (contract 5). A number is held in limbs of 26 bits, so
// that the product of two limbs fits a double with room to add. Nothing here allocates; the twin of all of it is BigInt.
//
// A pair (high, low) stands for high * 2^26 + low. Sums of pairs need no carry for 2^22 terms: both halves stay below
// 2^53, and `fromPair` rounds once, so its result is the double nearest to the exact integer.

import { addProduct, LIMB, roundMagnitude } from "./limbs.ts";

/** The most rows one exact sum may have: 2^22. */
export const EXACT_ROWS_MAX = 4_194_304;

/** High half of a safe integer: `value = highLimb(value) * LIMB + lowLimb(value)` with `0 <= lowLimb < LIMB`. */
export function highLimb(value: number): number {
  return Math.floor(value / LIMB);
}

export function lowLimb(value: number): number {
  return value - Math.floor(value / LIMB) * LIMB;
}

/** The double nearest to high * 2^26 + low (ties to even), for halves that are safe integers: one rounding, in the addition. */
export function fromPair(high: number, low: number): number {
  return high * LIMB + low;
}

const SQUARE_LIMBS = 5;
/** Doubles one spread needs: five limbs of the sum of squares, then the sum as a pair. */
export const SPREAD_LENGTH = SQUARE_LIMBS + 2;

/** Adds high * 2^26 + low (0 <= low < 2^26, |high| < 2^30) and its square to a spread of at most 2^22 terms. */
export function addToSpread(spread: Float64Array, high: number, low: number): void {
  spread[5]! += high;
  spread[6]! += low;
  const negative = high < 0;
  const borrow = negative && low > 0 ? 1 : 0;
  const a0 = borrow === 1 ? LIMB - low : low;
  const top = negative ? -high - borrow : high;
  const a2 = Math.floor(top / LIMB);
  const a1 = top - a2 * LIMB;
  addProduct(spread, 0, a0 * a0, 1);
  addProduct(spread, 1, a0 * a1, 2);
  addProduct(spread, 2, a1 * a1, 1);
  if (a2 === 0) return;
  addProduct(spread, 2, a0 * a2, 2);
  addProduct(spread, 3, a1 * a2, 2);
  spread[4]! += a2 * a2;
}

const DIGITS = 8;
const digits = new Float64Array(DIGITS);
const square = new Float64Array(DIGITS + 1);
const sumDigits = new Float64Array(4);

/** Adds a sum and a sum of squares in two exact parts, `high` a multiple of 2^26, as `plainSpreadNumerator` takes them. */
export function addSumsToSpread(spread: Float64Array, sum: number, high: number, low: number): void {
  addProduct(spread, 0, low, 1);
  addProduct(spread, 1, high / LIMB, 1);
  spread[5]! += Math.floor(sum / LIMB);
  spread[6]! += lowLimb(sum);
}

/** n * (sum of squares) - (sum)^2, correctly rounded: the numerator of a variance times n * (n - 1). n is at most 2^22. */
export function spreadNumerator(n: number, spread: Float64Array): number {
  digits.fill(0);
  let carry = 0;
  // The squares' limbs are put in order before they are multiplied: n times a raw limb could pass 2^53.
  for (let i = 0; i < DIGITS - 1; i++) {
    const limb = (i < SQUARE_LIMBS ? spread[i]! : 0) + carry;
    carry = Math.floor(limb / LIMB);
    digits[i] = n * (limb - carry * LIMB);
  }
  return lessSquare(spread[5]!, spread[6]!);
}

/** Squares of integers up to this magnitude are exact doubles. */
export const EXACT_SQUARE_MAX = 94_906_265;

/** Adding and taking away this rounds a double below 2^53 to a multiple of 2^26, with no call. */
export const TO_LIMBS = 1.5 * 2 ** 78;

/**
 * The same from a plain sum and a sum of squares in two parts, `high` a multiple of 2^26; all exact, the values at most
 * `EXACT_SQUARE_MAX` in magnitude.
 */
export function plainSpreadNumerator(n: number, sum: number, high: number, low: number): number {
  const scaled = n * (high + low);
  const squared = sum * sum;
  if (scaled < Number.MAX_SAFE_INTEGER && squared < Number.MAX_SAFE_INTEGER) return scaled - squared;
  digits.fill(0);
  const carry = Math.floor(low / LIMB);
  const middle = high / LIMB + carry;
  const top = Math.floor(middle / LIMB);
  digits[0] = n * (low - carry * LIMB);
  digits[1] = n * (middle - top * LIMB);
  digits[2] = n * top;
  return lessSquare(0, sum);
}

/** `digits` - (high * 2^26 + low)^2, rounded once. The difference is never negative: Cauchy and Schwarz. */
function lessSquare(high: number, low: number): number {
  setSumDigits(high, low);
  square.fill(0);
  for (let i = 0; i < 4; i++) {
    addProduct(square, 2 * i, sumDigits[i]! * sumDigits[i]!, 1);
    for (let j = i + 1; j < 4; j++) addProduct(square, i + j, sumDigits[i]! * sumDigits[j]!, 2);
  }
  let carry = 0;
  for (let i = 0; i < DIGITS; i++) {
    const limb = digits[i]! - square[i]! + carry;
    carry = Math.floor(limb / LIMB);
    digits[i] = limb - carry * LIMB;
  }
  return roundMagnitude(digits, DIGITS);
}

// |high * 2^26 + low| as four digits in [0, 2^26).
function setSumDigits(high: number, low: number): void {
  const lowCarry = Math.floor(low / LIMB);
  const total = high + lowCarry;
  const rest = low - lowCarry * LIMB;
  const negative = total < 0;
  const borrow = negative && rest > 0 ? 1 : 0;
  sumDigits[0] = borrow === 1 ? LIMB - rest : rest;
  let top = negative ? -total - borrow : total;
  for (let i = 1; i < 4; i++) {
    const next = Math.floor(top / LIMB);
    sumDigits[i] = top - next * LIMB;
    top = next;
  }
}
