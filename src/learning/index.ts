export type { SeasonPlan } from "./plan-season.ts";
export { planSeason } from "./plan-season.ts";
export type { FlatTable, JudgedSeason, JudgeRequest, SeasonSite, TrainedSeason } from "./season.ts";
export { buildSeason, bundleObjects, judgeSeason, trainSeason } from "./season.ts";
