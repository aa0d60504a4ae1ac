// Numbers as people read them: grouped, rounded to what matters, with a real minus sign and a thin space before a unit.

import type { Estimate } from "../../evaluate/index.ts";

const THIN = "\u202f";
const MINUS = "\u2212";
const DASH = "\u2013";

/** At most and at least so many decimals. */
export function decimals(value: number, places: number, least = places): string {
  const format = new Intl.NumberFormat("en", { minimumFractionDigits: least, maximumFractionDigits: places });
  return signed(format.format(value));
}

export function count(value: number): string {
  return decimals(value, 0);
}

/** `0.1234` as `12.3 %`. */
export function percent(share: number, places = 1): string {
  return `${decimals(share * 100, places)}${THIN}%`;
}

export function percentOrDash(share: number | null, places = 1): string {
  return share === null ? DASH : percent(share, places);
}

export function decimalsOrDash(value: number | null, places: number): string {
  return value === null ? DASH : decimals(value, places);
}

/** A threshold that somebody wrote, `0.14` as `14 %`: no more decimals than it has. */
export function threshold(share: number): string {
  return `${decimals(share * 100, 2, 0)}${THIN}%`;
}

/** `7.7–14.7 %`, or null where there are no limits. */
export function percentRange(low: number | null, high: number | null): string | null {
  const limits = range(low, high, (value) => decimals(value * 100, 1));
  return limits === null ? null : `${limits}${THIN}%`;
}

/** `TWD 30,000`; cents only where there are any. */
export function money(amount: number, currency: string): string {
  return `${currency}\u00a0${decimals(amount, 2, Number.isInteger(amount) ? 0 : 2)}`;
}

export function withUnit(number: string, unit: string): string {
  return `${number}${THIN}${unit}`;
}

/** `0.766–0.792`, or null where there are no limits. */
export function range(low: number | null, high: number | null, text: (value: number) => string): string | null {
  if (low === null || high === null) return null;
  // A dash beside a minus sign would be misread.
  return low < 0 ? `${text(low)} to ${text(high)}` : `${text(low)}${DASH}${text(high)}`;
}

export function estimateText(estimate: Estimate, places: number): string {
  return decimalsOrDash(estimate.value, places);
}

function signed(text: string): string {
  return text.replace("-", MINUS);
}
