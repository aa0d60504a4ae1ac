// What a fit takes from the values it sees. Sums are of whole numbers and exact, so no order of rows and no number of them
// changes a bit; the last step is one fixed sequence of IEEE operations.

import { addToSpread, EXACT_ROWS_MAX, LIMB, SPREAD_LENGTH } from "../base/index.ts";
import { compareBytes, type EncodedField } from "../compile/index.ts";
import type { TokenCoding } from "../define/index.ts";

/** A word that fewer people used says who they are, and no encoder learns it: a fit does not keep it. */
const ENTITIES_OF_WORD_MIN = 10;

/** Takes the values of one field, those that are there. */
export interface FieldFitter {
  /** What follows is of another entity. */
  entity(): void;
  number(value: number, high: number, low: number): void;
  word(word: string): void;
  fitted(): EncodedField;
}

const nothing = { entity: () => {}, number: () => {}, word: () => {} };

export function fieldFitter(coding: TokenCoding): FieldFitter {
  if (coding.kind === "scaled") return new Spread();
  if (coding.kind === "steps") return new Quantiles(coding.count);
  return coding.kind === "coded" ? new Words(coding.most) : { ...nothing, fitted: () => ({ kind: "number" }) };
}

/**
 * Mean `S / n` and deviation `sqrt((n * Q - S * S) / (n * n))` of n values with sum S and sum of squares Q: all whole numbers
 * without bound, each rounded once to a double before it is divided. Equal values have deviation 1, and so has nothing.
 */
class Spread implements FieldFitter {
  readonly #block = new Float64Array(SPREAD_LENGTH);
  #inBlock = 0;
  #rows = 0n;
  #sum = 0n;
  #squares = 0n;

  readonly entity = nothing.entity;
  readonly word = nothing.word;

  number(_value: number, high: number, low: number): void {
    addToSpread(this.#block, high, low);
    if (++this.#inBlock === EXACT_ROWS_MAX) this.#carry();
  }

  #carry(): void {
    const limb = BigInt(LIMB);
    const [a0, a1, a2, a3, a4, high, low] = Array.from(this.#block, BigInt) as [
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
    ];
    this.#squares += (((a4 * limb + a3) * limb + a2) * limb + a1) * limb + a0;
    this.#sum += high * limb + low;
    this.#rows += BigInt(this.#inBlock);
    this.#block.fill(0);
    this.#inBlock = 0;
  }

  fitted(): EncodedField {
    this.#carry();
    const [n, sum] = [this.#rows, this.#sum];
    if (n === 0n) return { kind: "scaled", mean: 0, deviation: 1, rows: 0 };
    const deviation = Math.sqrt(Number(n * this.#squares - sum * sum) / Number(n * n));
    return {
      kind: "scaled",
      mean: Number(sum) / Number(n),
      deviation: deviation === 0 ? 1 : deviation,
      rows: Number(n),
    };
  }
}

/** Holds every value, 8 bytes each; edges are values at nearest ranks `ceil(i * n / steps)`, each once. */
class Quantiles implements FieldFitter {
  readonly #steps: number;
  #values = new Float64Array(1024);
  #rows = 0;

  readonly entity = nothing.entity;
  readonly word = nothing.word;

  constructor(steps: number) {
    this.#steps = steps;
  }

  number(value: number): void {
    if (this.#rows === this.#values.length) {
      const grown = new Float64Array(this.#rows * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#rows++] = value;
  }

  fitted(): EncodedField {
    const sorted = this.#values.subarray(0, this.#rows).sort();
    const ranks = Array.from({ length: this.#steps - 1 }, (_, i) => Math.ceil(((i + 1) * this.#rows) / this.#steps));
    const edges = this.#rows === 0 ? [] : ranks.map((rank) => sorted[rank - 1]!);
    return { kind: "steps", edges: [...new Set(edges)], rows: this.#rows };
  }
}

interface Said {
  times: number;
  entities: number;
  /** The entity that said it last. */
  last: number;
}

/** Words that enough entities used, by how often they came; of words that came as often, by their bytes. */
class Words implements FieldFitter {
  readonly #most: number;
  readonly #said = new Map<string, Said>();
  #entity = 0;
  #rows = 0;

  readonly number = nothing.number;

  constructor(most: number) {
    this.#most = most;
  }

  entity(): void {
    this.#entity++;
  }

  word(word: string): void {
    this.#rows++;
    const said = this.#said.get(word) ?? { times: 0, entities: 0, last: -1 };
    if (said.times === 0) this.#said.set(word, said);
    said.times++;
    if (said.last === this.#entity) return;
    said.last = this.#entity;
    said.entities++;
  }

  fitted(): EncodedField {
    const words = [...this.#said]
      .filter(([, { entities }]) => entities >= ENTITIES_OF_WORD_MIN)
      .sort(([a, { times: many }], [b, { times: more }]) => more - many || compareBytes(a, b))
      .slice(0, this.#most)
      .map(([word]) => word);
    return { kind: "coded", words, rows: this.#rows };
  }
}
