// How well a score tells bad rows from good ones: area under the ROC curve, its paired difference, and Kolmogorov-Smirnov.

import { invariant } from "../base/index.ts";
import type { Column } from "./columns.ts";
import { normalTwoSided } from "./distributions.ts";
import { type Estimate, unbounded, unknown, wald } from "./estimate.ts";
import { ascendingOrder, ladder } from "./ranking.ts";

const UNIT = { least: 0, most: 1 };
const ONE_CLASS = "needs at least one bad and one good row";
const TOO_FEW = "an interval needs at least two bad and two good rows";

const AUC_METHOD = "DeLong, DeLong and Clarke-Pearson 1988 (ties half), Wald limits cut at 0 and 1";

/**
 * Chance that a bad row scores above a good one, ties counting half, with DeLong's 95 % interval.
 * O(n log n); the value is exact up to its last rounding.
 *
 *     auc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]).value; // 0.75
 */
export function auc(scores: Column, labels: Column): Estimate {
  const about = { method: AUC_METHOD, n: labels.length };
  const placed = placements(scores, labels);
  if (placed.bads === 0 || placed.goods === 0) return unknown(ONE_CLASS, about);
  if (placed.bads < 2 || placed.goods < 2) return unbounded(placed.auc, TOO_FEW, about);
  return wald(placed.auc, Math.sqrt(placementVariance(placed.byRow, labels)), about, UNIT);
}

export interface PairedDifference {
  /** AUC of the first minus AUC of the second. */
  readonly difference: number | null;
  readonly standardError: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Two-sided, of no difference. */
  readonly pValue: number | null;
  readonly method: string;
  readonly n: number;
  readonly note?: string;
}

/** Difference of two scores' AUC on the same rows, with the interval that their correlation allows (DeLong et al. 1988). */
export function pairedAucDifference(first: Column, second: Column, labels: Column): PairedDifference {
  const about = { method: "paired DeLong 1988, Wald limits", n: labels.length };
  const a = placements(first, labels);
  const b = placements(second, labels);
  if (a.bads < 2 || a.goods < 2) {
    return { difference: null, standardError: null, low: null, high: null, pValue: null, ...about, note: TOO_FEW };
  }
  const byRow = a.byRow.map((placement, row) => placement - b.byRow[row]!);
  const {
    value: difference,
    low,
    high,
    standardError,
  } = wald(a.auc - b.auc, Math.sqrt(placementVariance(byRow, labels)), about);
  return { difference, standardError, low, high, pValue: pValueOf(a.auc - b.auc, standardError!), ...about };
}

function pValueOf(difference: number, standardError: number): number {
  if (difference === 0) return 1;
  return standardError === 0 ? 0 : normalTwoSided(difference / standardError);
}

interface Placements {
  readonly auc: number;
  readonly bads: number;
  readonly goods: number;
  /** Of a bad row: the share of goods below it. Of a good row: the share of bads above it. Ties half. */
  readonly byRow: Float64Array;
}

function placements(scores: Column, labels: Column): Placements {
  const order = ascendingOrder(scores);
  const { rungs, bads, goods } = ladder(scores, labels, order);
  const byRow = new Float64Array(labels.length);
  let [goodsBelow, badsBelow, halfWins] = [0, 0, 0];
  for (const rung of rungs) {
    const ofBad = (goodsBelow + rung.goods / 2) / goods;
    const ofGood = (bads - badsBelow - rung.bads / 2) / bads;
    for (let i = rung.from; i < rung.to; i++) byRow[order[i]!] = labels[order[i]!] === 1 ? ofBad : ofGood;
    halfWins += rung.bads * (2 * goodsBelow + rung.goods);
    goodsBelow += rung.goods;
    badsBelow += rung.bads;
  }
  return { auc: halfWins / (2 * bads * goods), bads, goods, byRow };
}

function placementVariance(byRow: Float64Array, labels: Column): number {
  return varianceOfMean(byRow, labels, 1) + varianceOfMean(byRow, labels, 0);
}

function varianceOfMean(values: Float64Array, labels: Column, label: 0 | 1): number {
  let [n, sum] = [0, 0];
  for (let row = 0; row < values.length; row++) {
    if (labels[row] !== label) continue;
    n++;
    sum += values[row]!;
  }
  const mean = sum / n;
  let squares = 0;
  for (let row = 0; row < values.length; row++) {
    if (labels[row] === label) squares += (values[row]! - mean) * (values[row]! - mean);
  }
  return squares / (n - 1) / n;
}

export interface KsEstimate extends Estimate {
  /** The score at which the distance is greatest: rows up to and including it lie below. */
  readonly at: number | null;
}

const KS_METHOD =
  "two-sample Kolmogorov-Smirnov distance; Wald limits of the two shares at the greatest distance (Raghavachari 1973)";

/**
 * Greatest distance between the score distributions of bad and good rows. Under separation the place of the greatest
 * distance settles, so the distance varies like a difference of two independent proportions there (Raghavachari, Annals
 * of Statistics 1973); near 0 the interval is too narrow and the value too high, as for every estimate of a maximum.
 */
export function ks(scores: Column, labels: Column): KsEstimate {
  const about = { method: KS_METHOD, n: labels.length };
  const { rungs, bads, goods } = ladder(scores, labels);
  if (bads === 0 || goods === 0) return { ...unknown(ONE_CLASS, about), at: null };
  let best = { distance: -1, at: 0, badShare: 0, goodShare: 0 };
  let [badsSoFar, goodsSoFar] = [0, 0];
  for (const rung of rungs) {
    badsSoFar += rung.bads;
    goodsSoFar += rung.goods;
    // Cross-multiplied counts are whole numbers, so ties of distance are exact.
    const distance = Math.abs(goodsSoFar * bads - badsSoFar * goods);
    if (distance > best.distance) {
      best = { distance, at: rung.score, badShare: badsSoFar / bads, goodShare: goodsSoFar / goods };
    }
  }
  const { badShare, goodShare } = best;
  const variance = (badShare * (1 - badShare)) / bads + (goodShare * (1 - goodShare)) / goods;
  invariant(variance >= 0, "a variance is not negative");
  const at = Number.isFinite(best.at) ? best.at : null;
  return { ...wald(best.distance / (bads * goods), Math.sqrt(variance), about, UNIT), at };
}
