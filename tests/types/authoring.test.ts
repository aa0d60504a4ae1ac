// The example of the grammar as it runs: definitions found, checked, printed and hashed through the public entry.

import { expect, test } from "vitest";
import {
  checkDefinitions,
  collectDefinitions,
  definitionOf,
  documentHash,
  type FeatureSetNode,
  meaningHash,
  printValue,
} from "../../src/define/index.ts";
import * as authoring from "./fixtures/authoring.ts";
import * as columns from "./fixtures/columns.ts";

const definitions = collectDefinitions(authoring, "authoring.ts");

test("has no problem, and each definition knows its line", () => {
  expect(checkDefinitions(definitions)).toEqual([]);
  for (const { place } of definitions) expect(place?.file).toMatch(/fixtures\/authoring\.ts$/);
  expect(new Set(definitions.map(({ place }) => place?.line)).size).toBe(definitions.length);
});

test("prints its values as they were written", () => {
  const { features } = definitionOf(authoring.review).node as FeatureSetNode;
  const lines = features.map(({ name, feature }) => `${name}: ${printValue(feature.value)}`);
  expect(lines).toMatchInlineSnapshot(`
    [
      "lateCount180d: count(statement.where({ monthsLate: atLeast(1) })).last(days(180))",
      "daysSinceLate: daysSince(statement.where({ monthsLate: atLeast(1) }))",
      "paidShare90d: sum(statement.paid).last(days(90)).over(sum(statement.billed).last(days(90)))",
      "billedChange90d: sum(statement.billed).last(days(90)).over(sum(statement.billed).last(days(90), { skip: days(90) }))",
      "worstShortfall6: max(statement.billed.minus(statement.paid)).last(events(6))",
      "monthlySpend: sum(purchase.amount).last(months(1, "America/New_York")).ifMissing(usd(0))",
      "riskyKinds30d: distinct(purchase.where({ kind: anyOf("cash", "gambling"), amount: atLeast(usd(200)) }).kind).last(days(30))",
      "limitNow: latest(statement.creditLimit)",
      "lastKind: latest(purchase.kind)",
      "askedOverSalary: application.amount.over(latest(employment.salary))",
      "thinFile: count(statement).ever().is(below(3))",
      "employerLayoffs365d: count(layoff).last(days(365)).of(latest(employment.employer))",
      "incomeNow: bureauIncome.current()",
      "surplusIncome: choose(count(statement).ever().is(0), { yes: usd(0), no: bureauIncome.current().minus(sum(statement.billed).last(days(90))) })",
      "startsIn: daysUntil(application.start).clamp({ atLeast: 0, atMost: 90 })",
    ]
  `);
});

test("keeps its data and its hashes", async () => {
  const catalogue = { definitions };
  const kept = definitions.map((definition) => ({
    node: definition.node,
    document: definition.document,
    meaningHash: meaningHash(definition, catalogue),
    documentHash: documentHash(definition),
  }));
  await expect(`${JSON.stringify(kept, null, 2)}\n`).toMatchFileSnapshot("authoring.golden.json");
});

test("prints row expressions and windows as they were written", () => {
  expect(checkDefinitions(collectDefinitions(columns, "columns.ts"))).toEqual([]);
  const { features } = definitionOf(columns.columns).node as FeatureSetNode;
  const lines = features.map(
    ({ name, feature }) => `${name}: ${printValue(feature.value)} [${feature.missing.join(", ")}]`,
  );
  expect(lines).toMatchInlineSnapshot(`
    [
      "lateOnes: sum(statement.billed.where(statement.where({ monthsLate: atLeast(1) }), { otherwise: usd(0) })).last(days(90)) [no history, empty window]",
      "rentSpent: sum(purchase.amount.where(purchase.where({ kind: "rent" }), { otherwise: usd(0) })).last(days(90)) [no history, empty window]",
      "highest: max(statement.billed.where(statement.where(statement.billed.minus(statement.paid).is(above(usd(0)))), { otherwise: statement.paid })).ever() [no history]",
      "owing: count(statement.where(statement.billed.minus(statement.paid).is(above(usd(0))))).ever() []",
      "lateOrDisputed: count(statement.where(either({ monthsLate: atLeast(1) }, { disputed: true }))).ever() []",
      "bothTests: count(statement.where(either({ monthsLate: atLeast(1) }, { disputed: true }))).ever() []",
      "lessFee: sum(statement.billed.minus(usd(5))).ever() [no history]",
      "doubled: sum(statement.billed.times(2)).ever() [no history, empty window]",
      "tax: sum(statement.billed.times(0.19, { decimals: 2 })).ever() [no history, empty window]",
      "utilisation: mean(statement.billed.over(statement.limit, { decimals: 4 })).last(cycles(3, { day: 15, zone: "America/New_York" })) [no history, empty window]",
      "monthly: sum(statement.billed.over(12, { decimals: 2 })).ever() [no history, empty window]",
      "held: sum(statement.billed.clamp({ atLeast: usd(0), atMost: usd(5000) })).ever() [no history]",
      "logBilled: mean(statement.billed.log({ decimals: 6 })).ever() [no history, empty window]",
      "change: max(statement.billed.minus(statement.paid).absolute()).ever() [no history]",
      "nightSpend: count(purchase.where(hourOf(purchase, "America/New_York").is(atLeast(22)))).last(days(30)) []",
      "weekday: latest(weekdayOf(purchase.booked, "America/New_York")) [no history]",
      "dueDay: latest(dayOfMonthOf(statement.dueOn)) [no history]",
      "kindsOfMonth: distinct(monthOf(purchase, "America/New_York")).last(days(365)) []",
      "firstYear: latest(yearOf(statement.dueOn)) [no history]",
      "daysLate: max(daysBetween(statement.dueOn, statement, "America/New_York")).last(days(365)) [no history, empty window]",
      "limitThen: latest(statement.limit).ago(days(90)) [no history, empty window]",
      "debts: sum(tradeline.balance).ofLatest(pull) [no history, empty window]",
      "lateLines: count(tradeline.where({ monthsLate: atLeast(1) })).ofLatest(pull.where({ vendor: "one" })) []",
      "cycle: sum(statement.billed).last(cycles(1, { day: 31, zone: "America/New_York" }), { skip: cycles(1, { day: 31, zone: "America/New_York" }) }) [no history, empty window]",
      "spending0: latest(spending.embedding.element(0, { decimals: 6 })) [no history, empty window]",
      "spending1: latest(spending.embedding.element(1, { decimals: 6 })) [no history, empty window]",
      "spending2: latest(spending.embedding.element(2, { decimals: 6 })) [no history, empty window]",
    ]
  `);
});
