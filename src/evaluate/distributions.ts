// Tails and quantiles of the normal and chi-square distributions, from one function: the regularised upper incomplete gamma
// function at half-integers (Abramowitz and Stegun 6.5; series and continued fraction as in 6.5.29 and 6.5.31).

import { exp, invariant, log } from "../base/index.ts";

/** Two-sided 95 % point of the standard normal. */
export const Z95 = 1.959963984540054;

/** Probability that a standard normal lies at least |z| from 0, on either side. */
export function normalTwoSided(z: number): number {
  return chiSquareUpper(z * z, 1);
}

/** Probability that chi-square with `degrees` (whole, positive) exceeds `x`. */
export function chiSquareUpper(x: number, degrees: number): number {
  invariant(Number.isInteger(degrees) && degrees > 0, "degrees of freedom are a positive whole number");
  if (x <= 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  return x < degrees + 2 ? 1 - lowerSeries(degrees / 2, x / 2) : upperFraction(degrees / 2, x / 2);
}

/** The value that chi-square with `degrees` exceeds with probability `upper`, 0 < upper < 1; by bisection. */
export function chiSquarePoint(upper: number, degrees: number): number {
  invariant(upper > 0 && upper < 1, "a probability strictly between 0 and 1");
  let [low, high] = [0, degrees];
  while (chiSquareUpper(high, degrees) > upper) high *= 2;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return high;
    if (chiSquareUpper(middle, degrees) > upper) low = middle;
    else high = middle;
  }
}

// x^a e^-x / Γ(a)
function front(a: number, x: number): number {
  return exp(a * log(x) - x - logGamma(a));
}

// ln Γ(a) for a = ½, 1, 1½, …: Γ(a) = (a - 1) Γ(a - 1).
function logGamma(a: number): number {
  let sum = Number.isInteger(a) ? 0 : 0.5 * log(Math.PI);
  for (let factor = a - 1; factor > 0; factor--) sum += log(factor);
  return sum;
}

function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum * front(a, x);
}

// Lentz's evaluation of the continued fraction; converges for x > a + 1.
function upperFraction(a: number, x: number): number {
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let value = d;
  for (let i = 1; i < 10_000; i++) {
    const numerator = -i * (i - a);
    b += 2;
    d = 1 / nonZero(numerator * d + b, tiny);
    c = nonZero(b + numerator / c, tiny);
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return value * front(a, x);
}

function nonZero(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}
