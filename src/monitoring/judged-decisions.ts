// Decisions beside what became of them, and the estimates over those whose outcome is known. A number that they cannot give is
// null and says why: nothing known is not a rate of 0, and one class has no AUC.

import type { LabelOutcome } from "../compile/index.ts";
import { auc, type Estimate, expectedOverObserved, ks } from "../evaluate/index.ts";
import { shareEstimate } from "./share-estimate.ts";

export interface OutcomeDecision {
  readonly decisionId: string;
  /** The party that the label is about. */
  readonly entity: string;
  /** Microseconds. */
  readonly t: number;
  /** Calibrated, of the champion. */
  readonly probability: number;
  /** What the champion ranks by; calibration may tie people whom it tells apart. */
  readonly margin?: number;
  readonly disposition: string;
}

export interface JudgedDecision extends OutcomeDecision {
  readonly status: LabelOutcome["status"];
  /** 1 bad, 0 good, null where it is not known. */
  readonly label: 0 | 1 | null;
}

/** Those whose outcome is known, as columns. */
export interface KnownOutcomes {
  readonly n: number;
  readonly bads: number;
  readonly probabilities: Float64Array;
  readonly scores: Float64Array;
  readonly labels: Float64Array;
}

export function knownOutcomes(judged: readonly JudgedDecision[]): KnownOutcomes {
  const known = judged.filter(({ label }) => label !== null);
  const ranked = known.every(({ margin }) => margin !== undefined);
  const labels = Float64Array.from(known, ({ label }) => label!);
  return {
    n: known.length,
    bads: labels.reduce((sum, label) => sum + label, 0),
    probabilities: Float64Array.from(known, ({ probability }) => probability),
    scores: Float64Array.from(known, ({ margin, probability }) => (ranked ? margin! : probability)),
    labels,
  };
}

export interface OutcomeEstimates {
  readonly badRate: Estimate;
  readonly auc: Estimate;
  readonly ks: Estimate;
  readonly expectedOverObserved: Estimate;
}

const NOTHING_KNOWN = "no outcome is known yet";

export function outcomeEstimates(known: KnownOutcomes): OutcomeEstimates {
  const { at: _, ...distance } = ks(known.scores, known.labels);
  return {
    badRate: badRateOf(known.bads, known.n),
    auc: orNothingKnown(auc(known.scores, known.labels)),
    ks: orNothingKnown(distance),
    expectedOverObserved: orNothingKnown(ratioOf(known)),
  };
}

export function badRateOf(bads: number, n: number): Estimate {
  return orNothingKnown(shareEstimate(bads, n));
}

/** The estimate, or, of no rows, one that says so. */
export function orNothingKnown(estimate: Estimate): Estimate {
  return estimate.n === 0 ? { ...estimate, note: NOTHING_KNOWN } : estimate;
}

/** Where all are bad, the limits' formula would call the ratio certain. */
function ratioOf({ probabilities, labels, bads, n }: KnownOutcomes): Estimate {
  const ratio = expectedOverObserved(probabilities, labels);
  if (n === 0 || bads < n) return ratio;
  return { ...ratio, low: null, high: null, standardError: null, note: "every known outcome is bad: no interval" };
}
