// Rows in the order of their score, ties kept together. Everything that ranks is built on this one walk.

import { type Column, countBads } from "./columns.ts";

/** Row numbers by ascending score; rows of one score keep their order. */
export function ascendingOrder(scores: Column): Uint32Array {
  const order = Uint32Array.from({ length: scores.length }, (_, row) => row);
  return order.sort((a, b) => (scores[a]! < scores[b]! ? -1 : scores[a]! > scores[b]! ? 1 : a - b));
}

/** The distinct scores, ascending, with the good and bad rows at each. */
export interface Ladder {
  readonly rungs: readonly Rung[];
  readonly goods: number;
  readonly bads: number;
}

export interface Rung {
  readonly score: number;
  readonly goods: number;
  readonly bads: number;
  /** Positions in `ascendingOrder`, from inclusive, to exclusive. */
  readonly from: number;
  readonly to: number;
}

export function ladder(scores: Column, labels: Column, order: Uint32Array = ascendingOrder(scores)): Ladder {
  const bads = countBads(scores, labels);
  const rungs: Rung[] = [];
  for (let from = 0; from < order.length; from = rungs.at(-1)!.to) rungs.push(rungAt(from, scores, labels, order));
  return { rungs, bads, goods: labels.length - bads };
}

function rungAt(from: number, scores: Column, labels: Column, order: Uint32Array): Rung {
  const score = scores[order[from]!]!;
  let to = from;
  let bads = 0;
  while (to < order.length && scores[order[to]!] === score) bads += labels[order[to++]!]!;
  return { score, goods: to - from - bads, bads, from, to };
}
