export type { BackFillPlan, BackFillResult, BackFillRows } from "./back-fill.ts";
export { BackFill } from "./back-fill.ts";
export type { BuiltDataset, DatasetRequest, DatasetSite } from "./build.ts";
export { buildDataset } from "./build.ts";
export type { DatasetManifest } from "./manifest.ts";
export type { SpineRow } from "./spine.ts";
export { readSpine } from "./spine.ts";
export type { SplitName, SplitRule } from "./split.ts";
export { splitOf } from "./split.ts";
