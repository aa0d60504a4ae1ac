// Seeded randomness: the same text gives the same draws on every machine and for ever. Not for keys, salts or arms that
// somebody could gain by guessing. The generator is sfc32 (Chris Doty-Humphrey, PractRand), whose three state words come
// from SHA-256 of the seed; a normal draw uses Marsaglia's polar method, which needs no trigonometry.

import { log } from "./elementary.ts";
import { sha256Bytes } from "./hash.ts";

export interface SeededRandom {
  /** Uniform on [0, 1), 53 bits. */
  next(): number;
  /** Uniform on 0 … below - 1, unbiased; `below` is a whole number from 1 to 2^32. */
  integer(below: number): number;
  /** A new array in random order (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[];
  /** Standard normal. */
  normal(): number;
}

const TWO_32 = 4_294_967_296;

/**
 * A generator for one purpose; name the purpose in the seed, so that no two streams are alike.
 *
 *     seededRandom("review/split/7").integer(10);
 */
export function seededRandom(seed: string): SeededRandom {
  const word = sfc32(sha256Bytes(new TextEncoder().encode(seed)));
  const next = (): number => ((word() >>> 6) * 134_217_728 + (word() >>> 5)) / 9_007_199_254_740_992;
  const integer = (below: number): number => integerBelow(word, below);
  return { next, integer, shuffle: (items) => shuffled(items, integer), normal: () => polarNormal(next) };
}

function sfc32(seed: Uint8Array): () => number {
  const view = new DataView(seed.buffer, seed.byteOffset);
  let [a, b, c, counter] = [view.getInt32(0), view.getInt32(4), view.getInt32(8), 1];
  const step = (): number => {
    const output = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + output) | 0;
    return output >>> 0;
  };
  for (let i = 0; i < 15; i++) step();
  return step;
}

function integerBelow(word: () => number, below: number): number {
  if (!Number.isInteger(below) || below < 1 || below > TWO_32) throw new RangeError(`no whole number below ${below}`);
  const fair = TWO_32 - (TWO_32 % below);
  let draw = word();
  while (draw >= fair) draw = word();
  return draw % below;
}

function shuffled<T>(items: readonly T[], integer: (below: number) => number): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = integer(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

function polarNormal(next: () => number): number {
  for (;;) {
    const x = 2 * next() - 1;
    const y = 2 * next() - 1;
    const radius = x * x + y * y;
    if (radius > 0 && radius < 1) return x * Math.sqrt((-2 * log(radius)) / radius);
  }
}
