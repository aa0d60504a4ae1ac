export type { BuiltDataset, DatasetRequest, DatasetSite } from "./build.ts";
export { buildDataset } from "./build.ts";
export type { DatasetRow } from "./dataset-rows.ts";
export { readDatasetRows } from "./dataset-rows.ts";
export type { DatasetHolding, Withdrawn } from "./forget.ts";
export {
  checkNotWithdrawn,
  datasetsHolding,
  readWithdrawn,
  spineWithout,
  withdrawDatasets,
  withdrawnOf,
} from "./forget.ts";
export type { BuildWork } from "./kept-columns.ts";
export type { LabelsAt, LabelsRequest } from "./labels-at.ts";
export { labelsAt } from "./labels-at.ts";
export type { DatasetManifest } from "./manifest.ts";
export { readManifest } from "./manifest.ts";
export type { ParityClaim, ParityClaims, ParityGround, ParityReport, ParityRequest } from "./parity.ts";
export { compareClaims, compareRoads, ParityTally, spread } from "./parity.ts";
export type { ParityCause } from "./parity-cause.ts";
export type { DatasetRole } from "./role-values.ts";
export type { BuiltSequences, SequencesRequest, SequencesSite } from "./sequence-build.ts";
export { buildSequences } from "./sequence-build.ts";
export type { FittedSequence, SequenceFitRequest } from "./sequence-fit.ts";
export { fitSequence } from "./sequence-fit.ts";
export type { SequencesManifest } from "./sequence-manifest.ts";
export type { SequencesReader } from "./sequence-reader.ts";
export { openSequences } from "./sequence-reader.ts";
export type { SpineRow } from "./spine.ts";
export { readSpine, spineRowsOf, spineText } from "./spine.ts";
export { spineFrom } from "./spine-source.ts";
export type { SplitName, SplitRule } from "./split.ts";
export { splitOf } from "./split.ts";
export type { PartyMoment, PartyValues } from "./table-values.ts";
export { tableValues } from "./table-values.ts";
