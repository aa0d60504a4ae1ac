import { problemTable } from "../base/index.ts";

export const problems = problemTable("COMPLIANCE", {
  HELD: (p: { by: string; until: string }) => ({
    rule: `it is under a legal hold, placed by ${p.by}, ${p.until}`,
    wayOut: "Wait until the hold ends, or release it with: assay hold ENTITY --release",
  }),
  ALREADY_HELD: (p: { by: string }) => ({
    rule: `it is under a legal hold already, placed by ${p.by}`,
    wayOut: "Release that one first with: assay hold ENTITY --release",
  }),
  NOT_HELD: (_: object) => ({
    rule: "no legal hold is in force for it",
    wayOut: "See the holds in force with: assay hold",
  }),
  PAST: (p: { until: string }) => ({
    rule: `${p.until} has passed, so the hold would hold nothing`,
    wayOut: "Give a later instant with --until, or none",
  }),
  ALREADY_ERASED: (_: object) => ({
    rule: "this person was erased, so there is nothing to hold",
    wayOut: "See the receipt with: assay erase ENTITY",
  }),
  UNKNOWN_ERASURE: (_: object) => ({
    rule: "no erasure has this id",
    wayOut: "Use the id that POST /v1/erasures gave, or ask again: the same person gives the same erasure",
  }),
  UNKNOWN_VERSION: (p: { version: string }) => ({
    rule: `it is of version ${p.version}, which is not known here`,
    wayOut: "Use a release of Assay that knows it",
  }),
  STILL_THERE: (p: { where: string }) => ({
    rule: `after everything was taken away, something of it is still in: ${p.where}`,
    wayOut: "Erase again; if it stays, stop what brings it in",
  }),
});
