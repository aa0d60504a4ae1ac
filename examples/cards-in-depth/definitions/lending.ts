// From values to a decision, in the shortest form: every feature in one of two groups of reasons or with a reason of its own.

import {
  approve,
  bands,
  bundle,
  days,
  decline,
  isotonic,
  justAbove,
  model,
  policy,
  probability,
  reasonLibrary,
  xgboost,
} from "assay";
import { depth, lineRequest, missedPayment } from "./cards.ts";

export const reasons = reasonLibrary("cards-in-depth", {
  balances: {
    en: "Amounts owed, and how they change",
    group: [
      depth.billed1,
      depth.billed2,
      depth.billed3,
      depth.billed4,
      depth.billed5,
      depth.billed6,
      depth.owedTrend92d,
      depth.owedTrend184d,
      depth.owedMedian184d,
      depth.owedVariance184d,
      depth.owedHalfYearAgo,
      depth.level,
      depth.afterIncrease,
    ],
  },
  habits: {
    en: "How payments were made",
    group: [
      depth.paidShareSpread184d,
      depth.paidInSpring,
      depth.usuallyLate184d,
      depth.sameHabit184d,
      depth.lateAndOwing,
    ],
  },
});

export const pd = model("pd", {
  of: missedPayment,
  from: { applicant: depth },
  family: xgboost({ depth: 3, trees: 200, learningRate: 0.06, monotone: true, minChildWeight: 10 }),
  outputs: { pd: probability({ horizon: days(30) }) },
  calibrate: isotonic({ on: "validation" }),
});

export const increase = policy("increase", lineRequest, [
  bands(pd.outputs.pd, [{ below: 0.2, then: approve({ increase: lineRequest.increase }) }, { otherwise: decline() }]),
]);

export const inDepth = bundle("cards-in-depth", {
  policy: increase,
  models: [pd],
  reasons,
  baseline: justAbove({ output: pd.outputs.pd, rows: 100, on: "validation" }),
  jurisdiction: "US",
  intendedUse: "An example of the language, on published data.",
  owner: "card-risk",
  validator: "model-validation",
  limits: ["The label is a missed payment in the next month, not a default."],
});
