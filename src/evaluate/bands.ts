// The tables that a credit officer reads: score bands from the best down, and gains from the riskiest down.

import { invariant } from "../base/index.ts";
import { equalBins } from "./bins.ts";
import { type Column, countBadsOf } from "./columns.ts";
import { wilson } from "./proportion.ts";

export interface ScoreBand {
  /** Probabilities from inclusive to exclusive; `null` is open. */
  readonly from: number | null;
  readonly to: number | null;
  readonly n: number;
  /** Of all rows. */
  readonly share: number;
  readonly bads: number;
  /** `null` in a band without rows; limits are Wilson's, 95 %. */
  readonly badRate: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** If this band and all better ones are approved: rows, their share of all rows, and their bad rate. */
  readonly cumulativeN: number;
  readonly cumulativeShare: number;
  readonly cumulativeBads: number;
  readonly cumulativeBadRate: number | null;
  readonly cumulativeLow: number | null;
  readonly cumulativeHigh: number | null;
}

/**
 * Volume and bad rate by band of probability, best band first. Bands are cut at `edges` (ascending), or so that about
 * `count` bands hold equal numbers.
 *
 *     scoreBands(probabilities, labels, { edges: [0.08, 0.15, 0.2] });
 */
export function scoreBands(
  probabilities: Column,
  labels: Column,
  cut: { readonly edges: readonly number[] } | { readonly count: number },
): ScoreBand[] {
  countBadsOf(probabilities, labels);
  const edges =
    "edges" in cut
      ? cut.edges
      : equalBins(probabilities, labels, cut.count)
          .slice(1)
          .map((bin) => bin.from);
  invariant(
    edges.every((edge, i) => i === 0 || edges[i - 1]! < edge),
    "edges ascend strictly",
  );
  let [cumulativeN, cumulativeBads] = [0, 0];
  return countedAt(edges, probabilities, labels).map(({ n, bads }, i) => {
    cumulativeN += n;
    cumulativeBads += bads;
    const own = rateOf(bads, n);
    const cumulative = rateOf(cumulativeBads, cumulativeN);
    return {
      from: i === 0 ? null : edges[i - 1]!,
      to: edges[i] ?? null,
      n,
      share: n / labels.length,
      bads,
      badRate: own.value,
      low: own.low,
      high: own.high,
      cumulativeN,
      cumulativeShare: cumulativeN / labels.length,
      cumulativeBads,
      cumulativeBadRate: cumulative.value,
      cumulativeLow: cumulative.low,
      cumulativeHigh: cumulative.high,
    };
  });
}

function rateOf(bads: number, n: number): { value: number | null; low: number | null; high: number | null } {
  return n === 0 ? { value: null, low: null, high: null } : wilson(bads, n);
}

function countedAt(edges: readonly number[], probabilities: Column, labels: Column): { n: number; bads: number }[] {
  const counts = Array.from({ length: edges.length + 1 }, () => ({ n: 0, bads: 0 }));
  for (let row = 0; row < labels.length; row++) {
    const count = counts[bandOf(probabilities[row]!, edges)]!;
    count.n += 1;
    count.bads += labels[row]!;
  }
  return counts;
}

// How many edges lie at or below the probability.
function bandOf(probability: number, edges: readonly number[]): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (edges[middle]! <= probability) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface GainsRow {
  /** Least and greatest score in the bin. */
  readonly from: number;
  readonly to: number;
  readonly n: number;
  readonly bads: number;
  /** Share of bads, with Wilson's 95 % limits. */
  readonly badRate: number;
  readonly low: number;
  readonly high: number;
  /** Bad rate over that of all rows. */
  readonly lift: number | null;
  /** From the riskiest down to here: share of rows, share of all bads found, and the lift. */
  readonly cumulativeShare: number;
  readonly cumulativeBadShare: number | null;
  readonly cumulativeLift: number | null;
}

/** Gains from the riskiest bin down, in bins of about equal count; rows of one score share a bin. Lifts are `null` without bads. */
export function gains(scores: Column, labels: Column, bins: number): GainsRow[] {
  const table = equalBins(scores, labels, bins).reverse();
  const rows = labels.length;
  const allBads = table.reduce((sum, bin) => sum + bin.bads, 0);
  const over = (share: number, of: number): number | null => (allBads === 0 ? null : share / of);
  let [n, bads] = [0, 0];
  return table.map((bin) => {
    n += bin.n;
    bads += bin.bads;
    const { value: badRate, low, high } = wilson(bin.bads, bin.n);
    const bounds = { from: bin.from, to: bin.to, n: bin.n, bads: bin.bads };
    return {
      ...bounds,
      badRate,
      low,
      high,
      lift: over(badRate, allBads / rows),
      cumulativeShare: n / rows,
      cumulativeBadShare: over(bads, allBads),
      cumulativeLift: over(bads / n, allBads / rows),
    };
  });
}

/**
 * Cut-offs that would approve about the given shares of rows (each between 0 and 1), for tables over cut-offs: approve where
 * the probability lies below the cut-off. Equal ones are listed once.
 */
export function cutoffsAtShares(probabilities: Column, shares: readonly number[]): number[] {
  const sorted = Float64Array.from(probabilities).sort();
  invariant(sorted.length > 0, "cut-offs need rows");
  const at = shares.map((share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!);
  return [...new Set(at)].sort((a, b) => a - b);
}
