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
