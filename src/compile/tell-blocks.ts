// Telling blocks: a layout compiled to the function that makes a block's numbers of its rows, and rows in memory cut into
// blocks.

import { type BlockLayout, blockLayoutHash, slotKey } from "./block-layout.ts";
import { emitTelling } from "./emit-blocks.ts";
import { stateOfSlot } from "./emit-scan.ts";
import type { EventColumns } from "./history.ts";
import { largestIn } from "./largest-value.ts";
import { noColumn } from "./row-search.ts";
import { rowCalls } from "./rows/all.ts";

export interface BlockTeller {
  readonly hash: string;
  readonly event: string;
  /** Fields it reads. */
  readonly fields: readonly string[];
  /** How many numbers one block has. */
  readonly width: number;
  /** Among a block's numbers: those that, other than 0, say that the codes of its texts are not told. */
  readonly untold: readonly number[];
  /** Writes the numbers of rows [from, to), every one of which shows, to `out` from `place` on. */
  tell(columns: EventColumns, from: number, to: number, out: Float64Array, place: number): void;
}

export function compileTeller(layout: BlockLayout): BlockTeller {
  const { source, places, fields } = emitTelling(layout);
  const states = layout.slots.map((_, slot) => stateOfSlot(layout, slot));
  const calls = Object.assign({ largestIn, noColumn }, rowCalls, ...states.map((state) => state.calls ?? {})) as object;
  const head = ['"use strict";', `const { ${Object.keys(calls).join(", ")} } = calls;`];
  const make = new Function("calls", [...head, ...source].join("\n")) as (calls: object) => BlockTeller["tell"];
  const untold = states.flatMap((state, slot) =>
    state.summary!.untold === undefined ? [] : [places.slots.get(slotKey(layout, slot))!],
  );
  const about = { hash: blockLayoutHash(layout), event: layout.event, fields, width: places.width, untold };
  return { ...about, tell: make(calls) };
}

/** When every row of [from, to) shows (microseconds); infinite where one is revised or taken back. */
export function shownFrom({ knownAt, supersededAt, retracted }: EventColumns, from: number, to: number): number {
  let latest = Number.NEGATIVE_INFINITY;
  for (let row = from; row < to; row++) {
    if (supersededAt[row] !== Number.POSITIVE_INFINITY || retracted[row] !== 0) return Number.POSITIVE_INFINITY;
    if (knownAt[row]! > latest) latest = knownAt[row]!;
  }
  return latest;
}

/** Rows in memory, cut into blocks of `rowsEach`, the newest shorter; told by all the tellers given, but for that one. */
export function inBlocks(columns: EventColumns, tellers: readonly BlockTeller[], rowsEach: number): EventColumns {
  const { length, at } = columns;
  const count = Math.ceil(length / rowsEach);
  const bounds = new Float64Array(4 * count + 1);
  for (let block = 0; block < count; block++) {
    const [from, to] = [block * rowsEach, Math.min((block + 1) * rowsEach, length)];
    bounds.set([from, at[from]!, at[to - 1]!, shownFrom(columns, from, to)], 4 * block);
  }
  bounds[4 * count] = length;
  const numbers = new Map(tellers.map((teller) => [teller.hash, numbersOf(teller, columns, bounds, rowsEach)]));
  const told = (hash: string): Float64Array => numbers.get(hash) ?? NONE;
  return { ...columns, prefixVisible: false, blocks: { count, bounds, rows: columns, need: () => {}, told } };
}

/** Of the blocks that are full. */
function numbersOf({ width, tell }: BlockTeller, columns: EventColumns, bounds: Float64Array, rowsEach: number) {
  const numbers = new Float64Array(width * Math.floor(columns.length / rowsEach));
  for (let block = 0; block * width < numbers.length; block++) {
    if (bounds[4 * block + 3] === Number.POSITIVE_INFINITY) continue;
    tell(columns, bounds[4 * block]!, bounds[4 * block + 4]!, numbers, block * width);
  }
  return numbers;
}

const NONE = new Float64Array(0);
