// Lengths of time in words and within bounds.

import { MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_SECOND } from "../../base/index.ts";

/** A hundred years: t less a window and a skip of this length is a safe integer, and so is t plus one until 2155. */
const MICROS_MAX = 36_525 * MICROS_PER_DAY;

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
