// How far probabilities lie from what happened, row by row: means of a loss, with the standard error of a mean.

import { log, log1p } from "../base/index.ts";
import { type Column, countBadsOf } from "./columns.ts";
import { type Estimate, unbounded, unknown, wald } from "./estimate.ts";

/** Mean squared distance between probability and outcome (Brier 1950). */
export function brier(probabilities: Column, labels: Column): Estimate {
  return meanLoss(probabilities, labels, "Brier 1950; Wald limits of a mean", squaredError);
}

/** Probabilities nearer to 0 or 1 than this count as this near, so that one sure mistake stays finite. */
const SUREST = 1e-15;

/** Mean of -log of the probability given to what happened, in nats. */
export function logLoss(probabilities: Column, labels: Column): Estimate {
  return meanLoss(
    probabilities,
    labels,
    `log loss in nats, probabilities kept ${SUREST} from 0 and 1; Wald limits of a mean`,
    surprise,
  );
}

function squaredError(probability: number, label: number): number {
  return (probability - label) * (probability - label);
}

function surprise(probability: number, label: number): number {
  if (label === 1) return -log(Math.max(probability, SUREST));
  return -log1p(-Math.min(probability, 1 - SUREST));
}

function meanLoss(
  probabilities: Column,
  labels: Column,
  method: string,
  loss: (probability: number, label: number) => number,
): Estimate {
  countBadsOf(probabilities, labels);
  const n = labels.length;
  if (n === 0) return unknown("no rows", { method, n });
  const losses = Float64Array.from({ length: n }, (_, row) => loss(probabilities[row]!, labels[row]!));
  const mean = losses.reduce((sum, x) => sum + x, 0) / n;
  if (n === 1) return unbounded(mean, "an interval needs at least two rows", { method, n });
  const variance = losses.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / (n - 1);
  return wald(mean, Math.sqrt(variance / n), { method, n }, { least: 0, most: Number.POSITIVE_INFINITY });
}
