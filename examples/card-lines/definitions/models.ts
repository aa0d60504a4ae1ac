// One model, three families on the same columns, simplest first. Which one decides is chosen by a written rule, on validation.

import { contest, isotonic, model, months, probability, scorecard, xgboost } from "assay";
import { missedPayment } from "./missed-payment.ts";
import { taipei } from "./portfolio.ts";
import { reasonedFeatures, review } from "./review.ts";

const trees = { monotone: true, subsample: 0.8, colsample: 0.5 };

export const pd = model("pd", {
  of: missedPayment,
  from: { applicant: review },
  features: reasonedFeatures,
  family: contest({
    scorecard: scorecard({ bins: 6, l2: 1 }),
    shallow: xgboost({ ...trees, depth: 3, trees: 200, learningRate: 0.06, minChildWeight: 10 }),
    deep: xgboost({ ...trees, depth: 5, trees: 250, learningRate: 0.04, minChildWeight: 20 }),
  }),
  outputs: { pd: probability({ horizon: months(1, taipei) }) },
  calibrate: isotonic({ on: "validation" }),
});
