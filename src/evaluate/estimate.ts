// What every function here returns: a number never travels without its interval, its method and its size. Plain JSON, so
// that evidence can be stored and hashed; a number that does not exist is `null` with a note, never NaN.

import { Z95 } from "./distributions.ts";

export interface Estimate {
  readonly value: number | null;
  /** 95 % confidence limits. */
  readonly low: number | null;
  readonly high: number | null;
  readonly standardError: number | null;
  /** How value and limits were made, with the source. */
  readonly method: string;
  /** Rows that entered. */
  readonly n: number;
  /** Why a number is `null`, or what to know before reading it. */
  readonly note?: string;
}

/** The symmetric interval of a large sample, cut off at the bounds of the scale. */
export function wald(
  value: number,
  standardError: number,
  about: { readonly method: string; readonly n: number },
  bounds: { readonly least: number; readonly most: number } = { least: -Infinity, most: Infinity },
): Estimate {
  const low = Math.max(bounds.least, value - Z95 * standardError);
  const high = Math.min(bounds.most, value + Z95 * standardError);
  return { value, low, high, standardError, ...about };
}

/** A number that these rows cannot give. */
export function unknown(note: string, about: { readonly method: string; readonly n: number }): Estimate {
  return { value: null, low: null, high: null, standardError: null, ...about, note };
}

/** A number whose interval these rows cannot give. */
export function unbounded(
  value: number,
  note: string,
  about: { readonly method: string; readonly n: number },
): Estimate {
  return { value, low: null, high: null, standardError: null, ...about, note };
}
