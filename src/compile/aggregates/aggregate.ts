// What an aggregate answers for itself. Shared code asks these questions and never names a kind; see the room's README for
// how to add one.

import type { MissingKind } from "../../base/index.ts";
import type { State } from "../state/state.ts";

/** "nothing to read" becomes "no history" or "empty window" at t. */
export type Absence = "nothing" | MissingKind;

export interface Aggregate {
  readonly name: string;
  /** What it takes from a row: nothing (it reads events), a number, or anything that can be told apart. */
  readonly reads: "nothing" | "number" | "identity";
  /** The states it needs; the kernel shares them between aggregates over the same rows. */
  readonly states: readonly State[];
  /** True where the value is a whole number that no finaliser rounds. */
  readonly wholeNumber: boolean;
  /**
   * The finaliser: what the states amount to, in the order of `states`, as source. `units` is the number of stored units in
   * one major unit (10^scale); `t` names the instant asked about. One fixed sequence of IEEE operations (contract 5).
   */
  finalise(states: readonly string[], units: number): Finalised;
  /** In words, after its rows: `sum of statement.billed`. */
  sentence(rows: string): string;
}

export interface Finalised {
  /** Tried in order; the first that holds makes the value missing. */
  readonly absent: readonly { readonly when: string; readonly kind: Absence }[];
  readonly value: string;
}

/** `value / units`, left out where it changes nothing. */
export function inMajorUnits(value: string, units: number): string {
  return units === 1 ? value : `${value} / ${units}`;
}
