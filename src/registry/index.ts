export type { ArtefactEntry, LineageEdge } from "./artefacts.ts";
export type { Registry } from "./registry.ts";
export { openRegistry } from "./registry.ts";
export type { Released, ReleaseEntry, ReleaseRequest, RollbackRequest } from "./releases.ts";
export type { Rollout, Rollouts } from "./rollout.ts";
export type { Run, RunRequest } from "./runs.ts";
export type { LiveService, SnapshotAnswer } from "./services.ts";
