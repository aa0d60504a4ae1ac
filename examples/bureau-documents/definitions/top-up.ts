// Top-ups of running loans. What a credit bureau answered is kept whole and fans out into lines and inquiries; how the loan was
// paid is told by a rule, day by day; one or two borrowers ask together.

import {
  anyOf,
  atLeast,
  boolean,
  category,
  count,
  date,
  days,
  daysPastDue,
  daysSince,
  daysSinceFirst,
  document,
  entity,
  event,
  features,
  integer,
  label,
  latest,
  max,
  money,
  months,
  occurs,
  optional,
  request,
  share,
  sum,
  text,
} from "assay";

export const usd = money("USD");
export const newYork = "America/New_York";

export const borrower = entity("borrower");
export const loan = entity("loan");

// ---- What a bureau says of a borrower

/** One answer of the bureau. No feature reads `report`; what `assay.config.ts` makes of it is read. */
export const bureauPull = event("bureauPull", borrower, {
  fields: { pull: text, score: optional(integer), report: document() },
});

/** A line of a report, dated by its opening. Each pull tells all lines again: read them by `.ofLatest(bureauPull)`. */
export const tradeline = event("tradeline", borrower, {
  fields: {
    pull: text,
    kind: category("card", "auto", "mortgage", "personal"),
    balance: usd,
    limit: optional(usd),
    /** The most months behind, in two years. */
    monthsLate: integer,
    closed: boolean,
  },
});
export const inquiry = event("inquiry", borrower, { fields: { pull: text, purpose: category("credit", "rental") } });
export const statedIncome = event("statedIncome", borrower, { fields: { yearly: usd } });

// ---- How a loan is paid

/** An instalment of the schedule. A deferral, a modification or a re-age begins the schedule anew. */
export const instalmentSet = event("instalmentSet", loan, {
  fields: { due: date, amount: usd, cause: category("original", "deferral", "modification", "reAge") },
});
export const paymentPosted = event("paymentPosted", loan, { fields: { amount: usd } });
export const paymentReturned = event("paymentReturned", loan, { fields: { amount: usd } });
export const loanSold = event("loanSold", loan, { fields: {} });
export const loanPaidOff = event("loanPaidOff", loan, { fields: {} });
export const fraudConfirmed = event("fraudConfirmed", loan, { fields: {} });
export const borrowerDeceased = event("borrowerDeceased", loan, { fields: {} });

export const topUp = request("topUp", {
  parties: { loan, applicant: borrower, coApplicant: optional(borrower) },
  fields: { amount: usd, termMonths: integer },
});

// ---- Features

const open = tradeline.where({ closed: false });
const cards = open.where({ kind: "card" });
const owed = sum(open.balance).ofLatest(bureauPull);
const income = latest(statedIncome.yearly);
const score = latest(bureauPull.score);

/** Of each borrower: bound to the applicant and, where there is one, to the co-applicant. */
export const report = features(
  "report",
  borrower,
  {
    score: score.reason("Credit bureau score", { worse: "lower" }),
    scoreChange180d: score.minus(latest(bureauPull.score).ago(days(180))),
    reportAge: daysSince(bureauPull),
    openLines: count(open).ofLatest(bureauPull),
    owedByKind: sum(open.balance).by(open.kind).ofLatest(bureauPull),
    cardUtilisation: sum(cards.balance)
      .ofLatest(bureauPull)
      .over(sum(cards.limit).ofLatest(bureauPull))
      .reason("Amount owed on cards compared with their limits", { worse: "higher" }),
    fullestCard: max(cards.balance.over(cards.limit, { decimals: 4 }))
      .ofLatest(bureauPull)
      .reason("Amount owed on one card compared with its limit", { worse: "higher" }),
    oldestLineDays: daysSinceFirst(tradeline)
      .ofLatest(bureauPull)
      .reason("Length of credit history", { worse: "lower" }),
    lateShare: share(tradeline.where({ monthsLate: atLeast(1) }))
      .ofLatest(bureauPull)
      .reason("Proportion of accounts that were paid late", { worse: "higher" }),
    seriouslyLate: count(tradeline.where({ monthsLate: atLeast(3) }))
      .ofLatest(bureauPull)
      .reason("Number of accounts that were seriously late", { worse: "higher" }),
    creditInquiries: count(inquiry.where({ purpose: "credit" }))
      .ofLatest(bureauPull)
      .reason("Number of recent inquiries", { worse: "higher" }),
    owedOverIncome: owed.over(income).reason("Amount owed compared with income", { worse: "higher" }),
    askedOverIncome: topUp.amount.over(income).reason("Amount asked compared with income", { worse: "higher" }),
  },
  { owner: "loan-risk", use: "credit" },
);

/** Derived by a versioned rule from what was owed and what was paid; what a servicer reports would be another event. */
const pastDue = daysPastDue({
  due: instalmentSet.due,
  amount: instalmentSet.amount,
  cause: instalmentSet.cause,
  paid: paymentPosted.amount,
  returned: paymentReturned.amount,
  zone: newYork,
  rule: "dpd@1",
});

export const conduct = features(
  "conduct",
  loan,
  {
    pastDueNow: pastDue.reason("Days past due at present", { worse: "higher" }),
    worstPastDue365d: pastDue.last(days(365)).reason("Most days past due in a year", { worse: "higher" }),
    returned365d: count(paymentReturned).last(days(365)).reason("Number of returned payments", { worse: "higher" }),
    reset: occurs(instalmentSet.where({ cause: anyOf("modification", "reAge") }))
      .ever()
      .reason("The loan's schedule was changed", { worse: "higher" }),
    loanAge: daysSinceFirst(instalmentSet).reason("Age of the loan", { worse: "lower" }),
  },
  { owner: "loan-risk", use: "credit" },
);

// ---- The label

const year = months(12, newYork);

/**
 * Ninety days past due within the next twelve whole months; thirty alone is neither. Fraud is no credit risk and is taken out,
 * as is who dies; a loan that was sold or paid off shows no more from then on.
 */
export const defaulted = label("defaulted", loan, {
  bad: pastDue.next(year).is(atLeast(90)),
  unclear: pastDue.next(year).is(atLeast(30)),
  exclude: { fraud: occurs(fraudConfirmed).ever(), deceased: occurs(borrowerDeceased).next(year) },
  endedBy: { sold: loanSold, paidOff: loanPaidOff },
  matures: days(45),
});
