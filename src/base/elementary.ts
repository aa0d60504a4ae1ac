// exp, log and pow in plain IEEE double arithmetic, because the results of Math.exp and its kin change between versions of V8
// and these numbers enter bundles and records (contract 5). Not meant to be the fastest: only additions, multiplications,
// divisions and a table of powers of two, in one fixed order.
//
// The idea: carry the leading terms of a series as an unevaluated sum of two doubles and only the small remainder as one,
// so that the last rounding makes nearly all of the error (measured against 200 bits: below 0.52 units in the last place).
// Subnormal results of exp and pow are rounded twice and stay within 1.
// Error-free sums and products: Dekker 1971, Knuth TAOCP 2, 4.2.2. Argument reduction: Cody and Waite 1980.

/** An unevaluated sum, `high` being the nearest double to it. */
interface Pair {
  readonly high: number;
  readonly low: number;
}

function sumOf(a: number, b: number): Pair {
  const high = a + b;
  const rest = high - a;
  return { high, low: a - (high - rest) + (b - rest) };
}

const SPLITTER = 134_217_729; // 2^27 + 1 cuts a double into two halves of at most 26 bits

function productOf(a: number, b: number): Pair {
  const high = a * b;
  const scaledA = a * SPLITTER;
  const scaledB = b * SPLITTER;
  const headA = scaledA - (scaledA - a);
  const headB = scaledB - (scaledB - b);
  const tailA = a - headA;
  const tailB = b - headB;
  return { high, low: headA * headB - high + headA * tailB + tailA * headB + tailA * tailB };
}

function add(a: Pair, b: Pair): Pair {
  const sum = sumOf(a.high, b.high);
  return sumOf(sum.high, sum.low + (a.low + b.low));
}

function multiply(a: Pair, b: Pair): Pair {
  const product = productOf(a.high, b.high);
  return sumOf(product.high, product.low + (a.high * b.low + a.low * b.high));
}

function divide(a: Pair, b: Pair): Pair {
  const quotient = a.high / b.high;
  const back = productOf(quotient, b.high);
  const rest = a.high - back.high - back.low + (a.low - quotient * b.low);
  return sumOf(quotient, rest / b.high);
}

const ONE: Pair = { high: 1, low: 0 };

// ln 2 in three parts; the first has 33 bits, so that its product with any exponent is exact.
const LN2_FIRST = 0.6931471804855391;
const LN2_SECOND = 7.440617110012397e-11;
const LN2_THIRD = -1.3124698417785255e-27;

const LOWEST_EXPONENT = -1074;
const POWERS_OF_TWO = powersOfTwo();

function powersOfTwo(): Float64Array {
  const powers = new Float64Array(1023 - LOWEST_EXPONENT + 1);
  powers[0] = Number.MIN_VALUE;
  for (let i = 1; i < powers.length; i++) powers[i] = powers[i - 1]! * 2;
  return powers;
}

function powerOfTwo(exponent: number): number {
  return POWERS_OF_TWO[exponent - LOWEST_EXPONENT]!;
}

// `value` lies in [0.7, 1.5]; one rounding at most, and only where the result is subnormal.
function scale(value: number, exponent: number): number {
  if (exponent > 1022) return value * powerOfTwo(1022) * powerOfTwo(exponent - 1022);
  if (exponent < -1000) return value * powerOfTwo(exponent + 200) * powerOfTwo(-200);
  return value * powerOfTwo(exponent);
}

// 1/3!, 1/4!, … 1/16!: past that the terms are below 2^-70 for |r| ≤ ln(2)/2.
const EXP_COEFFICIENTS = inverseFactorials(3, 16);

function inverseFactorials(from: number, to: number): number[] {
  const inverses: number[] = [];
  let factorial = 1; // exact: 16! < 2^53
  for (let n = 1; n <= to; n++) {
    factorial *= n;
    if (n >= from) inverses.push(1 / factorial);
  }
  return inverses;
}

function horner(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) value = value * x + coefficients[i]!;
  return value;
}

/** The number e to the power `x`. */
export function exp(x: number): number {
  return expOf({ high: x, low: 0 });
}

function expOf(x: Pair): number {
  if (Number.isNaN(x.high)) return Number.NaN;
  if (x.high > 709.8) return Number.POSITIVE_INFINITY;
  if (x.high < -745.2) return 0;
  const exponent = Math.floor(x.high * Math.LOG2E + 0.5);
  const r = reduced(x, exponent);
  const halfSquare = multiply(r, { high: r.high * 0.5, low: r.low * 0.5 });
  const cube = r.high * r.high * r.high;
  const sum = add(add(ONE, r), add(halfSquare, { high: cube * horner(EXP_COEFFICIENTS, r.high), low: 0 }));
  return scale(sum.high, exponent);
}

// x - exponent · ln 2; the first subtraction is exact.
function reduced(x: Pair, exponent: number): Pair {
  const second = productOf(-exponent, LN2_SECOND);
  const rest = add(sumOf(x.high - exponent * LN2_FIRST, second.high), { high: x.low, low: second.low });
  return sumOf(rest.high, rest.low - exponent * LN2_THIRD);
}

const bits = new DataView(new ArrayBuffer(8));

// Positive finite `x` as mantissa · 2^exponent with the mantissa in [√½, √2].
function decompose(x: number): { mantissa: number; exponent: number } {
  const lift = x < powerOfTwo(-1022) ? 54 : 0;
  bits.setFloat64(0, x * powerOfTwo(lift));
  const word = bits.getUint32(0);
  const exponent = (word >>> 20) - 1023 - lift;
  bits.setUint32(0, (word & 0xfffff) | 0x3ff00000);
  const mantissa = bits.getFloat64(0);
  return mantissa > Math.SQRT2 ? { mantissa: mantissa / 2, exponent: exponent + 1 } : { mantissa, exponent };
}

const THIRD = divide(ONE, { high: 3, low: 0 });
const FIFTH = divide(ONE, { high: 5, low: 0 });
const LOG_COEFFICIENTS = [7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29].map((n) => 1 / n);

// log(1 + f) = 2 atanh(s) with s = f / (2 + f), |s| < 0.172: 2s (1 + z/3 + z²/5 + z³/7 + …), z = s².
function logOnePlus(f: Pair): Pair {
  const s = divide(f, add({ high: 2, low: 0 }, f));
  const z = multiply(s, s);
  const fromSeventh = { high: z.high * horner(LOG_COEFFICIENTS, z.high), low: 0 };
  const series = add(THIRD, multiply(z, add(FIFTH, fromSeventh)));
  const value = add(s, multiply(s, multiply(z, series)));
  return { high: value.high * 2, low: value.low * 2 };
}

// log of a positive finite sum of two doubles, to about 70 bits.
function logOf(x: Pair): Pair {
  const { mantissa, exponent } = decompose(x.high);
  const low = x.low === 0 ? 0 : x.low * powerOfTwo(-exponent); // below 2^-54 there is no low part
  const fraction = logOnePlus(sumOf(mantissa - 1, low));
  if (exponent === 0) return fraction;
  const second = productOf(exponent, LN2_SECOND);
  const whole = sumOf(exponent * LN2_FIRST, second.high);
  return add(sumOf(whole.high, whole.low + (second.low + exponent * LN2_THIRD)), fraction);
}

/** Natural logarithm; -Infinity of 0, NaN of a negative number. */
export function log(x: number): number {
  if (Number.isNaN(x) || x < 0) return Number.NaN;
  if (x === 0) return Number.NEGATIVE_INFINITY;
  return x === Number.POSITIVE_INFINITY ? x : logOf({ high: x, low: 0 }).high;
}

/** log(1 + x) without the loss of small `x`. */
export function log1p(x: number): number {
  if (Number.isNaN(x) || x < -1) return Number.NaN;
  if (x === -1) return Number.NEGATIVE_INFINITY;
  if (x === Number.POSITIVE_INFINITY || Math.abs(x) < powerOfTwo(-54)) return x;
  return logOf(sumOf(1, x)).high;
}

/** `base` to the power `exponent`, with the special cases of `Math.pow`. */
export function pow(base: number, exponent: number): number {
  if (exponent === 0) return 1;
  if (Number.isNaN(base) || Number.isNaN(exponent)) return Number.NaN;
  if (base < 0 && Number.isFinite(exponent) && !Number.isInteger(exponent) && Number.isFinite(base)) return Number.NaN;
  const negative = (base < 0 || Object.is(base, -0)) && isOdd(exponent);
  const magnitude = positivePow(Math.abs(base), exponent);
  return negative ? -magnitude : magnitude;
}

function isOdd(value: number): boolean {
  return Math.abs(value % 2) === 1;
}

function positivePow(base: number, exponent: number): number {
  if (base === 1) return Number.isFinite(exponent) ? 1 : Number.NaN;
  if (base === 0 || base === Number.POSITIVE_INFINITY || !Number.isFinite(exponent)) {
    return base > 1 === exponent > 0 ? Number.POSITIVE_INFINITY : 0;
  }
  const logarithm = logOf({ high: base, low: 0 });
  const estimate = exponent * logarithm.high;
  if (estimate > 710) return Number.POSITIVE_INFINITY;
  if (estimate < -746) return 0;
  const product = productOf(exponent, logarithm.high);
  return expOf(sumOf(product.high, product.low + exponent * logarithm.low));
}

/** Probability of log odds: 1 / (1 + e^-x), without overflow. */
export function logistic(logOdds: number): number {
  if (logOdds >= 0) return 1 / (1 + exp(-logOdds));
  const odds = exp(logOdds);
  return odds / (1 + odds);
}

/** Log odds of a probability; -Infinity of 0, Infinity of 1. */
export function logit(probability: number): number {
  return log(probability) - log1p(-probability);
}
