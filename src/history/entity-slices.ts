// One entity's history out of a bucket's columns: views, no copies. What `layOutHistory` makes of the same rows, bit for
// bit; a property test holds them equal.

import { EXACT_ROWS_MAX, invariant } from "../base/index.ts";
import type { EventColumns } from "../compile/index.ts";
import type { EntityColumns } from "./column-run.ts";

/** Hands out each entity's rows once: the codes of texts are made local to the entity in place. */
export class EntitySlices {
  readonly #columns: EntityColumns;
  readonly #coders: readonly (readonly [string, LocalCodes])[];

  constructor(columns: EntityColumns) {
    this.#columns = columns;
    this.#coders = Object.entries(columns.texts).map(([name, texts]) => [name, new LocalCodes(texts)]);
  }

  /** Rows of `entities[i]`. */
  at(i: number): EventColumns {
    const { starts, fields: all, ...columns } = this.#columns;
    const [from, to] = [starts[i]!, starts[i + 1]!];
    invariant(to - from <= EXACT_ROWS_MAX, `${to - from} rows of one type for ${columns.entities[i]}`);
    const knownAt = columns.knownAt.subarray(from, to);
    const supersededAt = columns.supersededAt.subarray(from, to);
    const retracted = columns.retracted.subarray(from, to);
    const fields: { [field: string]: Float64Array } = {};
    for (const name in all) fields[name] = all[name]!.subarray(from, to);
    const dictionaries: { [field: string]: readonly string[] } = {};
    for (const [name, coder] of this.#coders) dictionaries[name] = coder.localise(fields[name]!);
    return {
      length: to - from,
      at: columns.at.subarray(from, to),
      knownAt,
      supersededAt,
      retracted,
      prefixVisible: isPrefix(knownAt, supersededAt, retracted),
      fields,
      largest: undefined,
      dictionaries,
    };
  }
}

// Hot path. As in `layOutHistory`.
function isPrefix(knownAt: Float64Array, supersededAt: Float64Array, retracted: Uint8Array): boolean {
  let before = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < knownAt.length; row++) {
    const known = knownAt[row]!;
    if (known < before || supersededAt[row] !== Number.POSITIVE_INFINITY || retracted[row] !== 0) return false;
    before = known;
  }
  return true;
}

/** Codes in the order in which one entity's rows use them. */
class LocalCodes {
  readonly #texts: readonly string[];
  readonly #local: Int32Array;
  /** Which entity each local code was given for. */
  readonly #round: Int32Array;
  #rounds = 0;

  constructor(texts: readonly string[]) {
    this.#texts = texts;
    this.#local = new Int32Array(texts.length);
    this.#round = new Int32Array(texts.length);
  }

  /** Rewrites one entity's codes; gives its dictionary. */
  localise(codes: Float64Array): readonly string[] {
    const round = ++this.#rounds;
    const dictionary: string[] = [];
    for (let row = 0; row < codes.length; row++) {
      const code = codes[row]!;
      if (Number.isNaN(code)) continue;
      if (this.#round[code] !== round) {
        this.#round[code] = round;
        this.#local[code] = dictionary.push(this.#texts[code]!) - 1;
      }
      codes[row] = this.#local[code]!;
    }
    return dictionary;
  }
}
