// Texts of many rows as codes. A short text stands whole in the sixteen bytes that DuckDB hands over for it, so repeated
// ones are told apart without making a string of each row.

import type { DuckDBVector } from "@duckdb/node-api";
import { invariant } from "../base/index.ts";

export interface TextVector {
  /** Index in `texts`; NaN where a row has no value. */
  readonly codes: Float64Array;
  readonly texts: readonly string[];
}

/** Of the sixteen bytes of a text: four of length, then the text where it has at most this many bytes. */
const SHORT_BYTES = 12;

/** Codes in the order in which the texts come up. Open addressing over the four words of short texts; long ones go by a map. */
export class TextCoder implements TextVector {
  readonly codes: Float64Array;
  readonly texts: string[] = [];
  readonly #known = new Map<string, number>();
  #slots = new Int32Array(256).fill(-1);
  /** Four words a code. */
  #words = new Int32Array(1024);
  readonly #shortCodes: number[] = [];

  constructor(rows: number) {
    this.codes = new Float64Array(rows);
  }

  // Hot path.
  add(vector: DuckDBVector, from: number, count: number): void {
    const { words, valid } = bytesOf(vector, count);
    for (let i = 0; i < count; i++) {
      if (valid !== null && ((valid[i >> 3]! >> (i & 7)) & 1) === 0) this.codes[from + i] = Number.NaN;
      else if (words[i * 4]! <= SHORT_BYTES) this.codes[from + i] = this.#shortCode(words, i * 4, vector, i);
      else this.codes[from + i] = this.#codeOf(vector.getItem(i) as string);
    }
  }

  #shortCode(words: Int32Array, at: number, vector: DuckDBVector, row: number): number {
    const [a, b, c, d] = [words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!];
    const held = this.#words;
    const mask = this.#slots.length - 1;
    let slot = mixed(a, b, c, d) & mask;
    for (let short = this.#slots[slot]!; short !== -1; short = this.#slots[slot]!) {
      const word = short * 4;
      if (held[word] === a && held[word + 1] === b && held[word + 2] === c && held[word + 3] === d) {
        return this.#shortCodes[short]!;
      }
      slot = (slot + 1) & mask;
    }
    return this.#newShort(words.subarray(at, at + 4), slot, vector.getItem(row) as string);
  }

  #newShort(words: Int32Array, slot: number, text: string): number {
    const short = this.#shortCodes.push(this.#codeOf(text)) - 1;
    if (this.#words.length < (short + 1) * 4) {
      const larger = new Int32Array(this.#words.length * 2);
      larger.set(this.#words);
      this.#words = larger;
    }
    this.#words.set(words, short * 4);
    this.#slots[slot] = short;
    if (short * 2 > this.#slots.length) this.#rehash();
    return this.#shortCodes[short]!;
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const [mask, words] = [this.#slots.length - 1, this.#words];
    for (let short = 0; short < this.#shortCodes.length; short++) {
      const word = short * 4;
      let slot = mixed(words[word]!, words[word + 1]!, words[word + 2]!, words[word + 3]!) & mask;
      while (this.#slots[slot] !== -1) slot = (slot + 1) & mask;
      this.#slots[slot] = short;
    }
  }

  #codeOf(text: string): number {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const code = this.texts.push(text) - 1;
    this.#known.set(text, code);
    return code;
  }
}

/** The four words that stand for each text, and a bit a row that says whether there is one (null: there are all). */
function bytesOf(
  vector: DuckDBVector,
  count: number,
): { readonly words: Int32Array; readonly valid: Uint8Array | null } {
  const { dataView, validity } = vector as unknown as { dataView: DataView; validity: { data: BigUint64Array | null } };
  invariant(dataView !== undefined && validity !== undefined, "a text vector has data and validity");
  const bits = validity.data;
  return {
    words: new Int32Array(dataView.buffer, dataView.byteOffset, count * 4),
    valid: bits === null ? null : new Uint8Array(bits.buffer, bits.byteOffset, bits.byteLength),
  };
}

function mixed(a: number, b: number, c: number, d: number): number {
  let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35) ^ Math.imul(d, 0x27d4eb2f);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}

/** The rows of a text vector that hold one. */
export function* presentRows(vector: DuckDBVector, count: number): Generator<number> {
  const { valid } = bytesOf(vector, count);
  for (let row = 0; row < count; row++) {
    const bits = valid === null ? 0xff : valid[row >> 3]!;
    if (bits === 0) row |= 7;
    else if (((bits >> (row & 7)) & 1) === 1) yield row;
  }
}
