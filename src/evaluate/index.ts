export { brier, logLoss } from "./accuracy.ts";
export type { GainsRow, ScoreBand } from "./bands.ts";
export { cutoffsAtShares, gains, scoreBands } from "./bands.ts";
export type { CalibrationLine, ReliabilityRow } from "./calibration.ts";
export { calibrationLine, expectedOverObserved, reliability } from "./calibration.ts";
export type { Column } from "./columns.ts";
export { checkColumns } from "./columns.ts";
export type { KsEstimate, PairedDifference } from "./discrimination.ts";
export { auc, ks, pairedAucDifference } from "./discrimination.ts";
export type { Homogeneity, KsDistance } from "./distances.ts";
export {
  chiSquareHomogeneity,
  evidentlyPsi,
  jensenShannon,
  ksDistance,
  normedWasserstein,
  wasserstein,
} from "./distances.ts";
export { Z95 } from "./distributions.ts";
export type { Estimate } from "./estimate.ts";
export type { ComparedModel, CutoffRow, EvaluationDocument, FairnessDocument } from "./evaluation-document.ts";
export { readEvaluation, readFairness } from "./evaluation-document.ts";
export type { CutoffCounts, CutoffFairnessRow, FairnessRow, GroupCount, StageCounts } from "./fairness.ts";
export { airAtCutoffs, checkStage, fairnessTable } from "./fairness.ts";
export { adjustedForMany } from "./many-tests.ts";
export type { Candidate, Choice, ModelRow, ScoredRows } from "./model-table.ts";
export { chooseSimplest, modelRow } from "./model-table.ts";
export type { NotWorse } from "./not-worse.ts";
export { notWorse, pairedBrierGain } from "./not-worse.ts";
export type { Proportion } from "./proportion.ts";
export { sameShareP, wilson } from "./proportion.ts";
export { countCells, decileEdges } from "./reference-cells.ts";
export type { Stability } from "./stability.ts";
export { psi } from "./stability.ts";
export type { ValueSketch, WeightedPoints } from "./value-sketch.ts";
export { deviationOf, meanOf, mergeSketches, pointsOf, quantileOf, SketchBuilder, sketchOf } from "./value-sketch.ts";
