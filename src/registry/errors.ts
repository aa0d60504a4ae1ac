import { problemTable } from "../base/index.ts";

export const problems = problemTable("REGISTRY", {
  UNKNOWN_DOCUMENT: (_: object) => ({
    rule: "the registry has nothing under this hash",
    wayOut: "Run the step that makes it, or list what there is",
  }),
  ERASED: (p: { reason: string }) => ({
    rule: `its bytes were taken away: ${p.reason}`,
    wayOut: "Nothing can bring them back; make it anew from what is there",
  }),
  UNKNOWN_BUNDLE: (_: object) => ({
    rule: "the registry has no bundle with this hash",
    wayOut: "List the bundles with assay bundles, and release one of them",
  }),
  NOTHING_RELEASED: (_: object) => ({
    rule: "no bundle has been released yet",
    wayOut: "Release one with assay release",
  }),
  NOTHING_TO_ROLL_BACK: (p: { released: string }) => ({
    rule: `bundle ${p.released} was the first to be released, nothing came before it`,
    wayOut: "Release another bundle instead",
  }),
  ROLLOUT_UNDER_WAY: (p: { id: string }) => ({
    rule: `rollout "${p.id}" is under way, and one challenger at a time is let in`,
    wayOut: "Wait until it ends, or cancel its loop",
  }),
  UNGUARDED: (_: object) => ({
    rule: "a canary without guardrails is refused: nothing would end it",
    wayOut: "Declare learning.guardrails in assay.config.ts",
  }),
  SHARE: (p: { share: number; most: number }) => ({
    rule: `its share is ${p.share} ten-thousandths, which is not between 0 and ${p.most}`,
    wayOut: "Give at most half to the challenger, so that as many are left for the control",
  }),
  RUN_MISMATCH: (_: object) => ({
    rule: "a run with this id was started from another specification",
    wayOut: "Use the hash of the specification as the id of the run",
  }),
  UNKNOWN_RUN: (_: object) => ({
    rule: "no run with this id was started",
    wayOut: "List the runs with assay runs",
  }),
});
