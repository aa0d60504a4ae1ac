// Mistakes that only show between definitions: each is told with its code, and all at once.

import { describe, expect, test } from "vitest";
import {
  approve,
  atLeast,
  bands,
  bindReasons,
  bundle,
  category,
  checkDefinitions,
  collectDefinitions,
  count,
  type Definition,
  days,
  decline,
  definitionOf,
  entity,
  event,
  features,
  integer,
  isotonic,
  justAbove,
  knockOut,
  label,
  latest,
  missing,
  model,
  money,
  occurs,
  optional,
  policy,
  probability,
  prohibited,
  reasonLibrary,
  refer,
  request,
  scorecard,
  sum,
} from "./index.ts";

const owner = { owner: "card-risk", use: "credit" };

/** A small sound workspace; `change` swaps parts of it for others. */
function workspace() {
  const usd = money("USD");
  const borrower = entity("borrower");
  const statement = event("statement", borrower, { fields: { billed: usd, monthsLate: integer } });
  const late = statement.where({ monthsLate: atLeast(1) });
  const review = features(
    "review",
    borrower,
    {
      lateCount: count(late).ever().reason("Number of late payments", { worse: "higher" }),
      billed: latest(statement.billed).reason("Amount billed", { worse: "higher" }),
      total: sum(statement.billed).ever(),
    },
    owner,
  );
  const application = request("application", {
    parties: { applicant: borrower, coApplicant: optional(borrower) },
    fields: { amount: usd },
  });
  const defaulted = label("defaulted", borrower, { bad: occurs(late).next(days(30)), matures: days(1) });
  const pd = model("pd", {
    of: defaulted,
    from: { applicant: review, coApplicant: review },
    features: [review.lateCount, review.billed],
    family: scorecard(),
    outputs: { pd: probability({ horizon: days(30) }) },
    calibrate: isotonic({ on: "validation" }),
  });
  const reasons = reasonLibrary("reasons", { late: { en: "Late payments", group: [review.lateCount, review.total] } });
  const decide = policy("decide", application, [
    knockOut("late", { when: review.lateCount.is(atLeast(3)), because: reasons.late }),
    refer("none", { when: review.billed.isMissing("no history") }),
    bands(pd.outputs.pd, [{ below: 0.1, then: approve({ amount: application.amount }) }, { otherwise: decline() }]),
  ]);
  const baseline = justAbove({ output: pd.outputs.pd, rows: 10, on: "validation" });
  const lines = bundle("lines", { policy: decide, models: [pd], reasons, baseline, jurisdiction: "US" });
  return { usd, borrower, statement, late, review, application, defaulted, pd, reasons, decide, baseline, lines };
}

const sound = workspace();
type Workspace = Partial<Record<keyof typeof sound | "extra" | "challenger", unknown>>;

function problemsOf(change: Workspace): string[] {
  const definitions = collectDefinitions({ ...sound, ...change }, "definitions/all.ts");
  return checkDefinitions(definitions).map(
    ({ code, thing, rule }) => `${code.replace("ASSAY_DEFINE_", "")} ${thing}: ${rule}`,
  );
}

test("a sound workspace has no problem", () => expect(problemsOf({})).toEqual([]));

test("the same definition exported twice counts once", () => {
  expect(problemsOf({ extra: sound.review })).toEqual([]);
});

test("a repeated kind and name is told with both places", () => {
  const again = entity("borrower");
  const [problem] = checkDefinitions(collectDefinitions({ ...sound, again }, "all.ts"));
  expect(problem?.code).toBe("ASSAY_DEFINE_REPEATED");
  expect(problem?.rule).toMatch(/check\.test\.ts:\d+$/);
  expect(problem?.place?.file).toMatch(/check\.test\.ts$/);
});

describe("between definitions", () => {
  test("what is used must be exported", () => {
    expect(problemsOf({ statement: undefined, late: undefined })).toEqual([
      'NOT_EXPORTED features "review": uses event "statement", which no definition file exports',
      'NOT_EXPORTED label "defaulted": uses event "statement", which no definition file exports',
    ]);
    expect(problemsOf({ defaulted: undefined })).toEqual([
      'NOT_EXPORTED model "pd": uses label "defaulted", which no definition file exports',
    ]);
  });

  test("a column must exist in the form it was read in, and be open", () => {
    const changed = event("statement", sound.borrower, {
      fields: { billed: sound.usd, monthsLate: category("0", "1") },
    });
    expect(problemsOf({ statement: changed })).toContain(
      'MISSING_COLUMN feature "lateCount" of "review": reads column "monthsLate", which "statement" does not have in this form',
    );
    const closed = event("statement", sound.borrower, {
      fields: { billed: sound.usd, monthsLate: prohibited(integer) },
    });
    expect(problemsOf({ statement: closed })).toContain(
      'PROHIBITED feature "lateCount" of "review": field "monthsLate" is a prohibited basis: no feature may read it; it reads ' +
        "statement.monthsLate through count(statement.where({ monthsLate: atLeast(1) })).ever()",
    );
  });

  test("a feature named by a model, a group or a rule must be in its set", () => {
    const review = features(
      "review",
      sound.borrower,
      { billed: latest(sound.statement.billed), total: sum(sound.statement.billed).ever() },
      owner,
    );
    expect(problemsOf({ review })).toEqual(
      expect.arrayContaining([
        'MISSING_FEATURE model "pd": names feature "lateCount", which "review" does not hold',
        'MISSING_FEATURE reasonLibrary "reasons": names feature "lateCount", which "review" does not hold',
        'MISSING_FEATURE policy "decide": names feature "lateCount", which "review" does not hold',
      ]),
    );
  });

  test("a feature lies in one reason group", () => {
    const { review } = sound;
    const reasons = reasonLibrary("reasons", {
      late: { en: "Late payments", group: [review.lateCount] },
      again: { en: "Again", group: [review.lateCount] },
    });
    expect(problemsOf({ reasons })).toEqual([
      'TWO_GROUPS reasonLibrary "reasons": feature "review.lateCount" lies in more than one reason group: late, again',
    ]);
  });

  test("a reason for a missing kind speaks beside a group, not instead of one", () => {
    const { review } = sound;
    const beside = reasonLibrary("reasons", {
      late: { en: "Late payments", group: [review.lateCount] },
      none: { en: "No history", group: [review.lateCount], when: missing("no history") },
    });
    expect(problemsOf({ reasons: beside })).toEqual([]);
  });

  test("every scored feature has a reason", () => {
    const { review, defaulted } = sound;
    const pd = model("pd", {
      of: defaulted,
      from: { applicant: review },
      family: scorecard(),
      outputs: { pd: probability({ horizon: days(30) }) },
      calibrate: isotonic({ on: "validation" }),
    });
    const reasons = reasonLibrary("reasons", { late: { en: "Late payments" } });
    expect(problemsOf({ pd, reasons })).toEqual([
      'NO_REASON bundle "lines": model "pd" scores "applicant.total", and no reason speaks for it',
    ]);
  });

  test("a rule's reason is in the bundle's library", () => {
    const reasons = reasonLibrary("reasons", { other: { en: "Other" } });
    expect(problemsOf({ reasons })).toEqual([
      'REASON_NOT_IN_BUNDLE bundle "lines": policy gives reason "late", which the bundle\'s library does not hold',
    ]);
  });

  test("a policy reads only sets that a model of the bundle binds", () => {
    const { borrower, statement, application, reasons, pd, baseline } = sound;
    const extra = features("extra", borrower, { billed: latest(statement.billed) }, owner);
    const decide = policy("decide", application, [refer("extra", { when: extra.billed.isMissing() })]);
    const lines = bundle("lines", { policy: decide, models: [pd], reasons, baseline, jurisdiction: "US" });
    expect(problemsOf({ extra, decide, lines })).toEqual([
      'VALUE_NOT_IN_BUNDLE bundle "lines": policy reads extra.billed, but no model of the bundle binds that feature set to applicant',
    ]);
  });

  test("roles of models are parties of the request, with one set each", () => {
    const { borrower, statement, defaulted, review, pd } = sound;
    const extra = features(
      "extra",
      borrower,
      { billed: latest(statement.billed).reason("Billed", { worse: "higher" }) },
      owner,
    );
    const outputs = { pd: probability({ horizon: days(30) }) };
    const challenger = model("challenger", {
      of: defaulted,
      from: { applicant: extra, guarantor: review },
      family: scorecard(),
      outputs,
    });
    const { decide, reasons, baseline } = sound;
    const lines = bundle("lines", {
      policy: decide,
      models: [pd],
      shadow: [challenger],
      reasons,
      baseline,
      jurisdiction: "US",
    });
    expect(problemsOf({ extra, lines, challenger })).toEqual([
      'SHADOW bundle "lines": puts challenger in shadow; only the runner-up of a contest runs there as yet',
      'NOT_CALIBRATED bundle "lines": model "challenger" is not calibrated; only calibrated models decide as yet',
      'TWO_SETS_FOR_A_ROLE bundle "lines": role "applicant" is bound to more than one feature set: review, extra',
      'UNKNOWN_ROLE bundle "lines": binds role "guarantor", which request "application" does not have with that entity',
    ]);
  });
});

test("a bundle holds what a season fits: one model, calibrated", () => {
  const { defaulted, review, pd, decide, reasons, baseline } = sound;
  const outputs = { pd: probability({ horizon: days(30) }) };
  const second = model("second", { of: defaulted, from: { applicant: review }, family: scorecard(), outputs });
  const features = [review.lateCount];
  const raw = model("pd", { of: defaulted, from: { applicant: review }, features, family: scorecard(), outputs });
  const two = bundle("lines", { policy: decide, models: [pd, second], reasons, baseline, jurisdiction: "US" });
  expect(problemsOf({ challenger: second, lines: two })).toContain(
    'NOT_ONE_MODEL bundle "lines": holds 2 models; a bundle has exactly one',
  );
  expect(problemsOf({ pd: raw })).toContain(
    'NOT_CALIBRATED bundle "lines": model "pd" is not calibrated; only calibrated models decide as yet',
  );
});

test("a bound library names columns by role and adds scored features' own texts", () => {
  const definitions: Definition[] = collectDefinitions(sound, "all.ts");
  const node = definitionOf(sound.lines).node;
  expect(node.kind === "bundle" && bindReasons(node, { definitions }).reasons).toEqual([
    {
      name: "late",
      text: { en: "Late payments" },
      group: ["applicant.lateCount", "coApplicant.lateCount", "applicant.total", "coApplicant.total"],
      when: null,
    },
    {
      name: "review.billed",
      text: { en: "Amount billed" },
      group: ["applicant.billed", "coApplicant.billed"],
      when: null,
    },
  ]);
});
