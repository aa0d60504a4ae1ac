// A length of time in the largest unit that leaves at least one of it.

import { MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_SECOND } from "../../../base/index.ts";
import { decimals, withUnit } from "../number-text.ts";

const UNITS = [
  { micros: MICROS_PER_DAY, unit: "d" },
  { micros: MICROS_PER_HOUR, unit: "h" },
  { micros: 60 * MICROS_PER_SECOND, unit: "min" },
  { micros: MICROS_PER_SECOND, unit: "s" },
] as const;

/** `2 d`, `7.5 h`, `0 s`. */
export function durationText(micros: number): string {
  const { micros: each, unit } = UNITS.find((candidate) => Math.abs(micros) >= candidate.micros) ?? UNITS[3];
  return withUnit(decimals(micros / each, 1, 0), unit);
}
