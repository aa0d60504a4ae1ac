// All tokens that an entity can ever have, once, and which of them a row sees. Of flat tokens a row needs no more than where
// its tokens begin, where they end and which in between it does not see: news that came later, and what was revised by then.

import { firstFrom } from "./row-search.ts";
import type { Tokens } from "./sequence-encoder.ts";

/** Every revision of every event that is a token, by `at`, step and the total order; what is taken back is left out. */
export interface FlatTokens extends Omit<Tokens, "age"> {
  /** Microseconds. */
  readonly at: Float64Array;
  readonly knownAt: Float64Array;
  readonly supersededAt: Float64Array;
}

export interface TokensSeen {
  /** Of the oldest token seen. */
  readonly start: number;
  /** After the newest. */
  readonly end: number;
  /** Those between that are not seen, ascending. */
  readonly exceptions: readonly number[];
}

/** The last `count` tokens that show at `t`. */
export function tokensSeen(flat: FlatTokens, t: number, count: number): TokensSeen {
  const { knownAt, supersededAt } = flat;
  let [start, end, seen] = [0, 0, 0];
  let hidden: number[] = [];
  for (let i = firstFrom(flat.at, flat.length, t) - 1; i >= 0 && seen < count; i--) {
    if (knownAt[i]! > t || t >= supersededAt[i]!) {
      if (seen > 0) hidden.push(i);
      continue;
    }
    if (seen === 0) end = i + 1;
    start = i;
    seen++;
  }
  hidden = hidden.filter((place) => place >= start).reverse();
  return { start, end, exceptions: hidden };
}

/** How old what happened at `at` is at `t`, in whole ones of `unit` (microseconds); every operation is exact. */
export function ageOf(at: number, t: number, unit: number): number {
  const passed = t - at;
  return (passed - (passed % unit)) / unit;
}
