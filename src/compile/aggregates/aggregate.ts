// What an aggregate answers for itself. Shared code asks these questions and never names a kind; see the room's README for
// how to add one.

import type { MissingKind } from "../../base/index.ts";
import { type AggregateParameters, type FieldType, type RowNode, typeOfRow } from "../../define/index.ts";
import type { State } from "../state/state.ts";

/**
 * "nothing" to read becomes "no history" or "empty window" at t; so does "too few", which a history can always have.
 */
export type Absence = "nothing" | "too few" | MissingKind;

/**
 * What it takes from a row: nothing (it reads events), a number, anything that can be told apart, one of a closed list
 * (category or boolean), or yes or no.
 */
export type Reads = "nothing" | "number" | "identity" | "class" | "yesOrNo";

export interface Aggregate {
  readonly name: string;
  readonly reads: Reads;
  /** Whole numbers it takes beside its rows, each from a least to a most. */
  readonly parameters?: { readonly [name: string]: readonly [least: number, most: number] };
  /** The states it needs, shared between aggregates over the same rows; of alternatives, all. */
  readonly states: readonly State[];
  /** Which of them it keeps over rows of one type; absent where it keeps all. */
  keeps?(type: FieldType | null): readonly State[];
  /** True where the answer is one of the rows' own values, so that a category may be told by name. */
  readonly picks: boolean;
  /** What holds of it, proven for each by `algebra.test.ts`; planners may lean on it. */
  readonly laws: Laws;
  /**
   * The finaliser: what the states amount to, in the order of `states`, as source. `units` is the number of stored units in
   * one major unit (10^scale); `t` names the instant asked about. One fixed sequence of IEEE operations (contract 5).
   */
  finalise(states: readonly string[], units: number, parameters: AggregateParameters): Finalised;
  /** Functions its finaliser calls, by name. */
  readonly calls?: { readonly [name: string]: (...operands: never[]) => unknown };
  /** In words, after its rows: `sum of statement.billed`. */
  sentence(rows: string, parameters: AggregateParameters): string;
}

export interface Laws {
  /** What no rows give. */
  readonly empty: 0 | "nothing";
  /** Summaries of neighbouring blocks of rows add up to the whole. */
  readonly merges: boolean;
  /** What was added can be taken away, oldest rows first. */
  readonly inverts: boolean;
  /** It matters in which order rows come, or when. */
  readonly ordered: boolean;
  /** About how many nanoseconds one row costs, beside others over the same rows. */
  readonly cost: number;
}

export interface Finalised {
  /** Tried in order; the first that holds makes the value missing. */
  readonly absent: readonly { readonly when: string; readonly kind: Absence }[];
  readonly value: string;
}

/** The states it keeps over one row expression. */
export function statesKept(aggregate: Aggregate, row: RowNode | null): readonly State[] {
  return aggregate.keeps?.(row && typeOfRow(row)) ?? aggregate.states;
}

/** `value / units`, left out where it changes nothing. */
export function inMajorUnits(value: string, units: number): string {
  return units === 1 ? value : `${value} / ${units}`;
}
