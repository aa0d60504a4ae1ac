// Columns such as a credit model reads, drawn from a seed: scores, amounts, counts, shares with a heap of zeros, flags. The last
// tenth of them moves between reference and current; of the amounts and shares a twentieth is missing (NaN).

import { exp, type SeededRandom, seededRandom } from "../src/base/index.ts";

export type Side = "reference" | "current";

type Draw = (random: SeededRandom, moved: boolean) => number;

const kinds: readonly Draw[] = [
  (random, moved) => random.normal() + (moved ? 0.6 : 0),
  (random, moved) => orMissing(random, Math.round(100 * exp(6 + random.normal() + (moved ? 0.6 : 0))) / 100),
  (random, moved) => Math.floor(3 * exponential(random) * (moved ? 1.8 : 1)),
  (random, moved) => orMissing(random, random.next() < (moved ? 0.1 : 0.33) ? 0 : random.next()),
  (random, moved) => (random.next() < (moved ? 0.6 : 0.3) ? 1 : 0),
];

function orMissing(random: SeededRandom, value: number): number {
  return random.next() < 0.05 ? Number.NaN : value;
}

/** Of mean 1: half the squares of two normal draws. */
function exponential(random: SeededRandom): number {
  const [x, y] = [random.normal(), random.normal()];
  return (x * x + y * y) / 2;
}

export function hasMoved(feature: number, features: number): boolean {
  return feature >= features - Math.ceil(features / 10);
}

export function columnOf(feature: number, rows: number, seed: string, moved: boolean): Float64Array {
  const random = seededRandom(`${seed}/drift/${feature}`);
  const draw = kinds[feature % kinds.length]!;
  return Float64Array.from({ length: rows }, () => draw(random, moved));
}
