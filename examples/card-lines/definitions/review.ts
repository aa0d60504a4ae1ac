// What a review looks at: six statements and the limit, over exact windows. A statement closes on the first of a month and is
// known two days later; at a review on the 3rd, `days(31)` holds the newest one, `days(92)` three, `days(184)` all six.

import {
  above,
  atLeast,
  atMost,
  count,
  days,
  daysSince,
  events,
  features,
  first,
  latest,
  max,
  mean,
  min,
  months,
  occurs,
  stddev,
  sum,
} from "assay";
import { account, borrower, statement, taipei, twd } from "./portfolio.ts";

const owing = statement.where({ nothingOwed: false });
const late = owing.where({ status: atLeast(1) });
const lateAtReview = owing.where({ statusAtReview: atLeast(1) });
const seriouslyLate = owing.where({ status: atLeast(2) });
const revolving = owing.where({ status: 0 });
const revolvingAtReview = owing.where({ statusAtReview: 0 });
const idle = statement.where({ nothingOwed: true });
const unpaid = owing.where({ paid: atMost(twd(0)) });
const shortfall = statement.billed.minus(statement.paid);

const newest = days(31);
const quarter = days(92);
const halfYear = days(184);

const limit = latest(account.creditLimit);
const owed = latest(statement.billed);
const billed92d = sum(statement.billed).last(quarter);
const due92d = sum(owing.billed).last(quarter);
const paid92d = sum(statement.paid).last(quarter);
const due184d = sum(owing.billed).last(halfYear);
const paid184d = sum(statement.paid).last(halfYear);

/**
 * Months behind on the statement `skipped` before the newest. Only a late one counts: the codes at and below 0 say how somebody
 * on time pays, and a reason that speaks of lateness must not tell them apart.
 */
const statusBefore = (skipped: number, statements: number) =>
  latest(late.status)
    .last(newest, { skip: days(skipped) })
    .ifMissing(0)
    .reason(`Months behind, ${statements} before the newest statement`, { worse: "higher" });

const paidBefore = (skipped: number) =>
  latest(statement.paid)
    .last(events(1), { skip: events(skipped) })
    .reason(`Payment, ${skipped} before the newest statement`, { worse: "lower" });

export const review = features(
  "review",
  borrower,
  {
    // Late at present: September's status, on its own scale.
    statusNow: latest(lateAtReview.statusAtReview)
      .last(newest)
      .ifMissing(0)
      .reason("Months behind at the newest statement", { worse: "higher" }),

    // How often.
    lateCount92d: count(late).last(quarter).reason("Late payments in three months", { worse: "higher" }),
    lateCount184d: count(late).last(halfYear).reason("Late payments in six months", { worse: "higher" }),
    seriouslyLateCount184d: count(seriouslyLate)
      .last(halfYear)
      .reason("Number of payments two or more months late", { worse: "higher" }),
    lateEver: occurs(late).ever().reason("A late payment is on record", { worse: "higher" }),
    lateLastMonth: count(late)
      .last(months(1, taipei))
      .reason("Late payments in the last complete month", { worse: "higher" }),
    daysSinceLate: daysSince(late)
      .ifMissing(365)
      .reason("Time since your most recent late payment", { worse: "lower" }),

    // How badly.
    worstStatus92d: max(late.status)
      .last(quarter)
      .ifMissing(0)
      .reason("Most months behind, in three months", { worse: "higher" }),
    worstStatus184d: max(late.status)
      .last(halfYear)
      .ifMissing(0)
      .reason("Most months behind, in six months", { worse: "higher" }),
    meanStatus184d: mean(late.status)
      .last(halfYear)
      .ifMissing(0)
      .reason("Months behind on average where late, in six months", { worse: "higher" }),
    statusBefore1: statusBefore(31, 1),
    statusBefore2: statusBefore(62, 2),
    statusBefore3: statusBefore(93, 3),
    statusBefore4: statusBefore(123, 4),
    statusBefore5: statusBefore(154, 5),

    // Carried from month to month.
    revolvingNow: count(revolvingAtReview)
      .last(newest)
      .reason("A balance carried over at the newest statement", { worse: "higher" }),
    revolvingCount184d: count(revolving)
      .last(halfYear)
      .reason("Statements before it with a balance carried over, in six months", { worse: "higher" }),

    // Owed against the limit.
    utilisationNow: owed.over(limit).reason("Amount owed compared with your limit", { worse: "higher" }),
    utilisationMean184d: mean(statement.billed)
      .last(halfYear)
      .over(limit)
      .reason("Average amount owed compared with your limit", { worse: "higher" }),
    utilisationMax184d: max(statement.billed)
      .last(halfYear)
      .over(limit)
      .reason("Highest amount owed compared with your limit", { worse: "higher" }),
    utilisationMin184d: min(statement.billed)
      .last(halfYear)
      .over(limit)
      .reason("Lowest amount owed compared with your limit", { worse: "higher" }),
    headroom: limit.minus(owed).reason("Unused part of your limit", { worse: "lower" }),
    limitNow: limit.reason("Present credit limit", { worse: "lower" }),

    // Payments.
    paidNow: latest(statement.paid).reason("Newest payment", { worse: "lower" }),
    paidBefore1: paidBefore(1),
    paidBefore2: paidBefore(2),
    paidBefore3: paidBefore(3),
    paidBefore4: paidBefore(4),
    paidBefore5: paidBefore(5),
    paidMean92d: mean(statement.paid).last(quarter).reason("Average payment", { worse: "lower" }),
    paidSum184d: paid184d.reason("Total paid in six months", { worse: "lower" }),
    paidMin184d: min(statement.paid).last(halfYear).reason("Smallest payment in six months", { worse: "lower" }),
    paidMax184d: max(statement.paid).last(halfYear).reason("Largest payment in six months", { worse: "lower" }),
    paidOverLimit92d: paid92d.over(limit).reason("Payments compared with your limit", { worse: "lower" }),

    // Payments against balances.
    paidShare92d: paid92d.over(due92d).reason("Proportion of balances paid in three months", { worse: "lower" }),
    paidShare184d: paid184d.over(due184d).reason("Proportion of balances paid in six months", { worse: "lower" }),
    unpaidCount92d: count(unpaid)
      .last(quarter)
      .reason("Statements with no payment in three months", { worse: "higher" }),
    unpaidCount184d: count(unpaid)
      .last(halfYear)
      .reason("Statements with no payment in six months", { worse: "higher" }),

    // Balances.
    owedNow: owed.reason("Amount owed", { worse: "higher" }),
    billedMean92d: mean(statement.billed).last(quarter).reason("Average amount owed", { worse: "higher" }),
    billedChange92d: billed92d
      .over(sum(statement.billed).last(quarter, { skip: quarter }))
      .reason("Amount owed, compared with three months before", { worse: "higher" }),
    billedSinceFirst: owed
      .over(first(statement.billed))
      .reason("Amount owed, compared with the first statement", { worse: "higher" }),
    billedSpread184d: stddev(statement.billed)
      .last(halfYear)
      .reason("Variation of the amount owed", { worse: "higher" }),
    shortfallNow: latest(shortfall).reason("Owed and not paid, newest statement", { worse: "higher" }),
    shortfallWorst6: max(shortfall)
      .last(events(6))
      .reason("Owed and not paid, worst of six statements", { worse: "higher" }),
    shortfallSum184d: sum(shortfall)
      .last(halfYear)
      .reason("Owed and not paid, six months together", { worse: "higher" }),

    // Use of the account.
    idleNow: count(idle).last(newest).reason("Newest statement with nothing owed", { worse: "higher" }),
    idleCount184d: count(idle).last(halfYear).reason("Statements with nothing owed in six months", { worse: "higher" }),
    activeMonths: count(statement.where({ billed: above(twd(0)) }))
      .last(months(3, taipei, { current: true }))
      .reason("Recent months with something owed", { worse: "lower" }),

    // Read by the policy alone.
    statements: count(statement).ever(),
  },
  { owner: "card-risk", use: "credit" },
);

/** What models may score: everything that carries a reason. `statements` is read by the policy alone. */
const { statements: _, ...reasoned } = review;
export const reasonedFeatures = Object.values(reasoned);
