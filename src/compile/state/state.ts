// What an aggregate keeps while the kernel walks the rows of a window, newest first, as generated source. A state says how
// its variables begin, what one row does to them and what they amount to; it knows nothing of windows or filters.
//
// Source comes in two modes. "plain" holds exact integers in doubles and is fast; afterwards the kernel asks each state for
// the condition under which that was exact, and where it fails walks again in "limbs", which is exact for any values.

import type { AggregateParameters } from "../../define/index.ts";

export type Mode = "plain" | "limbs";

/** The variables that hold one row's value; NaN never reaches a state. */
export interface RowSource {
  /** The value as the nearest double; exact whenever it is below 2^53. */
  readonly value: string;
  /** In limbs mode the exact value as high * 2^26 + low, 0 <= low < 2^26. */
  readonly high: string;
  readonly low: string;
  /** When the row happened, in microseconds; `t` names the instant asked about. */
  readonly at: string;
}

export interface State {
  readonly name: string;
  /** Set where its source depends on the aggregate's parameters: slots are then shared only where these are equal. */
  readonly takesParameters?: true;
  /** Statements outside the kernel's functions: storage made once. `x` is a prefix of the slot's own. */
  prelude?(x: string, mode: Mode): string;
  /** Statements before the first row. */
  begin(x: string, mode: Mode): string;
  /** Statements for one more, older row. */
  add(x: string, row: RowSource, mode: Mode, parameters: AggregateParameters): string;
  /** An expression of what was kept. */
  read(x: string, mode: Mode, parameters: AggregateParameters): string;
  /** Condition under which plain mode was exact, given the variables of the largest |value| and the number of rows. */
  exactWhile?(largest: string, rows: string): string;
  /** The same, over the state's own variables. */
  provenBy?(x: string): string;
  /** True where the row's value itself must be exact, not only the nearest double. */
  readonly tellsApart?: boolean;
  /** Condition from which on older rows change nothing. */
  settled?(x: string, parameters: AggregateParameters): string;
  /** Functions the source calls, by name. */
  readonly calls?: { readonly [name: string]: (...operands: never[]) => unknown };
  /** The state that takes its place where walks pass over blocks of rows; absent where it does so itself, or nothing does. */
  readonly inBlocks?: State;
  /** Set where rows next to each other can be told by a few numbers, and those added instead of the rows. */
  readonly summary?: Summary;
}

/** What a block of rows amounts to, as numbers. Made in plain mode, and only of rows of which that was proven exact. */
export interface Summary {
  /** How many numbers. */
  readonly width: number;
  /** Expressions of them. */
  of(x: string): readonly string[];
  /** A condition on its numbers: they do not tell the block, and its rows are to be added. Absent where they always do. */
  untold?(read: (place: number) => string): string;
  /** Statements that add a block older than all rows added before; `read` gives the source of each of its numbers. */
  merge(x: string, read: (place: number) => string, mode: Mode): string;
  /** Statements that take the oldest block away again, in plain mode; absent where that cannot be done. */
  takeAway?(x: string, read: (place: number) => string): string;
}
