// What a letter may say, and the features that each sentence stands for: together they are one player in the Shapley game.

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
      review.statusKinds184d,
    ],
  },
  owedAgainstLimit: {
    en: "Amount owed is high compared with your credit limit",
    group: [
      review.utilisationNow,
      review.utilisationMean184d,
      review.utilisationMax184d,
      review.utilisationMin184d,
      review.headroom,
    ],
  },
  lowLimit: { en: "Your present credit limit is low", group: [review.limitNow] },
  lowPayments: {
    en: "Recent payments are low",
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
      review.daysSinceLargePayment,
    ],
  },
  shareUnpaid: {
    en: "Proportion of balances paid is low",
    group: [review.paidShare92d, review.paidShare184d, review.unpaidCount92d, review.unpaidCount184d],
  },
  balances: {
    en: "Amount owed is high or has grown",
    group: [
      review.owedNow,
      review.billedMean92d,
      review.billedChange92d,
      review.billedSinceFirst,
      review.billedSpread184d,
      review.shortfallNow,
      review.shortfallWorst6,
      review.shortfallSum184d,
    ],
  },
  littleUse: {
    en: "Too little recent use of the account to judge it",
    group: [review.idleNow, review.idleCount184d, review.activeMonths],
  },
  noHistory: { en: "Length of account history is insufficient to decide", when: missing("no history") },
});
