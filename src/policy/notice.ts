// The letter that an adverse decision owes, as plain data. It says whose rules it follows; it is written as if Regulation B
// applied to the lender, and says so.

import { formatInstant, hashJson, invariant, MICROS_PER_DAY, parseInstant } from "../base/index.ts";
import type { FieldNode, RequestNode } from "../define/index.ts";
import type { BundleDocument } from "./bundle-document.ts";
import type { DecisionPart, StatedReason } from "./decision.ts";

export interface NoticeDeadline {
  readonly name: string;
  readonly days: number;
  /** ISO 8601 UTC. */
  readonly due: string;
}

export interface Notice {
  readonly format: "assay.notice";
  readonly version: 1;
  readonly decisionId: string;
  readonly application: string;
  /** ISO 8601 UTC. */
  readonly decidedAt: string;
  readonly jurisdiction: string;
  readonly heading: string;
  /** Before the reasons; the last one introduces them. */
  readonly paragraphs: readonly string[];
  readonly reasons: readonly Pick<StatedReason, "reason" | "text" | "values">[];
  /** After the reasons. */
  readonly closing: readonly string[];
  readonly creditorNotice: string;
  readonly deadlines: readonly NoticeDeadline[];
}

/**
 * The notice of an adverse decision; `document` is the bundle it was made under.
 * Sources: 12 CFR 1002.9(a)(1)-(2), (b)(1)-(2); sample forms C-1 and C-4 of Appendix C.
 */
export function noticeOf(decision: DecisionPart, document: BundleDocument): Notice {
  invariant(decision.adverse, "only an adverse decision owes a notice");
  const { jurisdiction } = document;
  invariant(hashJson(jurisdiction) === decision.jurisdiction.pack, "the notice follows the decision's own pack");
  return {
    format: "assay.notice",
    version: 1,
    decisionId: decision.decisionId,
    application: decision.application,
    decidedAt: decision.t,
    jurisdiction: jurisdiction.name,
    heading:
      decision.disposition === "counterOffer" ? "Notice of action taken and counter-offer" : "Notice of action taken",
    paragraphs: paragraphsOf(decision, document),
    reasons: decision.reasons.map(({ reason, text, values }) => ({ reason, text, values })),
    closing: closingOf(document),
    creditorNotice: jurisdiction.creditorNotice,
    deadlines: deadlinesOf(decision, document),
  };
}

function paragraphsOf(decision: DecisionPart, { jurisdiction, request }: BundleDocument): string[] {
  const asked = termsText(decision.asked, request);
  const opening =
    decision.disposition === "counterOffer"
      ? `We are unable to offer you credit on the terms that you requested (${asked}). We can offer you credit on the ` +
        `following terms: ${termsText(decision.offered ?? {}, request)}. If this offer is acceptable to you, please tell us ` +
        `within ${jurisdiction.counterOfferDays} days.`
      : `Thank you for your request (${asked}). We are unable to grant it at this time.`;
  const reasons = decision.reasons.length === 1 ? "reason for our decision is" : "reasons for our decision are";
  return [opening, `The principal ${reasons}:`];
}

function closingOf({ owner }: BundleDocument): string[] {
  return [
    "These are factors that were used in deciding on your request. The values beside them are your own, as we knew them " +
      "at the time of the decision. If one of them is wrong, tell us and we will decide again.",
    "No consumer report was used. This notice is written as if Regulation B (12 CFR part 1002) applied to the creditor.",
    `Creditor contact: ${owner}.`,
  ];
}

/** By name, so that the text is the same for a decision read back from its canonical form. */
function termsText(terms: { readonly [term: string]: string }, { fields }: RequestNode): string {
  return Object.entries(terms)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([term, amount]) => `${term} ${currencyOf(fields[term])}${amount}`)
    .join(", ");
}

function currencyOf(field: FieldNode | undefined): string {
  return field?.type.kind === "money" ? `${field.type.currency} ` : "";
}

function deadlinesOf(decision: DecisionPart, { jurisdiction }: BundleDocument): NoticeDeadline[] {
  const due = (days: number) => formatInstant(parseInstant(decision.t)! + days * MICROS_PER_DAY);
  const { noticeDays, counterOfferDays } = jurisdiction;
  const notice = { name: "notice sent, at the latest", days: noticeDays, due: due(noticeDays) };
  if (decision.disposition !== "counterOffer") return [notice];
  return [
    notice,
    { name: "counter-offer accepted, at the latest", days: counterOfferDays, due: due(counterOfferDays) },
  ];
}
