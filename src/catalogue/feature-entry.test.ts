// The catalogue of features: what is in force and as defined, what was seen of it, how fresh it is, and finding it by words.

import { expect, test } from "vitest";
import { hashText } from "../base/index.ts";
import { sketchOf } from "../evaluate/index.ts";
import type { ProfileDocument } from "../monitoring/index.ts";
import { type CatalogueGround, featureCatalogue, featureLineage } from "./feature-entry.ts";
import { bundleDocument, lender } from "./fixtures/lender.ts";
import { searchFeatures } from "./search.ts";

const definitions = lender();
const bundle = bundleDocument(definitions);
const profile: ProfileDocument = {
  format: "assay.profile",
  version: 1,
  name: "lines",
  dataset: hashText("dataset"),
  snapshot: hashText("snapshot"),
  rows: { values: 8, decisions: 2 },
  columns: { "applicant.lateCount": { sketch: sketchOf([0, 0, 1, 2, 3]), missing: { "no history": 2, redacted: 1 } } },
  outputs: {},
  dispositions: {},
  reasons: {},
  adverse: 0,
  fields: [],
  feeds: [],
};
const ground: CatalogueGround = {
  definitions,
  bundle,
  profile,
  lateness: [
    { event: "statement", source: "core", delayMicros: 172_800_000_000, lateShare: 0.25 },
    { event: "outcome", source: "core", delayMicros: 0, lateShare: null },
  ],
  feeds: [],
};

function states(changed: Partial<CatalogueGround>): string[] {
  return featureCatalogue({ ...ground, ...changed }).map(({ name, inForce }) => `${name} ${inForce}`);
}

test("says which features serve as they are defined, with another meaning, not at all, or are defined no more", () => {
  expect(states({})).toEqual(
    ["lateCount", "daysSinceLate", "shortfall90d", "paidShare90d", "layoffs365d", "askedOverBilled"].map(
      (name) => `${name} same`,
    ),
  );
  const now = lender({ lateDays: 180, withSpare: true });
  expect(states({ definitions: now }).filter((state) => !state.endsWith("same"))).toEqual([
    "lateCount other",
    "statements no",
  ]);
  expect(
    states({ definitions: lender({ lateName: "latePayments" }) }).filter((state) => !state.endsWith("same")),
  ).toEqual(["latePayments no", "lateCount gone"]);
  expect(states({ bundle: null }).every((state) => state.endsWith(" no"))).toBe(true);
  expect(states({ definitions: null })).toEqual(states({}));
});

test("counts what was missing as a share of all rows, by kind", () => {
  const [late] = featureCatalogue(ground);
  expect(late!.seen).toEqual([
    {
      column: "applicant.lateCount",
      rows: 8,
      missing: { "no history": 0.25, redacted: 0.125 },
      sketch: profile.columns["applicant.lateCount"]!.sketch,
    },
  ]);
});

test("gives the feeds of the events that a feature reads, and of no others", () => {
  const feeds = featureCatalogue(ground).map(({ name, feeds: read }) => [name, read.map(({ event }) => event)]);
  expect(Object.fromEntries(feeds)).toMatchObject({
    lateCount: ["statement"],
    layoffs365d: [],
    askedOverBilled: ["statement"],
  });
});

test("knows who uses a feature from a bundle alone as from the definitions", () => {
  const users = (of: Partial<CatalogueGround>) =>
    featureCatalogue({ ...ground, ...of })[0]!.users.map(({ kind, part }) => `${kind} ${part}`);
  expect(users({ bundle: null })).toEqual([
    "model input of applicant",
    'reasonLibrary reason "late"',
    'policy rule "veryLate"',
    "bundle its models",
  ]);
  expect(users({ definitions: null })).toEqual([
    "model input of applicant",
    'policy rule "veryLate"',
    'reasonLibrary reason "late"',
  ]);
});

test("draws the lineage of what it lists, and of nothing else", () => {
  for (const { set, name } of featureCatalogue(ground))
    expect(featureLineage(ground, set, name)?.nodes.length).toBeGreaterThan(2);
  expect(featureLineage(ground, "review", "nobody")).toBeUndefined();
});

test("finds features that say every word, in whatever case, names first", () => {
  const names = (words: string) => searchFeatures(featureCatalogue(ground), words).map(({ name }) => name);
  expect(names("  ")).toHaveLength(6);
  expect(names("CARRIED")).toEqual(["shortfall90d", "paidShare90d"]);
  expect(names("billed")).toEqual(["askedOverBilled", "shortfall90d", "paidShare90d"]);
  expect(names("billed layoffs")).toEqual([]);
});
