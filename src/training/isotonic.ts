// Isotonic calibration: the non-decreasing step-and-line from margin to probability of bad that lies closest to the
// outcomes. Ours, because its numbers enter a bundle. Pool adjacent violators (Ayer et al. 1955; Robertson, Wright and
// Dykstra 1988), rows of one margin pooled first, the ends of each level kept and linear between, as scikit-learn's
// IsotonicRegression has it.
//
// No score is certain: probabilities are kept within 1/(n+2) of 0 and 1, n the rows (or weight) fitted on. That is
// Laplace's estimate of an event never seen in n trials, and it keeps log loss finite on rows to come.

import { AssayError, invariant } from "../base/index.ts";
import type { CalibratorDocument } from "../score/index.ts";
import { problems } from "./errors.ts";

interface Level {
  /** Margins of its first and last rows. */
  readonly from: number;
  readonly to: number;
  readonly weight: number;
  readonly bads: number;
}

/**
 * Fits on Assay's own margins (log odds of bad) and outcomes (1 is bad), in any order. Weights default to 1 and are
 * positive. `about` says which part of which dataset the rows are and what was known by when (contract 9).
 *
 *     const document = fitIsotonic(marginsOf(scorer, validation), validation.labels, { dataset, knownUntil, split });
 */
export function fitIsotonic(
  margins: ArrayLike<number>,
  labels: ArrayLike<number>,
  about: Omit<CalibratorDocument["fittedOn"], "rows">,
  weights?: ArrayLike<number>,
): CalibratorDocument {
  invariant(margins.length === labels.length, "each margin has an outcome");
  const levels = poolViolators(pointsByMargin(margins, labels, weights));
  const total = levels.reduce((sum, level) => sum + level.weight, 0);
  const bads = levels.reduce((sum, level) => sum + level.bads, 0);
  if (!(bads > 0 && bads < total)) {
    throw new AssayError(problems.TOO_FEW_OUTCOMES("the rows to calibrate on", { bads, goods: total - bads }));
  }
  const least = 1 / (total + 2);
  const points = levels.flatMap((level) => {
    const probability = Math.min(Math.max(level.bads / level.weight, least), 1 - least);
    const ends = level.from === level.to ? [level.from] : [level.from, level.to];
    return ends.map((margin) => ({ margin, probability }));
  });
  return {
    format: "assay.calibrator",
    version: 1,
    method: "isotonic",
    margins: points.map((point) => point.margin),
    probabilities: points.map((point) => point.probability),
    fittedOn: { rows: margins.length, ...about },
  };
}

/** One level per distinct margin, ascending. */
function pointsByMargin(margins: ArrayLike<number>, labels: ArrayLike<number>, weights?: ArrayLike<number>): Level[] {
  const order = Uint32Array.from({ length: margins.length }, (_, row) => row);
  order.sort((a, b) => margins[a]! - margins[b]! || a - b);
  const points: Level[] = [];
  for (const row of order) {
    // Adding 0 turns -0, which JSON would not keep, into 0.
    const [margin, label, weight] = [margins[row]! + 0, labels[row]!, weights?.[row] ?? 1];
    invariant(
      Number.isFinite(margin) && (label === 0 || label === 1) && weight > 0,
      "a row has margin, outcome, weight",
    );
    const point = { from: margin, to: margin, weight, bads: weight * label };
    const last = points.at(-1);
    if (last?.to === margin) points[points.length - 1] = pooled(last, point);
    else points.push(point);
  }
  return points;
}

function poolViolators(points: readonly Level[]): Level[] {
  const levels: Level[] = [];
  for (const point of points) {
    let level = point;
    for (let last = levels.at(-1); last !== undefined && !risesTo(last, level); last = levels.at(-1)) {
      level = pooled(last, level);
      levels.pop();
    }
    levels.push(level);
  }
  return levels;
}

// Compared as quotients, so that two levels never round to one probability and still count as a rise.
function risesTo(low: Level, high: Level): boolean {
  return low.bads / low.weight < high.bads / high.weight;
}

function pooled(low: Level, high: Level): Level {
  return { from: low.from, to: high.to, weight: low.weight + high.weight, bads: low.bads + high.bads };
}
