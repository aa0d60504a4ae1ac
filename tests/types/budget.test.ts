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
];

function definitionsFile(features: number): string {
  const members = Array.from({ length: features }, (_, i) => `  f${i}: ${forms[i % forms.length]!(i)},`);
  return [
    "import { anyOf, atLeast, below, both, category, count, days, daysSince, distinct, entity, event, events, features,",
    '  integer, latest, max, mean, money, months, occurs, request, sum } from "assay";',
    'const usd = money("USD");',
    'const zone = "America/New_York";',
    'const borrower = entity("borrower");',
    'const statement = event("statement", borrower,',
    "  { fields: { billed: usd, paid: usd, creditLimit: usd, monthsLate: integer } });",
    'const purchase = event("purchase", borrower, { fields: { amount: usd, kind: category("rent", "cash", "other") } });',
    'const application = request("application", { parties: { applicant: borrower }, fields: { amount: usd } });',
    "const late = statement.where({ monthsLate: atLeast(1) });",
    'export const set = features("set", borrower, {',
    ...members,
    '}, { owner: "card-risk", use: "credit" });',
  ].join("\n");
}
