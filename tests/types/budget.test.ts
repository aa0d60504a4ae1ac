// What a feature costs the compiler. The editor checks a definitions file at each key press; 800 features must stay light.

import { expect, test } from "vitest";
import { compileText, refusalsIn } from "./compiler.ts";

const INSTANTIATIONS_PER_FEATURE = 150;

test("a feature costs the compiler at most 150 instantiations", () => {
  const cost = (instantiations(200) - instantiations(100)) / 100;
  expect(cost).toBeGreaterThan(20);
  expect(cost).toBeLessThanOrEqual(INSTANTIATIONS_PER_FEATURE);
});

/** Instantiations of a sound project with so many features, of all the forms that exist. */
function instantiations(features: number): number {
  const output = compileText(definitionsFile(features), "--extendedDiagnostics");
  expect(refusalsIn(output)).toEqual([]);
  return Number(/^Instantiations:\s+(\d+)$/m.exec(output)?.[1]);
}

const forms: readonly ((i: number) => string)[] = [
  (i) => `count(late).last(days(${i + 1})).reason("reason ${i}", { worse: "higher" })`,
  (i) => `sum(statement.billed).last(days(${i + 1})).over(sum(statement.paid).last(days(${i + 1})))`,
  (i) => `max(statement.billed.minus(statement.paid)).last(events(${i + 1}))`,
  (i) => `sum(purchase.amount).last(months(${(i % 12) + 1}, zone)).ifMissing(usd(0))`,
  (i) => `distinct(purchase.where({ kind: anyOf("rent", "cash"), amount: atLeast(usd(${i})) }).kind).last(days(30))`,
  () => "latest(statement.creditLimit)",
  (i) => `daysSince(statement.where({ monthsLate: atLeast(${i}) })).reason("reason ${i}", { worse: "lower" })`,
  (i) => `count(statement).ever().is(below(${i + 1}))`,
  (i) => `both(occurs(late).last(days(${i + 1})), latest(purchase.kind).is("cash"))`,
  (i) => `application.amount.over(mean(purchase.amount).last(days(${i + 1}), { skip: days(3) }))`,
  (i) => `count(layoff).last(days(${i + 1})).of(latest(employment.employer))`,
  (i) => `sum(statement.billed).last(days(${i + 1})).minus(usd(1)).clamp({ atLeast: usd(0) }).log()`,
  (i) => `sum(purchase.amount).by(purchase.kind).last(days(${i + 1}))`,
  (i) => `percentile(purchase.amount, 95).last(days(${i + 1}))`,
  (i) => `currentStreak(statement.monthsLate.is(atLeast(1))).last(events(${i + 1}))`,
  (i) => `choose(occurs(late).last(days(${i + 1})), { yes: latest(statement.billed), no: usd(0) })`,
  (i) => `count(statement.where(statement.billed.minus(statement.paid).is(above(usd(${i}))))).ever()`,
  (i) =>
    `mean(statement.billed.over(statement.creditLimit, { decimals: 4 })).last(cycles(${i + 1}, { day: 15, zone }))`,
  (i) => `sum(statement.billed.where(late, { otherwise: usd(0) }).clamp({ atMost: usd(9) })).last(days(${i + 1}))`,
  (i) => `max(daysBetween(purchase.booked, purchase, zone)).ago(days(${i + 1}))`,
];

function definitionsFile(features: number): string {
  const members = Array.from({ length: features }, (_, i) => `  f${i}: ${forms[i % forms.length]!(i)},`);
  return [
    "import { above, anyOf, atLeast, below, both, category, choose, count, currentStreak, cycles, days, daysBetween, daysSince, distinct, entity, event, events, features,",
    '  instant, integer, latest, max, mean, money, months, occurs, percentile, ref, request, sum } from "assay";',
    'const usd = money("USD");',
    'const zone = "America/New_York";',
    'const borrower = entity("borrower");',
    'const employer = entity("employer");',
    'const employment = event("employment", borrower, { fields: { employer: ref(employer) } });',
    'const layoff = event("layoff", employer, { fields: { jobs: integer } });',
    'const statement = event("statement", borrower,',
    "  { fields: { billed: usd, paid: usd, creditLimit: usd, monthsLate: integer } });",
    'const purchase = event("purchase", borrower, { fields: { amount: usd, booked: instant, kind: category("rent", "cash", "other") } });',
    'const application = request("application", { parties: { applicant: borrower }, fields: { amount: usd } });',
    "const late = statement.where({ monthsLate: atLeast(1) });",
    'export const set = features("set", borrower, {',
    ...members,
    '}, { owner: "card-risk", use: "credit" });',
  ].join("\n");
}
