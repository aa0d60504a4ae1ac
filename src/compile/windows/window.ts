// What a window answers for itself: where its edges lie, or how many events it takes. Edges are data, so that a plan prints
// them; two windows that share their later edge share one walk over the rows, newest first, the shorter inside the longer.

import type { CalendarUnit, StreamNode, WindowNode } from "../../define/index.ts";

/** Periods of one calendar. */
export interface Periods {
  readonly unit: CalendarUnit;
  readonly zone: string;
  /** Of months: the day they begin on; absent for 1. */
  readonly day?: number;
}

/** An instant as a function of t. */
export type Edge =
  /** t + micros. */
  | { readonly kind: "offset"; readonly micros: number }
  /** Start of the period `back` before the one that holds t. */
  | ({ readonly kind: "period"; readonly back: number } & Periods)
  /** Start of the period `ahead` after the first that starts at or after t. */
  | ({ readonly kind: "periodAhead"; readonly ahead: number } & Periods)
  /** The beginning of time. */
  | { readonly kind: "always" };

/** Rows in `[low, high)`. */
export interface Span {
  readonly kind: "span";
  readonly low: Edge;
  readonly high: Edge;
}

/** The last `count` events of a stream before t, after leaving out the latest `skip`. */
export interface Last {
  readonly kind: "last";
  readonly count: number;
  readonly skip: number;
}

/** The rows before t that share a text with the latest row of another stream before t. */
export interface Match {
  readonly kind: "match";
  readonly parent: StreamNode;
  readonly parentField: string;
  readonly childField: string;
}

export type Extent = Span | Last | Match;

export interface WindowKind<N extends WindowNode = WindowNode> {
  readonly kind: N["kind"];
  /** Which way it looks from t: features look back, labels ahead. */
  readonly looks: "back" | "ahead";
  /** What is wrong with it, as a rule and a way out; null where nothing is. */
  mistake(window: N): { readonly rule: string; readonly wayOut: string } | null;
  extent(window: N): Extent;
  /** In words, after its aggregate: `over the last 90 days`. */
  sentence(window: N): string;
}

export const NOW: Edge = Object.freeze({ kind: "offset", micros: 0 });
