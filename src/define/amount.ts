// Literals, exact: a number is read as the decimal text it is written in and never goes through a rounding.

import { parseScaled } from "../base/index.ts";

/** A literal as a scaled integer; undefined where it is no decimal, needs more decimals than the scale, or passes 2^53. */
export function scaledInteger(literal: number | string, scale: number): number | undefined {
  return parseScaled(plainDecimal(String(literal)), scale);
}

/** `1e-7` is `0.0000001`: what JavaScript prints for small numbers, written out. */
function plainDecimal(text: string): string {
  const match = /^(-?)(\d)(?:\.(\d+))?e-(\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign, whole, fraction = "", exponent] = match;
  return `${sign}0.${"0".repeat(Number(exponent) - 1)}${whole}${fraction}`;
}
