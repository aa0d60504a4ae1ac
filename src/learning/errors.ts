import { problemTable } from "../base/index.ts";

export const problems = problemTable("LEARNING", {
  UNKNOWN: (p: { asker: string }) => ({
    rule: `the workspace does not define it (needed for bundle "${p.asker}")`,
    wayOut: "See what there is with: assay check",
  }),
  CONTROL_PASSED: (p: { auc: number }) => ({
    rule: `a model fitted on reversed outcomes reaches AUC ${p.auc.toFixed(3)} and passes the gate`,
    wayOut: "Look for outcomes among the features: something looks ahead",
  }),
  BUNDLE_REFUSED: (p: { why: string }) => ({
    rule: `it cannot decide: ${p.why}`,
    wayOut: "Mend what it names and evaluate again",
  }),
});
