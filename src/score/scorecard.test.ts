import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { missingCode } from "../base/index.ts";
import type { Row, ScorecardDocument, Scorer } from "./artefacts.ts";
import { loadScorer } from "./index.ts";
import { naiveExplainer } from "./naive-explainer.ts";

const columns = ["applicant.late", "applicant.share"];
const document: ScorecardDocument = {
  format: "assay.scorecard",
  version: 1,
  intercept: -1.5,
  characteristics: [
    {
      column: "applicant.late",
      bins: [
        { below: 1, term: -0.5, rows: 70 },
        { below: 3, term: 0.25, rows: 20 },
        { below: null, term: 1.5, rows: 10 },
      ],
      missing: { term: 0.125, byKind: { "no history": 0.75 } },
    },
    {
      column: "applicant.share",
      bins: [
        { below: 0.5, term: 0.5, rows: 50 },
        { below: null, term: -0.25, rows: 50 },
      ],
      missing: { term: 0, byKind: {} },
    },
  ],
};

function load(changed: unknown, names: readonly string[] = columns) {
  return loadScorer("assay.scorecard", new TextEncoder().encode(JSON.stringify(changed)), names);
}
function loaded(): Scorer {
  const scorer = load(document);
  if (Array.isArray(scorer)) throw new Error(JSON.stringify(scorer));
  return scorer;
}
function row(values: readonly number[], kinds: readonly number[] = [0, 0]): Row {
  return { values: Float64Array.from(values), kinds: Uint8Array.from(kinds) };
}
const withFirst = (change: object) => ({
  ...document,
  characteristics: [{ ...document.characteristics[0], ...change }, document.characteristics[1]],
});

describe("a scorecard", () => {
  test.each([
    ["below the first edge", row([0, 0.2]), -1.5],
    ["on an edge belongs to the bin above", row([1, 0.5]), -1.5],
    ["above the last edge", row([9, 0.9]), -0.25],
    ["missing by a kind with its own term", row([Number.NaN, 0.2], [missingCode("no history"), 0]), -0.25],
    ["missing by another kind", row([Number.NaN, 0.2], [missingCode("empty window"), 0]), -0.875],
  ])("%s", (_, person, margin) => {
    expect(loaded().margin(person)).toBe(margin);
  });

  test("is explained by differences of terms, as the slow twin says", () => {
    const value = fc.oneof(fc.integer({ min: -2, max: 5 }), fc.constant(Number.NaN));
    const person = fc
      .tuple(value, value)
      .map(([a, b]) => row([a, b], [Number.isNaN(a) ? 1 : 0, Number.isNaN(b) ? 2 : 0]));
    const groups = columns.map((name, i) => ({ name, columns: [i] }));
    fc.assert(
      fc.property(person, fc.array(person, { minLength: 1, maxLength: 5 }), (who, rows) => {
        const [fast, slow] = [loaded().explainer(groups, rows)(who), naiveExplainer(loaded(), groups, rows)(who)];
        for (const [i, contribution] of fast.entries()) expect(Math.abs(contribution - slow[i]!)).toBeLessThan(1e-12);
      }),
    );
  });

  test.each([
    ["a column nobody declared", withFirst({ column: "applicant.lat" }), "UNKNOWN_COLUMN"],
    ["a column twice", withFirst({ column: "applicant.share" }), "REPEATED_COLUMN"],
    [
      "bins that do not ascend",
      withFirst({
        bins: [
          { below: 3, term: 0, rows: 1 },
          { below: 1, term: 0, rows: 1 },
          { below: null, term: 0, rows: 1 },
        ],
      }),
      "BINS",
    ],
    ["bins without an end", withFirst({ bins: [{ below: 3, term: 0, rows: 1 }] }), "BINS"],
    ["an unknown kind of missing", withFirst({ missing: { term: 0, byKind: { lost: 1 } } }), "MISSING_KIND"],
    ["a term that is no number", withFirst({ missing: { term: null, byKind: {} } }), "UNREADABLE"],
    ["another version", { ...document, version: 2 }, "UNREADABLE"],
  ])("is refused with %s", (_, changed, rule) => {
    const problems = load(changed);
    expect(Array.isArray(problems) && problems.map((problem) => problem.code)).toContain(`ASSAY_SCORE_${rule}`);
  });
});
