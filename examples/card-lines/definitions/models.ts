// Three candidates on the same columns, simplest first. Which one decides is chosen by a written rule, on validation.

import { isotonic, model, months, probability, scorecard, xgboost } from "assay";
import { missedPayment } from "./missed-payment.ts";
import { taipei } from "./portfolio.ts";
import { review } from "./review.ts";

const nextMonth = { pd: probability({ horizon: months(1, taipei) }) };
const calibrate = isotonic({ on: "validation" });
const from = { applicant: review };

export const pdScorecard = model("pdScorecard", {
  of: missedPayment,
  from,
  family: scorecard({ bins: 6, l2: 1 }),
  outputs: nextMonth,
  calibrate,
});

export const pdShallow = model("pdShallow", {
  of: missedPayment,
  from,
  family: xgboost({ depth: 3, trees: 200, learningRate: 0.06, monotone: true, minChildWeight: 10, subsample: 0.8, colsample: 0.6 }),
  outputs: nextMonth,
  calibrate,
});

export const pdDeep = model("pdDeep", {
  of: missedPayment,
  from,
  family: xgboost({ depth: 5, trees: 250, learningRate: 0.04, monotone: true, minChildWeight: 20, subsample: 0.8, colsample: 0.5 }),
  outputs: nextMonth,
  calibrate,
});
