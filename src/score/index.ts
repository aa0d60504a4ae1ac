export type {
  BaselineDocument,
  Calibrator,
  CalibratorDocument,
  Group,
  ModelFormat,
  Row,
  ScorecardDocument,
  Scorer,
} from "./artefacts.ts";
export { loadCalibrator, uncalibrated } from "./calibrator.ts";
export { loadScorer } from "./scorer.ts";
