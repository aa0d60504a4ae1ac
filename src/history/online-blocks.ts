// What is told of the blocks of an (entity, event type)'s closed chunks, version 1: a value beside the directory, written
// anew with it. A reader that has it finds all chunks here, adds most of them by their numbers, and unpacks few.
//
//   version (u8) · flags (u8) · 2 bytes · chunks (u32) · blocks (u32) · layouts told (u32) · first chained chunk (u32) · 4 bytes
//   per chunk: number (u32) · layout of its value (u32) · its first block (u32) · flags (u32)
//   per layout told: its number (u32) · numbers a block (u32) · block by block, its numbers (f64)
//   per block: its first row · first at · last at · when every row of it shows (f64 each); then how many rows there are (f64)
//
// Flag 1 of the value: some row is revised or taken back. Flag 1 of a chunk: its texts begin with all those of the chunk
// before, so that codes of that one mean the same here. Flag 2: it hands its texts on to what follows (see `Inherited`). From
// the first chained chunk on, each is chained to the one before. Layouts of blocks have numbers in the store, as those of
// values do.

import { AssayError } from "../base/index.ts";
import { problems } from "./errors.ts";
import type { Views } from "./online-column.ts";

const VERSION = 1;
const HEADER = 24;
const CHUNK = 16;
/** Doubles of one block's bounds: as `EventBlocks` has them. */
const BOUNDS = 4;
const REVISED = 1;
const CHAINED = 1;
const HANDS_ON = 2;

export interface ToldChunk {
  readonly chunk: number;
  readonly layoutId: number;
  readonly chained: boolean;
  readonly handsOn: boolean;
  readonly blocks: readonly ToldBlock[];
}

export interface ToldBlock {
  readonly rows: number;
  /** Microseconds. */
  readonly leastAt: number;
  readonly greatestAt: number;
  /** Microseconds; infinite where a row is revised or taken back. */
  readonly shownFrom: number;
}

export interface ToldNumbers {
  readonly layout: number;
  readonly width: number;
  /** `width` for each block. */
  readonly numbers: Float64Array;
}

export function writeToldBlocks(chunks: readonly ToldChunk[], told: readonly ToldNumbers[]): Buffer {
  const blocks = chunks.flatMap((chunk) => chunk.blocks);
  const numbers = told.reduce((sum, each) => sum + 8 + 8 * each.numbers.length, 0);
  const bytes = Buffer.alloc(HEADER + CHUNK * chunks.length + numbers + 8 * (BOUNDS * blocks.length + 1));
  bytes[0] = VERSION;
  bytes[1] = blocks.some(({ shownFrom }) => shownFrom === Number.POSITIVE_INFINITY) ? REVISED : 0;
  let at = 4;
  for (const number of [chunks.length, blocks.length, told.length, firstChained(chunks), 0]) {
    at = bytes.writeUInt32LE(number, at);
  }
  let block = 0;
  for (const { chunk, layoutId, chained, handsOn, blocks: own } of chunks) {
    const flags = (chained ? CHAINED : 0) | (handsOn ? HANDS_ON : 0);
    for (const number of [chunk, layoutId, block, flags]) at = bytes.writeUInt32LE(number, at);
    block += own.length;
  }
  for (const { layout, width, numbers: of } of told) {
    at = bytes.writeUInt32LE(width, bytes.writeUInt32LE(layout, at));
    for (const number of of) at = bytes.writeDoubleLE(number, at);
  }
  let row = 0;
  for (const { rows, leastAt, greatestAt, shownFrom } of blocks) {
    for (const bound of [row, leastAt, greatestAt, shownFrom]) at = bytes.writeDoubleLE(bound, at);
    row += rows;
  }
  bytes.writeDoubleLE(row, at);
  return bytes;
}

function firstChained(chunks: readonly ToldChunk[]): number {
  let first = chunks.length - 1;
  while (first > 0 && chunks[first]!.chained) first--;
  return first;
}

/** A value where it lies; it begins at byte `from` of `views`, a multiple of 8. Throws ASSAY_HISTORY_UNKNOWN_VERSION. */
export class ToldView {
  readonly chunks: number;
  readonly blocks: number;
  readonly firstChained: number;
  readonly revised: boolean;
  readonly doubles: Float64Array;
  readonly #layouts: number;
  readonly #words: Uint32Array;
  readonly #from: number;

  constructor(views: Views, from: number) {
    const version = views.bytes[from];
    if (version !== VERSION) {
      throw new AssayError(
        problems.UNKNOWN_VERSION("online store", { format: "told blocks", version: String(version) }),
      );
    }
    this.doubles = views.f64;
    this.#words = views.u32;
    this.#from = from >>> 2;
    this.revised = (views.bytes[from + 1]! & REVISED) !== 0;
    this.chunks = this.#words[this.#from + 1]!;
    this.blocks = this.#words[this.#from + 2]!;
    this.#layouts = this.#words[this.#from + 3]!;
    this.firstChained = this.#words[this.#from + 4]!;
  }

  #ofChunk(index: number, word: number): number {
    return this.#words[this.#from + (HEADER + CHUNK * index) / 4 + word]!;
  }

  chunk(index: number): number {
    return this.#ofChunk(index, 0);
  }

  layoutId(index: number): number {
    return this.#ofChunk(index, 1);
  }

  /** Also of the chunk behind the last. */
  firstBlock(index: number): number {
    return index === this.chunks ? this.blocks : this.#ofChunk(index, 2);
  }

  chained(index: number): boolean {
    return (this.#ofChunk(index, 3) & CHAINED) !== 0;
  }

  handsOn(index: number): boolean {
    return (this.#ofChunk(index, 3) & HANDS_ON) !== 0;
  }

  /** The chunk that a block is of. */
  chunkOf(block: number): number {
    let [low, high] = [0, this.chunks];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#ofChunk(middle, 2) <= block) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Where the numbers of a layout begin among the doubles; -1 where they are not told. */
  numbersAt(layout: number): number {
    let place = this.#firstLayout();
    for (let i = 0; i < this.#layouts; i++) {
      const width = this.#words[2 * place + 1]!;
      if (this.#words[2 * place] === layout) return place + 1;
      place += 1 + width * this.blocks;
    }
    return -1;
  }

  #firstLayout(): number {
    return (this.#from + (HEADER + CHUNK * this.chunks) / 4) >>> 1;
  }

  /** Where the bounds of the blocks begin among the doubles. */
  boundsAt(): number {
    let place = this.#firstLayout();
    for (let i = 0; i < this.#layouts; i++) place += 1 + this.#words[2 * place + 1]! * this.blocks;
    return place;
  }
}
