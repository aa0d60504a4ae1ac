// Whole numbers of any size as limbs of 26 bits in a Float64Array, least first: the floor under exact sums (see exact.ts).
// While sums grow a limb may hold more than 26 bits, and be negative; `carryLimbs` puts them in order, with the sign in the
// last one. Nothing here allocates.

/** One limb: 2^26. A product of two limbs is an exact double, with room to add. */
export const LIMB = 67_108_864;

/** Adds times * product, |product| below 2^53, at a limb and its neighbour. */
export function addProduct(limbs: Float64Array, at: number, product: number, times: number): void {
  const high = Math.floor(product / LIMB);
  limbs[at]! += times * (product - high * LIMB);
  limbs[at + 1]! += times * high;
}

/** Adds factor * (high * 2^26 + low), for 0 <= low < 2^26, |high| < 2^40 and a whole |factor| < 2^52, at five limbs. */
export function addTimes(limbs: Float64Array, at: number, high: number, low: number, factor: number): void {
  const negative = high < 0;
  const borrow = negative && low > 0 ? 1 : 0;
  const a0 = borrow === 1 ? LIMB - low : low;
  const top = negative ? -high - borrow : high;
  const a2 = Math.floor(top / LIMB);
  const a1 = top - a2 * LIMB;
  const size = Math.abs(factor);
  const f1 = Math.floor(size / LIMB);
  const f0 = size - f1 * LIMB;
  const sign = negative === factor < 0 ? 1 : -1;
  addProduct(limbs, at, a0 * f0, sign);
  addProduct(limbs, at + 1, a1 * f0, sign);
  if (f1 !== 0) {
    addProduct(limbs, at + 1, a0 * f1, sign);
    addProduct(limbs, at + 2, a1 * f1, sign);
  }
  if (a2 === 0) return;
  addProduct(limbs, at + 2, a2 * f0, sign);
  addProduct(limbs, at + 3, a2 * f1, sign);
}

/** Brings `length` limbs into [0, 2^26), all but the last, which keeps the sign. */
export function carryLimbs(limbs: Float64Array, at: number, length: number): void {
  let carry = 0;
  for (let i = at; i < at + length - 1; i++) {
    const limb = limbs[i]! + carry;
    carry = Math.floor(limb / LIMB);
    limbs[i] = limb - carry * LIMB;
  }
  limbs[at + length - 1]! += carry;
}

/** The first `length` limbs as the nearest double, ties to even; their order may be lost. */
export function roundLimbs(limbs: Float64Array, length: number): number {
  carryLimbs(limbs, 0, length);
  if (limbs[length - 1]! >= 0) return roundMagnitude(limbs, length);
  for (let i = 0; i < length; i++) limbs[i] = -limbs[i]!;
  carryLimbs(limbs, 0, length);
  return -roundMagnitude(limbs, length);
}

/**
 * Limbs in [0, 2^26) as the nearest double. Four of them hold 79 to 104 bits; what lies below can only break a tie, so it
 * becomes one bit.
 */
export function roundMagnitude(limbs: Float64Array, length: number): number {
  let top = length - 1;
  while (top > 0 && limbs[top] === 0) top--;
  const high = limbs[top]! * LIMB + limbAt(limbs, top - 1);
  let low = limbAt(limbs, top - 2) * LIMB + limbAt(limbs, top - 3);
  for (let i = 0; i < top - 3; i++) if (limbs[i] !== 0 && low % 2 === 0) low += 1;
  return (high * LIMB * LIMB + low) * 2 ** (26 * (top - 3));
}

function limbAt(limbs: Float64Array, index: number): number {
  return index < 0 ? 0 : limbs[index]!;
}
