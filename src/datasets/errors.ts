import { problemTable } from "../base/index.ts";

export const problems = problemTable("DATASETS", {
  BAD_SPINE_ROW: (p: { why: string; wayOut: string }) => ({ rule: p.why, wayOut: p.wayOut }),
  NOT_ASKED: (p: { field: string; reader: string }) => ({
    rule: `it does not say what was asked as "${p.field}", which ${p.reader} reads`,
    wayOut: `Give a spine with a column "asked.${p.field}" (one that is drawn from events says nothing of it), or leave the feature out`,
  }),
  NO_SPINE: (p: { why: string }) => ({ rule: `it cannot be read: ${p.why}`, wayOut: "Check the path and its rights" }),
  BAD_SPINE_SOURCE: (p: { why: string }) => ({
    rule: p.why,
    wayOut: "Give a file that ends in .ndjson, .csv, .parquet, .sql, or .json for a spine drawn from events",
  }),
  NO_SPINE_COLUMN: (p: { name: string; called: string }) => ({
    rule: `it has no column "${p.called}"`,
    wayOut: `Say what the column is called: --columns ${p.name}=COLUMN`,
  }),
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
  WITHDRAWN: (p: { why: string }) => ({
    rule: `its rows were taken away: ${p.why}`,
    wayOut: "Build it again; the people who were erased are not in it then",
  }),
  NOTHING_TO_FIT: (p: { role: string }) => ({
    rule: `no row of the training split has a party in role "${p.role}"`,
    wayOut: "Give a spine with training rows, or another split",
  }),
  SEEN_BEFORE: (p: { role: string; until: string }) => ({
    rule: `it is no training row, and its ${p.role} was among those that the fit saw up to ${p.until}, after the row's t`,
    wayOut:
      "Fit on what was known before the first row that evaluates, or split so that whoever evaluates was not seen",
  }),
  DAMAGED_FILE: (p: { file: string }) => ({
    rule: `its file ${p.file} is not what the manifest says`,
    wayOut: "Build the sequences again",
  }),
  WORKER_FAILED: (p: { why: string }) => ({
    rule: `a back-fill worker failed: ${p.why}`,
    wayOut: "Run the build again; nothing was published",
  }),
});
