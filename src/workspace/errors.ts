import { problemTable } from "../base/index.ts";

export const problems = problemTable("WORKSPACE", {
  NOT_FOUND: () => ({
    rule: "neither this folder nor one above it holds an assay.config.ts",
    wayOut: "Change to the workspace's folder, or name it with --workspace",
  }),
  BAD_CONFIG: (p: { why: string }) => ({ rule: p.why, wayOut: "Compare it with examples/card-lines/assay.config.ts" }),
  NO_DEFINITIONS: () => ({
    rule: "it is missing, or holds no definitions file",
    wayOut: "Write one there, or name the folder as `definitions` in assay.config.ts",
  }),
  DEFINITION_FAILED: (p: { why: string }) => ({
    rule: `it cannot be loaded: ${p.why}`,
    wayOut: "Mend the file; nothing was changed",
  }),
  NO_SUCH_DEFINITION: (p: { kind: string }) => ({
    rule: `the workspace has no ${p.kind} of this name`,
    wayOut: "See what there is with: assay check",
  }),
  PROBLEMS: (p: { count: number }) => ({
    rule: p.count === 1 ? "a definition of it has a problem" : `${p.count} problems in its definitions`,
    wayOut: "See them with: assay check",
  }),
  NO_SNAPSHOT: () => ({ rule: "nothing has been sealed yet", wayOut: "Ingest events first: assay ingest FILE" }),
});
