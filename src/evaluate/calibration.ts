// Whether a probability of 5 % means five in a hundred: the logistic recalibration line, expected over observed, and the
// reliability table.

import { exp, log1p, logit } from "../base/index.ts";
import { equalBins } from "./bins.ts";
import { type Column, countBadsOf } from "./columns.ts";
import { Z95 } from "./distributions.ts";
import { type Estimate, unknown, wald } from "./estimate.ts";
import { wilson } from "./proportion.ts";

export interface CalibrationLine {
  /** 1 is right; below 1 the probabilities are too extreme. */
  readonly slope: Estimate;
  /** 0 is right, given slope 1. */
  readonly intercept: Estimate;
}

/** Nearer to 0 or 1 than this, log odds would let a handful of rows decide the line. */
const LINE_SUREST = 1e-6;
const LINE_METHOD = `logistic regression of the outcome on the log odds of the probability (Cox 1958), kept ${LINE_SUREST} from 0 and 1; Newton; Wald limits`;

/**
 * The line that would recalibrate: log odds of bad = intercept + slope · log odds of the probability. `null` where every
 * probability is the same, or the outcomes are all alike or separated, for then no line is best.
 */
export function calibrationLine(probabilities: Column, labels: Column): CalibrationLine {
  const about = { method: LINE_METHOD, n: labels.length };
  const bads = countBadsOf(probabilities, labels);
  const none = (note: string): CalibrationLine => ({ slope: unknown(note, about), intercept: unknown(note, about) });
  if (bads === 0 || bads === labels.length) return none("needs at least one bad and one good row");
  const x = Float64Array.from({ length: labels.length }, (_, row) => boundedLogit(probabilities[row]!));
  const fit = fitLine(x, labels, logit(bads / labels.length));
  if (fit === undefined) return none("no finite best line: the probabilities are all alike or separate the outcomes");
  return {
    slope: wald(fit.slope, Math.sqrt(fit.w / fit.determinant), about),
    intercept: wald(fit.intercept, Math.sqrt(fit.wxx / fit.determinant), about),
  };
}

function boundedLogit(probability: number): number {
  return logit(Math.min(Math.max(probability, LINE_SUREST), 1 - LINE_SUREST));
}

/** The logistic likelihood at a line: its logarithm, gradient, and information (sums of weights). */
interface LikelihoodAt {
  readonly intercept: number;
  readonly slope: number;
  readonly logLikelihood: number;
  readonly gradient: number;
  readonly gradientX: number;
  readonly w: number;
  readonly wx: number;
  readonly wxx: number;
  readonly determinant: number;
}

// Newton's method from the flat line, halving a step that would lower the likelihood; the likelihood is concave.
function fitLine(x: Float64Array, labels: Column, baseLogOdds: number): LikelihoodAt | undefined {
  let at = likelihoodAt(x, labels, baseLogOdds, 0);
  for (let step = 0; step < 60; step++) {
    if (!(at.determinant > 1e-12 * at.w * at.wxx)) return undefined;
    const moveIntercept = (at.wxx * at.gradient - at.wx * at.gradientX) / at.determinant;
    const moveSlope = (at.w * at.gradientX - at.wx * at.gradient) / at.determinant;
    if (at.gradient * moveIntercept + at.gradientX * moveSlope < 1e-20) return at;
    const least = at.logLikelihood - 1e-9 * Math.abs(at.logLikelihood); // a long sum is no surer than this
    let [shrink, next] = [1, likelihoodAt(x, labels, at.intercept + moveIntercept, at.slope + moveSlope)];
    while (next.logLikelihood < least) {
      shrink /= 2;
      next = likelihoodAt(x, labels, at.intercept + shrink * moveIntercept, at.slope + shrink * moveSlope);
    }
    at = next;
  }
  return undefined;
}

function likelihoodAt(x: Float64Array, labels: Column, intercept: number, slope: number): LikelihoodAt {
  let [logLikelihood, gradient, gradientX, w, wx, wxx] = [0, 0, 0, 0, 0, 0];
  for (let row = 0; row < x.length; row++) {
    const logOdds = intercept + slope * x[row]!;
    const rest = exp(-Math.abs(logOdds)); // odds of the less likely outcome
    const fitted = logOdds >= 0 ? 1 / (1 + rest) : rest / (1 + rest);
    const residual = labels[row]! - fitted;
    const weight = fitted * (1 - fitted);
    logLikelihood += labels[row]! * logOdds - Math.max(logOdds, 0) - log1p(rest);
    gradient += residual;
    gradientX += residual * x[row]!;
    w += weight;
    wx += weight * x[row]!;
    wxx += weight * x[row]! * x[row]!;
  }
  return { intercept, slope, logLikelihood, gradient, gradientX, w, wx, wxx, determinant: w * wxx - wx * wx };
}

/**
 * Bads expected by the probabilities over bads observed; 1 is right, above 1 the probabilities are too high. The limits
 * treat the expected number as fixed: log(E/O) ± z √((1 - O/n) / O) (Debray et al., BMJ 2017;356:i6460).
 */
export function expectedOverObserved(probabilities: Column, labels: Column): Estimate {
  const about = { method: "sum of probabilities over bads; log-scale limits (Debray et al. 2017)", n: labels.length };
  const observed = countBadsOf(probabilities, labels);
  if (observed === 0) return unknown("no bad row was observed", about);
  let expected = 0;
  for (let row = 0; row < labels.length; row++) expected += probabilities[row]!;
  const value = expected / observed;
  const logError = Math.sqrt((1 - observed / labels.length) / observed);
  const spread = exp(Z95 * logError);
  return { value, low: value / spread, high: value * spread, standardError: value * logError, ...about };
}

export interface ReliabilityRow {
  /** Least and greatest probability in the bin. */
  readonly from: number;
  readonly to: number;
  readonly n: number;
  readonly bads: number;
  /** Mean probability. */
  readonly predicted: number;
  /** Share of bads, with Wilson's 95 % limits. */
  readonly observed: number;
  readonly low: number;
  readonly high: number;
}

/** Mean probability against observed rate in bins of about equal count; equal probabilities share a bin, so there may be fewer. */
export function reliability(probabilities: Column, labels: Column, bins: number): ReliabilityRow[] {
  countBadsOf(probabilities, labels);
  return equalBins(probabilities, labels, bins).map((bin) => {
    const { value: observed, low, high } = wilson(bin.bads, bin.n);
    return { from: bin.from, to: bin.to, n: bin.n, bads: bin.bads, predicted: bin.sum / bin.n, observed, low, high };
  });
}
