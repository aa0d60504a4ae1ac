export type { Bake, BakeState, Bakes } from "./bakes.ts";
export { bakesOver } from "./bakes.ts";
export type { Book } from "./book.ts";
export { openBook } from "./book.ts";
export type { BuildRequest } from "./build-season.ts";
export { buildSeason } from "./build-season.ts";
export { buildSequencesOf } from "./build-sequences.ts";
export { bundleObjects } from "./bundle-objects.ts";
export type {
  GateDeclaration,
  GuardrailDeclaration,
  LearningDeclaration,
} from "./declaration.ts";
export { withDefaults } from "./default-declaration.ts";
export { problems as learningProblems } from "./errors.ts";
export { lastDecisions } from "./guarded-wait.ts";
export type { Halt } from "./halt.ts";
export type { JudgedSeason, JudgeRequest } from "./judge-season.ts";
export { judgeSeason } from "./judge-season.ts";
export type {
  Approval,
  GateResult,
  GateVerdict,
  GuardrailLook,
  GuardrailResult,
  LoopDocument,
  LoopEntry,
  LoopStep,
  LoopVerdict,
  TriggerKind,
} from "./loop-document.ts";
export { loopSteps } from "./loop-document.ts";
export { readLoop } from "./loop-evidence.ts";
export { openLoopJudge } from "./loop-judge.ts";
export type { LoopJudge, Side } from "./loop-site.ts";
export type { AskedLoop, Loops } from "./loops.ts";
export type { DatasetPlan, RoleOf } from "./plan-dataset.ts";
export { planDataset, planSequences } from "./plan-dataset.ts";
export type { SeasonPlan } from "./plan-season.ts";
export { planSeason } from "./plan-season.ts";
export type { SeasonSite } from "./season-site.ts";
export type { FlatTable, TrainedSeason } from "./train-season.ts";
export { trainSeason } from "./train-season.ts";
export { waitsOver } from "./waits.ts";
export type { WorkerSite } from "./worker.ts";
export { runWorker } from "./worker.ts";
