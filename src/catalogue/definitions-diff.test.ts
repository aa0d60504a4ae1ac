// What people are told when definitions change: held as text, because the text is what they act on.

import { expect, test } from "vitest";
import { canonicalJson } from "../base/index.ts";
import type { Catalogue } from "../define/index.ts";
import { bundleSides } from "./bundle-definitions.ts";
import { diffDefinitions } from "./definitions-diff.ts";
import { bundleDocument, lender } from "./fixtures/lender.ts";
import { keptDefinitions, readDefinitions } from "./kept-definitions.ts";
import { printDiff } from "./print-diff.ts";

const before = lender();

test("the same definitions, made twice, differ in nothing", () => {
  expect(printDiff(diffDefinitions(before, lender()))).toBe("No difference.");
  expect(diffDefinitions(before, lender()).meaningsDiffer).toBe(false);
});

test("another window is told by both sentences, with who must be built and fitted again", () => {
  const diff = diffDefinitions(before, lender({ lateDays: 180 }));
  expect(diff.meaningsDiffer).toBe(true);
  expect(printDiff(diff)).toMatchInlineSnapshot(`
    "features review: means something else
      ~ feature lateCount
        was count of statement where monthsLate is at least 1 over the last 90 days
        is  count of statement where monthsLate is at least 1 over the last 180 days

    model pd: says the same; what it stands on means something else

    policy lines: says the same; what it stands on means something else

    bundle lines: says the same; what it stands on means something else

    Columns of review to compute again: lateCount. 5 of 6 stay.
    Touched: reasonLibrary lines.
    Meanings differ."
  `);
});

test("owners and texts change words alone", () => {
  const diff = diffDefinitions(before, lender({ owner: "retail-risk", lateText: "Recent late payments" }));
  expect(diff.meaningsDiffer).toBe(false);
  expect(printDiff(diff)).toMatchInlineSnapshot(`
    "features review: only words differ
      ~ owner
        was card-risk
        is  retail-risk
      ~ reason of lateCount
        was Number of recent late payments
        is  Recent late payments

    No meaning differs: nothing has to be built or fitted again."
  `);
});

test("a feature that only goes by another name keeps its column", () => {
  const diff = diffDefinitions(before, lender({ lateName: "latePayments" }));
  expect(diff.columns).toEqual([]);
  expect(printDiff(diff)).toMatchInlineSnapshot(`
    "features review: means something else
      > feature latePayments, once called lateCount

    model pd: means something else
      + input applicant.latePayments = review.latePayments
      - input applicant.lateCount = review.lateCount

    reasonLibrary lines: means something else
      ~ reason late
        was review.lateCount
        is  review.latePayments

    policy lines: means something else
      ~ rule veryLate
        was knockOut when applicant.review.lateCount.is(above(3)), because late
        is  knockOut when applicant.review.latePayments.is(above(3)), because late

    bundle lines: says the same; what it stands on means something else

    Meanings differ."
  `);
});

test("a field declared otherwise changes features that read it, in the same words", () => {
  const diff = diffDefinitions(before, lender({ currency: "TWD" }));
  const review = diff.changes.find(({ kind }) => kind === "features")!;
  expect(review.facets.filter(({ key }) => key.startsWith("feature ")).map(({ key }) => key)).toEqual([
    "feature shortfall90d",
    "feature paidShare90d",
    "feature askedOverBilled",
  ]);
  expect(diff.columns).toEqual([
    {
      set: "review",
      built: ["shortfall90d", "paidShare90d", "askedOverBilled"],
      kept: ["lateCount", "daysSinceLate", "layoffs365d"],
    },
  ]);
});

test("a new feature, a new cut-off and other settings of a model are each told where they stand", () => {
  expect(
    printDiff(diffDefinitions(before, lender({ withSpare: true, cutoff: 0.12, depth: 4 }))),
  ).toMatchInlineSnapshot(`
    "features review: means something else
      + feature statements = count of statement ever
      ~ plan
        was 9 slots, 2 walks
        is  10 slots, 2 walks

    model pd: means something else
      ~ entry trees
        was xgboost, colsample 1, depth 3, learningRate 0.1, minChildWeight 1, monotone false, subsample 1, trees 50
        is  xgboost, colsample 1, depth 4, learningRate 0.1, minChildWeight 1, monotone false, subsample 1, trees 50

    policy lines: means something else
      ~ rule pd.pd
        was by pd.pd: below 0.1: approve increase = increase times 1; otherwise: decline
        is  by pd.pd: below 0.12: approve increase = increase times 1; otherwise: decline

    bundle lines: says the same; what it stands on means something else

    Columns of review to compute again: statements. 6 of 7 stay.
    Touched: reasonLibrary lines.
    Meanings differ."
  `);
});

test("features in another order are columns in another order", () => {
  const review = before.definitions.find(({ node }) => node.kind === "features")!;
  const turned = {
    ...review,
    node: { ...review.node, features: "features" in review.node ? review.node.features.toReversed() : [] },
  };
  const after = {
    definitions: before.definitions.map((each) => (each === review ? turned : each)) as Catalogue["definitions"],
  };
  const [change] = diffDefinitions(before, after).changes.filter(({ kind }) => kind === "features");
  expect(change).toMatchObject({ change: "meaning", facets: [{ key: "order of columns" }] });
});

test("what is gone is told last, with what it was", () => {
  const { definitions } = before;
  const after = { definitions: definitions.filter(({ node }) => node.kind !== "sequence" && node.name !== "layoff") };
  const lines = printDiff(diffDefinitions(before, after)).split("\n");
  expect(lines.filter((line) => line.endsWith(": gone"))).toEqual(["event layoff: gone", "sequence behaviour: gone"]);
  expect(lines).toContain("  - field jobs = integer");
});

test("definitions that were kept mean what they meant, whatever order a document puts them in", () => {
  const kept: unknown = JSON.parse(canonicalJson(keptDefinitions(before)));
  expect(diffDefinitions(readDefinitions(kept, "kept.json"), before).changes).toEqual([]);
  expect(() => readDefinitions({ format: "assay.definitions", version: 2 }, "kept.json")).toThrow(
    "ASSAY_CATALOGUE_UNKNOWN_VERSION",
  );
});

test("a bundle differs in nothing from the definitions it was drawn up from", () => {
  const { before: held, after } = bundleSides(bundleDocument(before), before);
  expect(diffDefinitions(held, after).changes).toEqual([]);
});

test("definitions that went on are held against a bundle by name, contest, roles and all", () => {
  const { before: held, after } = bundleSides(
    bundleDocument(before),
    lender({ lateDays: 180, cutoff: 0.12, depth: 4 }),
  );
  const diff = diffDefinitions(held, after);
  expect(diff.changes.map(({ kind, name, change }) => `${kind} ${name} ${change}`)).toEqual([
    "features review meaning",
    "model pd meaning",
    "policy lines meaning",
    "bundle lines upstream",
  ]);
});

test("a bundle that is declared no more is refused by name", () => {
  const now = { definitions: before.definitions.filter(({ node }) => node.kind !== "bundle") };
  expect(() => bundleSides(bundleDocument(before), now)).toThrow("ASSAY_CATALOGUE_NO_BUNDLE");
});
