// From margin to probability: piecewise linear between the fitted points, flat outside them. The arithmetic is one fixed
// sequence of double operations in which every step is monotone, so a higher margin never gets a lower probability.

import { z } from "zod";
import { logistic, type Problem } from "../base/index.ts";
import type { Calibrator } from "./artefacts.ts";
import { readShape } from "./document.ts";
import { problems } from "./errors.ts";

const shape = z.object({
  format: z.literal("assay.calibrator"),
  version: z.literal(1),
  method: z.literal("isotonic"),
  margins: z.array(z.number()).min(1).max(100_000),
  probabilities: z.array(z.number().min(0).max(1)),
  fittedOn: z.object({
    rows: z.number(),
    dataset: z.string(),
    knownUntil: z.string(),
    split: z.object({ seed: z.string(), part: z.enum(["train", "validation", "test"]) }).optional(),
  }),
});

/** The probability a logistic margin stands for by itself: 1 / (1 + exp(-margin)). */
export const uncalibrated: Calibrator = { probability: logistic };

/**
 * A calibrator from its document (`CalibratorDocument`, as parsed JSON), or what is wrong with it.
 *
 *     const calibrator = loadCalibrator(JSON.parse(text));
 *     if (!Array.isArray(calibrator)) calibrator.probability(-2.1); // 0.08
 */
export function loadCalibrator(document: unknown): Calibrator | Problem[] {
  const read = readShape("the calibrator", shape, document);
  if (Array.isArray(read)) return read;
  const { margins, probabilities } = read.value;
  const why = disorder(margins, probabilities);
  if (why !== undefined) return [problems.CALIBRATOR("the calibrator", { why })];
  const x = Float64Array.from(margins);
  const y = Float64Array.from(probabilities);
  return { probability: (margin) => interpolate(x, y, margin) };
}

function disorder(margins: readonly number[], probabilities: readonly number[]): string | undefined {
  if (margins.length !== probabilities.length) {
    return `it has ${margins.length} margins and ${probabilities.length} probabilities`;
  }
  for (let i = 1; i < margins.length; i++) {
    if (!(margins[i]! > margins[i - 1]!)) return `margin ${i} does not lie above the one before it`;
    if (probabilities[i]! < probabilities[i - 1]!) return `probability ${i} is lower than the one before it`;
  }
  return undefined;
}

function interpolate(x: Float64Array, y: Float64Array, margin: number): number {
  const last = x.length - 1;
  if (margin <= x[0]!) return y[0]!;
  if (margin >= x[last]!) return y[last]!;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (x[middle]! <= margin) low = middle;
    else high = middle;
  }
  const share = (margin - x[low]!) / (x[high]! - x[low]!);
  // Rounding may lift the sum past the upper point; the minimum keeps it monotone.
  return Math.min(y[low]! + (y[high]! - y[low]!) * share, y[high]!);
}
