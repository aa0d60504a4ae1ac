// What a letter may say, and the features that each sentence stands for: together they are one player in the Shapley game.
// A contribution compares a person with people who just passed, and a low value can still be the worse one. So a sentence names
// the factor and claims no size, and the features behind one that claims a fact have their best value where it does not hold.

import { missing, reasonLibrary } from "assay";
import { review } from "./review.ts";

export const reasons = reasonLibrary("card-lines", {
  currentlyLate: { en: "A payment is overdue at present", group: [review.statusNow] },
  latePayments: {
    en: "Number of recent late payments",
    group: [
      review.lateCount92d,
      review.lateCount184d,
      review.seriouslyLateCount184d,
      review.lateEver,
      review.lateLastMonth,
      review.daysSinceLate,
    ],
  },
  severity: {
    en: "Severity of late payments in the last six months",
    group: [
      review.worstStatus92d,
      review.worstStatus184d,
      review.meanStatus184d,
      review.statusBefore1,
      review.statusBefore2,
      review.statusBefore3,
      review.statusBefore4,
      review.statusBefore5,
    ],
  },
  carried: { en: "Balances carried from month to month", group: [review.revolvingNow, review.revolvingCount184d] },
  owedAgainstLimit: {
    en: "Amount owed compared with your credit limit",
    group: [review.utilisationNow, review.utilisationMean184d, review.utilisationMax184d, review.utilisationMin184d],
  },
  lowLimit: { en: "Present credit limit, and how much of it is unused", group: [review.limitNow, review.headroom] },
  lowPayments: {
    en: "Amount of recent payments",
    group: [
      review.paidNow,
      review.paidBefore1,
      review.paidBefore2,
      review.paidBefore3,
      review.paidBefore4,
      review.paidBefore5,
      review.paidMean92d,
      review.paidSum184d,
      review.paidMin184d,
      review.paidMax184d,
      review.paidOverLimit92d,
    ],
  },
  shareUnpaid: {
    en: "Proportion of balances paid",
    group: [review.paidShare92d, review.paidShare184d, review.unpaidCount92d, review.unpaidCount184d],
  },
  balances: {
    en: "Amount owed, and its change",
    group: [
      review.owedNow,
      review.billedMean92d,
      review.billedChange92d,
      review.billedSinceFirst,
      review.shortfallNow,
      review.shortfallWorst6,
      review.shortfallSum184d,
    ],
  },
  variation: { en: "Variation of the amount owed", group: [review.billedSpread184d] },
  littleUse: {
    en: "Recent use of the account",
    group: [review.idleNow, review.idleCount184d, review.activeMonths],
  },
  nothingDue: {
    en: "No recent balances from which payments could be judged",
    when: missing("not applicable"),
    group: [review.paidShare92d, review.paidShare184d],
  },
  noHistory: { en: "Length of account history is insufficient to decide", when: missing("no history") },
});
