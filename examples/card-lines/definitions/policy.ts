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
import { pdDeep, pdScorecard, pdShallow } from "./models.ts";
import { lineRequest, twd } from "./portfolio.ts";
import { reasons } from "./reasons.ts";
import { review } from "./review.ts";

export const lineIncrease = policy("lineIncrease", lineRequest, [
  knockOut("currentlyLate", {
    when: either(review.statusNow.is(atLeast(2)), both(review.statusNow.is(1), review.owedNow.is(above(twd(0))))),
    because: reasons.currentlyLate,
  }),
  refer("noHistory", { when: review.statements.is(0), because: reasons.noHistory }),
  bands(pdShallow.outputs.pd, [
    { below: 0.14, then: approve({ increase: lineRequest.increase }) },
    { below: 0.22, then: counterOffer({ increase: lineRequest.increase.times(0.5) }) },
    { below: 0.26, then: refer() },
    { otherwise: decline() },
  ]),
]);

export const cardLines = bundle("card-lines", {
  policy: lineIncrease,
  models: [pdShallow],
  shadow: [pdScorecard, pdDeep],
  reasons,
  baseline: justAbove({ output: pdShallow.outputs.pd, rows: 200, on: "validation" }),
  jurisdiction: "US",
});
