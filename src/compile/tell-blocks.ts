// Telling blocks: a layout compiled to the function that makes a block's numbers of its rows.

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
