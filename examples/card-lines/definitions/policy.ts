// Approve as asked, offer half, refer or decline. Cut-offs are examples.

import {
  above,
  approve,
  atLeast,
  bands,
  both,
  bundle,
  counterOffer,
  decline,
  either,
  justAbove,
  knockOut,
  policy,
  refer,
} from "assay";
import { pd } from "./models.ts";
import { lineRequest, twd } from "./portfolio.ts";
import { reasons } from "./reasons.ts";
import { review } from "./review.ts";

export const lineIncrease = policy("lineIncrease", lineRequest, [
  knockOut("currentlyLate", {
    when: either(review.statusNow.is(atLeast(2)), both(review.statusNow.is(1), review.owedNow.is(above(twd(0))))),
    because: reasons.currentlyLate,
  }),
  refer("noHistory", { when: review.statements.is(0), because: reasons.noHistory }),
  bands(pd.outputs.pd, [
    { below: 0.14, then: approve({ increase: lineRequest.increase }) },
    { below: 0.22, then: counterOffer({ increase: lineRequest.increase.times(0.5) }) },
    { below: 0.26, then: refer() },
    { otherwise: decline() },
  ]),
]);

export const cardLines = bundle("card-lines", {
  policy: lineIncrease,
  models: [pd],
  reasons,
  baseline: justAbove({ output: pd.outputs.pd, rows: 200, on: "validation" }),
  jurisdiction: "US",
  intendedUse: "Requests for a credit-line increase by present card holders, in a back-test on published data.",
  owner: "card-risk",
  validator: "model-validation",
  limits: [
    "Not for origination: it has only seen people who hold a card and whose account stays open.",
    "The label is a missed payment in the next month, not a default.",
    "Fitted on one bank's card holders of 2005.",
  ],
});
