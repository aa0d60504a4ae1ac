// The card holders of `examples/card-lines`, looked at with the whole language. A statement closes on the first of a month and
// is known two days later; at a review on the 3rd, `days(31)` holds the newest one and `days(184)` all six.

import {
  atLeast,
  atMost,
  both,
  category,
  choose,
  count,
  currentStreak,
  days,
  decayedSum,
  either,
  entity,
  event,
  events,
  features,
  greatest,
  integer,
  label,
  lastValues,
  latest,
  longestStreak,
  max,
  mean,
  median,
  min,
  mode,
  modeShare,
  money,
  monthOf,
  nth,
  occurs,
  optional,
  percentile,
  prohibited,
  request,
  share,
  stddev,
  sum,
  trend,
  variance,
} from "assay";

export const twd = money("TWD");
export const taipei = "Asia/Taipei";

export const borrower = entity("borrower");

export const statement = event("statement", borrower, {
  delay: days(2),
  fields: {
    billed: twd,
    paid: twd,
    /** April to August: months late; 0 and below say how somebody on time pays. */
    status: optional(integer),
    /** September: the same codes on another scale, so never mixed with `status`. */
    statusAtReview: optional(integer),
  },
});
export const account = event("account", borrower, {
  fields: { creditLimit: twd, sex: prohibited(category("1", "2")) },
});
/** Whether October's payment was missed: 1 or 0, as published. */
export const outcome = event("outcome", borrower, { fields: { missed: integer } });

export const lineRequest = request("lineRequest", { parties: { applicant: borrower }, fields: { increase: twd } });

// Columns of columns: each is a number of one statement.
const owed = statement.billed.clamp({ atLeast: twd(0) });
const shortfall = statement.billed.minus(statement.paid).clamp({ atLeast: twd(0) });
const paidShare = statement.paid.over(statement.billed, { decimals: 4 });
const isLate = statement.status.is(atLeast(1));
const late = statement.where(isLate);
const owedWhenLate = statement.billed.where(late, { otherwise: twd(0) });

// Values: functions of t.
const halfYear = days(184);
const limit = latest(account.creditLimit);
const owedNow = latest(owed);
const behind = either(latest(statement.statusAtReview).is(atLeast(1)), latest(statement.status).is(atLeast(1)));

export const depth = features(
  "depth",
  borrower,
  {
    // Six amounts, their size on a scale that does not grow with the limit, and how they move.
    ...lastValues(statement.billed, 6).as("billed"),
    limitLog: limit.log().reason("Present credit limit", { worse: "lower" }),
    utilisation: owedNow
      .over(limit)
      .clamp({ atMost: 2 })
      .reason("Amount owed compared with your limit", { worse: "higher" }),
    ...trend(owed).each({ owedTrend92d: days(92), owedTrend184d: halfYear }),
    owedChange92d: sum(owed).change(days(92)).reason("Increase of the amount owed", { worse: "higher" }),
    owedMedian184d: median(owed).last(halfYear),
    owedHigh184d: percentile(owed, 90).last(halfYear).reason("Highest amounts owed", { worse: "higher" }),
    owedVariance184d: variance(owed).last(halfYear),
    owedHalfYearAgo: nth(owed, 6).last(halfYear),

    // What was paid of each statement, statement by statement.
    paidShareWorst184d: min(paidShare).last(halfYear).reason("Lowest proportion of a balance paid", { worse: "lower" }),
    paidShareTrend184d: trend(paidShare).last(halfYear).reason("Decline of payments", { worse: "lower" }),
    paidShareSpread184d: stddev(paidShare).last(halfYear),
    shortfallFading: decayedSum(shortfall, { halfLife: days(60) })
      .ever()
      .reason("Owed and not paid, the more recent the more it counts", { worse: "higher" }),
    shortfallWorst3: max(shortfall)
      .last(events(3))
      .reason("Owed and not paid, of three statements", { worse: "higher" }),
    paidInSpring: sum(statement.paid.where(monthOf(statement, taipei).is(atMost(6)), { otherwise: twd(0) })).last(
      halfYear,
    ),

    // How late, how often, for how long.
    lateShare184d: share(late).last(halfYear).reason("Proportion of payments late", { worse: "higher" }),
    lateStreak184d: longestStreak(isLate).last(halfYear).reason("Late payments in a row", { worse: "higher" }),
    lateStreakNow: currentStreak(isLate).ever().reason("Late payments in a row, up to now", { worse: "higher" }),
    usuallyLate184d: mode(isLate).last(halfYear),
    sameHabit184d: modeShare(isLate).last(halfYear),
    owedWhenLate184d: max(owedWhenLate).last(halfYear).reason("Amount owed while late", { worse: "higher" }),
    lateAndOwing: both(behind, owedNow.is(atLeast(twd(1_000)))),

    // One of two, by what is there: whoever has three statements is judged by them, others by their limit.
    level: choose(count(statement).ever().is(atLeast(3)), { yes: mean(owed).last(days(92)), no: limit }),
    headroom: greatest(limit.minus(owedNow), twd(0)).reason("Unused part of your limit", { worse: "lower" }),
    afterIncrease: owedNow.over(limit.plus(lineRequest.increase)),
  },
  { owner: "card-risk", use: "credit", description: "What six statements can say" },
);

/** "Missed payment next month", known only where an outcome event shows it: absent is missing, never good. */
export const missedPayment = label("missedPayment", borrower, {
  bad: occurs(outcome.where({ missed: 1 })).next(days(30)),
  observedBy: occurs(outcome).next(days(30)),
});
