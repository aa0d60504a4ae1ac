// What a jurisdiction asks of a decision, as data that travels in the bundle: a decision made under an old pack keeps it.

import type { JurisdictionPack } from "./bundle-document.ts";

const unitedStates: JurisdictionPack = {
  name: "US",
  maxReasons: 4,
  leastReasonShare: 0.05,
  noticeDays: 30,
  counterOfferDays: 90,
  retentionMonths: 25,
  creditorNotice:
    "The federal Equal Credit Opportunity Act prohibits creditors from discriminating against credit applicants on the " +
    "basis of race, color, religion, national origin, sex, marital status, age (provided the applicant has the capacity " +
    "to enter into a binding contract); because all or part of the applicant's income derives from any public " +
    "assistance program; or because the applicant has in good faith exercised any right under the Consumer Credit " +
    "Protection Act. The federal agency that administers compliance with this law concerning this creditor is the " +
    "Federal Trade Commission, Equal Credit Opportunity, Washington, DC 20580.",
  sources: [
    "12 CFR 1002.9(a)(1): notice within 30 days of a completed application, 90 days after a counter-offer",
    "12 CFR 1002.9(a)(2), (b)(2): specific principal reasons; that a twentieth of what raised the risk is the least of a principal reason is Assay's reading",
    "12 CFR 1002.9(b)(1): the notice of the Act; Appendix A: the agency of finance companies",
    "12 CFR 1002.12(b): records for 25 months",
    "Supplement I to Part 1002, 9(b)(2), comments 1 to 9: at most four reasons, the component that failed",
  ],
};

const packs: { readonly [name: string]: JurisdictionPack } = { US: unitedStates };

/** The shipped pack of a jurisdiction; `undefined` where none is shipped. */
export function jurisdictionPack(name: string): JurisdictionPack | undefined {
  return Object.hasOwn(packs, name) ? packs[name] : undefined;
}

export function jurisdictionNames(): string[] {
  return Object.keys(packs);
}
