// From values to a decision: one model in a contest, the reasons that no feature states by itself, cut-offs, the bundle.

import {
  above,
  approve,
  atLeast,
  bands,
  bundle,
  contest,
  counterOffer,
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
  scorecard,
  xgboost,
} from "assay";
import { application, berlin, conduct, missedTwo, person } from "./bank.ts";

/** One reason stands for several features: together they are one player when a score is explained. */
export const reasons = reasonLibrary("lending", {
  spending: { en: "How recent spending is made up", group: Object.values(conduct.spent90d) },
  income: {
    en: "Level of recent income",
    group: [conduct.typicalSalary, conduct.salary1, conduct.salary2, conduct.salary3, conduct.salaryGapMean184d],
  },
  balance: {
    en: "Balance of your account, and its change",
    group: [conduct.balanceNow, conduct.balanceGrowth90d, conduct.balanceTrend30d, conduct.balanceTrend184d],
  },
  overdrawn: { en: "Your account is overdrawn", group: [conduct.overdrawnNow] },
  burden: { en: "Instalment compared with your income", group: [conduct.instalmentOverSalary] },
  noHistory: { en: "Length of account history is insufficient to decide", when: missing("no history") },
});

/** Everything is scored but what only describes the request or the reach of the history. */
const {
  bookings: _bookings,
  daysToFirstPayment: _days,
  nightShare90d: _night,
  spentFading: _fading,
  spent90d,
  ...scored
} = conduct;

export const pd = model("pd", {
  of: missedTwo,
  from: { account: conduct, applicant: person },
  features: [...Object.values(scored), ...Object.values(spent90d), ...Object.values(person)],
  family: contest({
    scorecard: scorecard({ bins: 4, l2: 2 }),
    trees: xgboost({ depth: 2, trees: 60, learningRate: 0.1, monotone: true, minChildWeight: 5 }),
  }),
  outputs: { pd: probability({ horizon: months(6, berlin) }) },
  calibrate: isotonic({ on: "validation" }),
});

export const instalmentLoan = policy("instalmentLoan", application, [
  knockOut("overdrawn", { when: conduct.overdrawnNow.is(atLeast(10)), because: reasons.overdrawn }),
  knockOut("burden", { when: conduct.instalmentOverSalary.is(above(0.5)), because: reasons.burden }),
  refer("noHistory", { when: conduct.bookings.is(0), because: reasons.noHistory }),
  bands(pd.outputs.pd, [
    { below: 0.15, then: approve({ amount: application.amount }) },
    { below: 0.3, then: counterOffer({ amount: application.amount.times(0.5) }) },
    { otherwise: decline() },
  ]),
]);

export const instalmentLoans = bundle("instalment-loans", {
  policy: instalmentLoan,
  models: [pd],
  reasons,
  baseline: justAbove({ output: pd.outputs.pd, rows: 20, on: "validation" }),
  jurisdiction: "US",
  intendedUse: "An example of the language, on invented people.",
  owner: "retail-risk",
  validator: "model-validation",
  limits: ["Every borrower is invented: nothing here says anything about people."],
});
