export type { EvaluationConfig, FoundWorkspace, WorkspaceConfig } from "./config.ts";
export { CONFIG_FILE, decisionClock } from "./config.ts";
export type { LoadedDefinitions } from "./definitions.ts";
export { definitionFiles, definitionNamed, loadDefinitions, schemaOf } from "./definitions.ts";
export { Workspace } from "./workspace.ts";
