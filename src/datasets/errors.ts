import { problemTable } from "../base/index.ts";

export const problems = problemTable("DATASETS", {
  BAD_SPINE_ROW: (p: { why: string }) => ({
    rule: p.why,
    wayOut: 'Write one JSON object a line: {"decisionId", "t", "parties": {role: entity}, "asked": {field: amount}}',
  }),
  NO_SPINE: (p: { why: string }) => ({ rule: `it cannot be read: ${p.why}`, wayOut: "Check the path and its rights" }),
  EMPTY_SPINE: () => ({ rule: "it holds no rows", wayOut: "Give at least one row" }),
  REPEATED_DECISION: () => ({
    rule: "its decision id was used by an earlier row",
    wayOut: "Give every row an id of its own",
  }),
  NO_LABELS: (p: { cutOff: string }) => ({
    rule: `no row has an outcome known by ${p.cutOff}`,
    wayOut: "Ingest outcomes first, or choose a later label cut-off",
  }),
  UNKNOWN_VERSION: (p: { version: string }) => ({
    rule: `its manifest is of version ${p.version}, which is not known here`,
    wayOut: "Use a release of Assay that knows it, or build the dataset again",
  }),
  WORKER_FAILED: (p: { why: string }) => ({
    rule: `a back-fill worker failed: ${p.why}`,
    wayOut: "Run the build again; nothing was published",
  }),
});
