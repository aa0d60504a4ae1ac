// Blocks: stretches of rows that follow each other, of which a few numbers are told beforehand. A walk that meets a block
// wholly inside its window adds the numbers and reads none of the rows. Whoever holds the rows may leave them packed until
// they are needed.

import type { EventColumns } from "./history.ts";
import { isKnown } from "./layout.ts";

/** All rows of one event type, from the oldest, in blocks of one row and more. */
export interface EventBlocks {
  readonly count: number;
  /**
   * Four numbers a block: its first row; the instants of its first and its last row (microseconds); and when every row of it
   * shows (microseconds), infinite where one is revised or taken back. Behind the last block: how many rows there are.
   */
  readonly bounds: Float64Array;
  /** The rows, which may be read once their block was needed. */
  readonly rows: EventColumns;
  need(block: number): void;
  /** Numbers by a layout (`BlockLayout`, by its hash), block by block from the oldest; of the newest blocks there may be none. */
  told(layout: string): Float64Array;
}

/** The block that holds a row; -1 of row -1. */
export function blockOf({ bounds, count }: EventBlocks, row: number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (bounds[4 * middle]! <= row) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** As `firstFrom` over the instants of all rows, reading those of one block at most. */
export function firstInBlocks(blocks: EventBlocks, end: number, instant: number): number {
  const { bounds, count } = blocks;
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (bounds[4 * middle + 2]! < instant) low = middle + 1;
    else high = middle;
  }
  let row = bounds[4 * low]!;
  if (low === count || bounds[4 * low + 1]! >= instant) return Math.min(end, row);
  blocks.need(low);
  const { at } = blocks.rows;
  let above = bounds[4 * low + 4]!;
  while (row < above) {
    const middle = (row + above) >>> 1;
    if (at[middle]! < instant) row = middle + 1;
    else above = middle;
  }
  return Math.min(end, row);
}

/** Whether one of the first `end` rows shows. */
export function anyInBlocks(blocks: EventBlocks, end: number, known: number): boolean {
  const { bounds } = blocks;
  for (let block = blockOf(blocks, end - 1); block >= 0; block--) {
    if (bounds[4 * block + 3]! <= known) return true;
    blocks.need(block);
    for (let row = Math.min(end, bounds[4 * block + 4]!) - 1; row >= bounds[4 * block]!; row--) {
      if (isKnown(blocks.rows, row, known)) return true;
    }
  }
  return false;
}
