// Models side by side on the same rows, and the written rule that chooses among them.

import { invariant } from "../base/index.ts";
import { brier, logLoss } from "./accuracy.ts";
import { calibrationLine } from "./calibration.ts";
import { type Column, within } from "./columns.ts";
import { auc, ks, type PairedDifference, pairedAucDifference } from "./discrimination.ts";
import type { Estimate } from "./estimate.ts";

export interface ScoredRows {
  readonly name: string;
  /** What the model ranks by, before calibration (margins): calibration may tie rows that the model tells apart. */
  readonly scores: Column;
  /** Calibrated. */
  readonly probabilities: Column;
  readonly labels: Column;
  /** Not 0 for the rows of the subgroup that `aucWithin` looks at, such as borrowers who are not late. */
  readonly mask: Column;
}

export interface ModelRow {
  readonly name: string;
  readonly n: number;
  readonly bads: number;
  readonly auc: Estimate;
  readonly aucWithin: Estimate;
  readonly ks: Estimate;
  readonly brier: Estimate;
  readonly logLoss: Estimate;
  readonly calibrationSlope: Estimate;
}

/** One line of the comparison. */
export function modelRow({ name, scores, probabilities, labels, mask }: ScoredRows): ModelRow {
  return {
    name,
    n: labels.length,
    bads: Array.from(labels).reduce((sum, label) => sum + label, 0),
    auc: auc(scores, labels),
    aucWithin: auc(within(scores, mask), within(labels, mask)),
    ks: ks(scores, labels),
    brier: brier(probabilities, labels),
    logLoss: logLoss(probabilities, labels),
    calibrationSlope: calibrationLine(probabilities, labels).slope,
  };
}

export interface Candidate {
  readonly name: string;
  readonly scores: Column;
}

export interface Choice {
  readonly chosen: string;
  readonly best: string;
  /** The best candidate's AUC minus each one's, on the same rows. */
  readonly behindBest: readonly { readonly name: string; readonly difference: PairedDifference }[];
  readonly rule: string;
}

const CHOICE_RULE =
  "the simplest model whose AUC lies within one paired standard error (DeLong 1988) of the best model's, on the same rows";

/**
 * The one-standard-error rule (Breiman et al. 1984, 3.4.3) on paired AUC. `candidates` come simplest first; where two are
 * equally good, the simpler one is the best.
 */
export function chooseSimplest(candidates: readonly Candidate[], labels: Column): Choice {
  invariant(candidates.length > 0, "a choice needs a candidate");
  const values = candidates.map(({ scores }) => auc(scores, labels).value ?? 0);
  const best = candidates[values.indexOf(Math.max(...values))]!;
  const behindBest = candidates.map(({ name, scores }) => ({
    name,
    difference: pairedAucDifference(best.scores, scores, labels),
  }));
  const near = behindBest.find(({ difference }) => isWithinOneError(difference));
  return { chosen: near?.name ?? best.name, best: best.name, behindBest, rule: CHOICE_RULE };
}

function isWithinOneError({ difference, standardError }: PairedDifference): boolean {
  return difference !== null && standardError !== null && difference <= standardError;
}
