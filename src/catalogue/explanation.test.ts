// What is said of one definition: the words people read, and the figures behind them worked out by hand.

import { expect, test } from "vitest";
import { isAssayError } from "../base/index.ts";
import { type Counted, type Explanation, explainSubject } from "./explanation.ts";
import { lender } from "./fixtures/lender.ts";
import { printExplanation } from "./print-explanation.ts";
import { subjectNamed } from "./subject.ts";

const catalogue = lender();

/** 60 statements in 600 days; 4 employments; 300 layoffs of an employer. */
const counted: Counted = {
  loads: { statement: { rows: 60, days: 600 }, employment: { rows: 4, days: 600 }, layoff: { rows: 300, days: 1000 } },
  bytesPerEvent: 50,
  sources: { statement: ["core"] },
};

function explained(name: string, more: { readonly set?: string; readonly counted?: Counted | null } = {}): Explanation {
  return explainSubject(subjectNamed(catalogue, name, more.set), { catalogue, counted: more.counted ?? null });
}

function refusal(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (isAssayError(error)) return [error.code, error.problem.nearest];
    throw error;
  }
}

test("a feature: sentence, what it shares, where it comes from, who stands on it", () => {
  expect(printExplanation(explained("shortfall90d", { counted }))).toMatchInlineSnapshot(`
    "feature review.shortfall90d of borrower
      owner            card-risk
      use              credit
      is               sum of (statement.billed - statement.paid) over the last 90 days
      written as       sum(statement.billed.minus(statement.paid)).last(days(90))
      unit             USD
      missing by       no history, empty window
      reason           Balances carried
      riskier when     higher
      cost             1 walk over about 9 rows of a typical entity, about 9 ns in aggregates
      bytes an entity  about 3000 in the online store, for the events it reads
      meaning          7d36a1c8bb0f42a8c7521e416a057f8bb557e48e9c80728b41379543d44ded97
      document         3c5b92d269bc17948ccb2fb5545f3ecb8d8ac3631e4a25ba949b9fa7f7430665
      used by          model pd (input of applicant); reasonLibrary lines (reason "carried"); policy lines (rule "pd.pd"); bundle lines (its models)

    kept while rows are walked:
      rows of (statement.billed - statement.paid) in statement
      total of (statement.billed - statement.paid) in statement

    lineage:
      source core -> statement.billed | statement.paid
      field statement.billed -> statement.billed.minus(statement.paid)
      field statement.paid -> statement.billed.minus(statement.paid)
      row statement.billed.minus(statement.paid) -> review.shortfall90d
      feature review.shortfall90d -> model pd: input of applicant | reasons lines: reason "carried"
      user model pd: input of applicant -> bundle lines
      user reasons lines: reason "carried" -> bundle lines
      bundle bundle lines

    planned alone:
    features review of borrower (plan 1, semantics 1, time zones 2026f)

    shortfall90d = sum of (statement.billed - statement.paid) over the last 90 days [missing: no history, empty window]

    slots: 2
      s0 rows of (statement.billed - statement.paid) in statement
      s1 total of (statement.billed - statement.paid) in statement
    walks: 1
      statement back from t
        to t less 90 days: s0 s1"
  `);
});

test("without a history nothing is estimated, and that is said", () => {
  const said = printExplanation(explained("paidShare90d"));
  expect(said).toContain("not known: nothing has been sealed yet (assay seal)");
  expect(explained("paidShare90d")).toMatchObject({ estimate: null });
});

test("a walk meets the rows of its longest window, those of linked entities too", () => {
  const sums = explained("paidShare90d", { counted });
  // 90 of 600 days of 60 statements: 9 rows; sums cost 1 each a row, of two columns.
  expect(sums).toMatchObject({
    estimate: { walks: [{ event: "statement", rows: 9, nanoseconds: 18 }], bytesPerEntity: 3000 },
  });
  const linked = explained("layoffs365d", { counted });
  expect(linked).toMatchObject({
    estimate: {
      walks: [
        { entity: "borrower", event: "employment", rows: 1 },
        { entity: "employer", event: "layoff", rows: 109.5 },
      ],
      bytesPerEntity: 15_200,
    },
  });
});

test("lineage goes from the source to the bundle, without a gap", () => {
  const { lineage } = explained("shortfall90d", { counted }) as Explanation & { kind: "feature" };
  const reached = new Set(lineage.nodes.filter(({ layer }) => layer === "source").map(({ id }) => id));
  for (const [from, to] of lineage.edges.toSorted(([a], [b]) => place(a) - place(b)))
    if (reached.has(from)) reached.add(to);
  expect([...reached].filter((id) => id.startsWith("bundle"))).toEqual(["bundle bundle lines"]);

  function place(id: string): number {
    return lineage.nodes.findIndex((node) => node.id === id);
  }
});

test("a label says what is bad and what shows it", () => {
  expect(printExplanation(explained("wentBad"))).toMatchInlineSnapshot(`
    "label wentBad of borrower
      bad          occurs(outcome.where({ bad: atLeast(1) })).next(months(3, "America/New_York"))
      observed by  occurs(outcome).next(months(3, "America/New_York"))
      meaning      aac522a3b612e309e9d9a337190054e139d073620c7387afc8dd6b06588146ca
      document     1e5afb15ecc5e519b941cf44e52d5a2002fc452b74b1916ae8296dc53d726076
      used by      model pd (what it predicts)"
  `);
});

test("a sequence says what it holds and what is fitted", () => {
  expect(printExplanation(explained("behaviour"))).toMatchInlineSnapshot(`
    "sequence behaviour of borrower
      holds       the last 16 events of statement
      written as  sequence("behaviour", borrower, [step(statement, { billed: statement.billed })]).last(events(16))
      fitted      nothing: its numbers are taken as they are
      meaning     094572f15ce4ee38e83162a34c24c3861fc9fc202e8c49c5eba75252050b1997
      document    98edf2334f6fd5906d7a2346be4d6888c3f5047055e361b17ba0cc6723830b8b
      used by     nobody"
  `);
});

test("an event says who reads it, what a typical entity has and which fields lie in the vault", () => {
  expect(printExplanation(explained("statement", { counted }))).toMatchInlineSnapshot(`
    "event statement of borrower
      known after           2 days, by declaration
      sent by               core
      a typical entity has  60 in 600 days
      bytes an entity       about 3000 in the online store, for the events it reads
      meaning               a6c24030dd8e217dfaa303150c35fc401ad03019118914a5a98c2122c36c5c57
      document              d69f144416ec502cdb303898b10c04576414cd619517084f62e855d920acccf1
      used by               features review (feature "lateCount", feature "daysSinceLate", feature "shortfall90d", feature "paidShare90d", and 1 more); sequence behaviour (step "statement")

      billed: money
      paid: money
      monthsLate: integer
      sex: category (prohibited: in the vault)"
  `);
});

test("every definition can be explained", () => {
  for (const { node } of catalogue.definitions) expect(printExplanation(explained(node.name))).toContain(node.name);
});

test("a name that is not there is refused with the nearest one; a set narrows it", () => {
  expect(refusal(() => explained("paidShare9d"))).toEqual(["ASSAY_CATALOGUE_NO_SUCH", "paidShare90d"]);
  expect(refusal(() => explained("lateCount", { set: "revue" }))).toEqual(["ASSAY_CATALOGUE_NO_SUCH", undefined]);
  expect(explained("lateCount", { set: "review" }).name).toBe("review.lateCount");
});

test("a feature of two sets is meant by neither until one is named", () => {
  const both = { definitions: [...catalogue.definitions, ...renamedSet()] };
  expect(refusal(() => subjectNamed(both, "lateCount"))).toEqual(["ASSAY_CATALOGUE_AMBIGUOUS", undefined]);
  expect(subjectNamed(both, "other.lateCount")).toMatchObject({ kind: "feature", name: "lateCount" });

  function renamedSet() {
    return catalogue.definitions.flatMap((each) =>
      each.node.kind === "features" ? [{ ...each, node: { ...each.node, name: "other" } }] : [],
    );
  }
});
