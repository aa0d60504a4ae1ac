export type * from "./artefacts.ts";
export { loadCalibrator, uncalibrated } from "./calibrator.ts";
export { loadScorer } from "./scorer.ts";
