// Lengths of time in words and within bounds.

import { MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_SECOND } from "../../base/index.ts";

/** A thousand years: t plus or minus less than this is a safe integer. */
const MICROS_MAX = 365_243 * MICROS_PER_DAY;

const units = [
  ["day", MICROS_PER_DAY],
  ["hour", MICROS_PER_HOUR],
  ["second", MICROS_PER_SECOND],
  ["microsecond", 1],
] as const;

export function durationInWords(micros: number): string {
  for (const [unit, size] of units) if (micros % size === 0) return counted(micros / size, unit);
  return `${micros} microseconds`;
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

export function isWhole(value: number, from: number, upTo = MICROS_MAX): boolean {
  return Number.isSafeInteger(value) && value >= from && value <= upTo;
}
