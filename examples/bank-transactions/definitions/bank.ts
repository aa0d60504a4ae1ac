// Instalment loans of a bank that sees its borrowers' current accounts. Bookings are about an account, jobs about a borrower,
// layoffs about an employer, risk about a merchant; a value reaches one entity further by `.of(latest(reference))`.

import {
  above,
  atLeast,
  below,
  category,
  choose,
  coded,
  count,
  currentStreak,
  cycles,
  date,
  dayOfMonthOf,
  days,
  daysSince,
  daysUntil,
  decayedSum,
  decimal,
  entity,
  event,
  events,
  features,
  greatest,
  hourOf,
  hours,
  integer,
  label,
  lastValues,
  latest,
  longestStreak,
  maxGap,
  mean,
  meanGap,
  median,
  min,
  money,
  months,
  occurs,
  optional,
  published,
  ref,
  request,
  scaled,
  sequence,
  share,
  stddev,
  step,
  sum,
  trend,
} from "assay";

export const eur = money("EUR");
export const berlin = "Europe/Berlin";

export const borrower = entity("borrower");
export const account = entity("account");
export const employer = entity("employer");
export const merchant = entity("merchant");

/** Above 0 comes in, below 0 goes out. Booked at night: the bank knows of it half a day later. */
export const booking = event("booking", account, {
  delay: hours(12),
  fields: {
    amount: eur,
    balance: eur,
    kind: category("salary", "rent", "groceries", "gambling", "cash", "other"),
    merchant: optional(ref(merchant)),
  },
});
export const missedInstalment = event("missedInstalment", account, { delay: days(1), fields: { owed: eur } });
export const loanRepaid = event("loanRepaid", account, { fields: {} });
export const accountClosed = event("accountClosed", account, { fields: {} });

export const employment = event("employment", borrower, { fields: { employer: ref(employer), salary: eur } });
export const mainAccount = event("mainAccount", borrower, { fields: { account: ref(account) } });
export const layoff = event("layoff", employer, { delay: days(3), fields: { jobs: integer } });

/** Another team's result, by its own schedule: the share of a merchant's takings that is charged back. */
export const merchantRisk = published("merchantRisk", merchant, {
  producer: "payments-warehouse",
  type: decimal(3),
  maximumAge: days(45),
});

export const application = request("application", {
  parties: { account, applicant: borrower },
  fields: { amount: eur, termMonths: integer, firstPayment: date },
});

// Subsets have names; they are events too. Columns are made of columns, row by row.
const salary = booking.where({ kind: "salary" });
const incoming = booking.where({ amount: above(eur(0)) });
const spending = booking.where({ amount: below(eur(0)) });
const spent = spending.amount.absolute();
const overdrawn = booking.balance.is(below(eur(0)));
const atNight = spending.where(hourOf(spending, berlin).is(below(5)));

const halfYear = days(184);
const typicalSalary = median(salary.amount).last(months(6, berlin));
const spentByKind = sum(spent).by(spending.kind).last(days(90));
const spentAll = sum(spent).last(days(90));
const payCycle = cycles(1, { day: 25, zone: berlin });
const instalment = application.amount.over(application.termMonths);

export const conduct = features(
  "conduct",
  account,
  {
    // Income: how much, how regular, how lately.
    typicalSalary: typicalSalary.reason("Level of income", { worse: "lower" }),
    ...lastValues(salary.amount, 3).as("salary"),
    salarySpread184d: stddev(salary.amount)
      .last(halfYear)
      .over(mean(salary.amount).last(halfYear))
      .reason("Variation of income", { worse: "higher" }),
    salaryGapMean184d: meanGap(salary).last(halfYear),
    salaryGapMax184d: maxGap(salary).last(halfYear).reason("Longest time without income", { worse: "higher" }),
    paydaySpread184d: stddev(dayOfMonthOf(salary, berlin))
      .last(halfYear)
      .reason("Regularity of income", { worse: "higher" }),
    daysSinceSalary: daysSince(salary).reason("Time since your most recent income", { worse: "higher" }),

    // Spending: how much, on what, and when. Months and pay cycles are whole ones; a pay cycle begins on the 25th.
    spent90d: spentByKind,
    gamblingShare90d: spentByKind.gambling
      .ifMissing(eur(0))
      .over(spentAll)
      .reason("Proportion of spending on gambling", { worse: "higher" }),
    spentFading: decayedSum(spent, { halfLife: days(30) }).ever(),
    spentChange: sum(spent).change(months(1, berlin)).reason("Increase of spending", { worse: "higher" }),
    keptOfPayCycle: sum(booking.amount)
      .last(payCycle)
      .over(sum(incoming.amount).last(payCycle))
      .reason("Proportion of income kept until the next payday", { worse: "lower" }),
    nightShare90d: share(atNight).last(days(90)),

    // Balance: its level, its direction, how often and how long it was below 0.
    balanceNow: latest(booking.balance).reason("Balance of your account", { worse: "lower" }),
    balanceGrowth90d: latest(booking.balance).minus(latest(booking.balance).ago(days(90))),
    ...trend(booking.balance).each({ balanceTrend30d: days(30), balanceTrend184d: halfYear }),
    lowestBalance90d: min(booking.balance).last(days(90)).reason("Lowest balance of your account", { worse: "lower" }),
    overdrawnStreak184d: longestStreak(overdrawn)
      .last(halfYear)
      .reason("Longest time your account was overdrawn", { worse: "higher" }),
    overdrawnNow: currentStreak(overdrawn).ever().reason("Your account is overdrawn", { worse: "higher" }),

    // Relations: what others know of where the money went.
    lastMerchantRisk: merchantRisk
      .current()
      .of(latest(spending.merchant))
      .reason("Kind of recent card payments", { worse: "higher" }),

    // What is asked, against what is known. Without a salary in 40 days none is counted on.
    instalmentOverSalary: instalment
      .over(choose(occurs(salary).last(days(40)), { yes: typicalSalary, no: eur(0) }))
      .reason("Instalment compared with your income", { worse: "higher" }),
    buffer: greatest(latest(booking.balance), eur(0))
      .over(instalment)
      .reason("Savings compared with the instalment", { worse: "lower" }),
    daysToFirstPayment: daysUntil(application.firstPayment),

    // Read by the policy alone.
    bookings: count(booking).ever(),
  },
  { owner: "retail-risk", use: "credit", description: "How an account is run, at the time of an application" },
);

export const person = features(
  "person",
  borrower,
  {
    employedDays: daysSince(employment).reason("Time in your present employment", { worse: "lower" }),
    employerLayoffs365d: sum(layoff.jobs)
      .last(days(365))
      .of(latest(employment.employer))
      .ifMissing(0)
      .reason("Stability of your employer", { worse: "higher" }),
    /** What arrives in the account that salaries go to, against what was said when the job began. */
    paidOfContract: median(salary.amount)
      .last(months(6, berlin))
      .of(latest(mainAccount.account))
      .over(latest(employment.salary))
      .reason("Income received compared with income stated", { worse: "lower" }),
  },
  { owner: "retail-risk", use: "credit" },
);

const halfYearAhead = months(6, berlin);

/** What an encoder would read: the last bookings as tokens, amounts scaled, the most frequent merchants by code. */
export const behaviour = sequence("behaviour", account, [
  step(booking, { amount: scaled(booking.amount), kind: booking.kind, merchant: coded(booking.merchant) }),
  step(missedInstalment, {}),
]).last(events(128));

/** Two missed instalments in six months are bad; one is neither. An account that is closed or a loan repaid shows no more. */
export const missedTwo = label("missedTwo", account, {
  bad: count(missedInstalment).next(halfYearAhead).is(atLeast(2)),
  unclear: occurs(missedInstalment).next(halfYearAhead),
  endedBy: { repaid: loanRepaid, closed: accountClosed },
  matures: days(30),
});
