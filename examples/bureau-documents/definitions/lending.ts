// From values to a decision about a top-up. The reports of both borrowers are scored by one model; a letter names the factor.

import {
  approve,
  atLeast,
  bands,
  bundle,
  decline,
  isotonic,
  justAbove,
  knockOut,
  missing,
  model,
  months,
  policy,
  probability,
  reasonLibrary,
  refer,
  xgboost,
} from "assay";
import { conduct, defaulted, newYork, report, topUp } from "./top-up.ts";

export const reasons = reasonLibrary("top-ups", {
  overdue: { en: "A payment is overdue at present", group: [conduct.pastDueNow] },
  owed: {
    en: "Kinds of accounts and amounts owed on them",
    group: [report.openLines, ...Object.values(report.owedByKind)],
  },
  score: { en: "Credit bureau score, and its change", group: [report.score, report.scoreChange180d] },
  noReport: { en: "Unable to verify credit references", when: missing("no history") },
});

const { reportAge, ...scored } = report;
const { owedByKind, ...single } = scored;

export const pd = model("pd", {
  of: defaulted,
  from: { loan: conduct, applicant: report, coApplicant: report },
  features: [...Object.values(conduct), ...Object.values(single), ...Object.values(owedByKind)],
  family: xgboost({ depth: 2, trees: 60, learningRate: 0.1, monotone: true, minChildWeight: 5 }),
  outputs: { pd: probability({ horizon: months(12, newYork) }) },
  calibrate: isotonic({ on: "validation" }),
});

export const topUps = policy("topUps", topUp, [
  knockOut("overdue", { when: conduct.pastDueNow.is(atLeast(30)), because: reasons.overdue }),
  bands(pd.outputs.pd, [
    { below: 0.1, then: approve({ amount: topUp.amount }) },
    { below: 0.2, then: refer() },
    { otherwise: decline() },
  ]),
]);

export const topUpBundle = bundle("top-ups", {
  policy: topUps,
  models: [pd],
  reasons,
  baseline: justAbove({ output: pd.outputs.pd, rows: 20, on: "validation" }),
  jurisdiction: "US",
  intendedUse: "An example of the language, on invented people.",
  owner: "loan-risk",
  validator: "model-validation",
  limits: ["Every borrower is invented: nothing here says anything about people."],
});
