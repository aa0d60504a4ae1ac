import { describe, expect, test } from "vitest";
import { canonicalJson } from "../base/index.ts";
import { lineBundle, lineInput } from "./fixtures/line-bundle.ts";
import { type DecisionPart, decide, type PersonVerdict, personDecision, printDecision } from "./index.ts";

const bundle = lineBundle();
const greyBand = decide(bundle, lineInput({ late: 1, used: 0.9, statements: 3 }, null, 100_01));
const thinFile = decide(bundle, lineInput({ statements: 0, late: 0 }));
const thinFileOfOnTime = decide(bundle, lineInput({ statements: 0, late: 0, used: 0.9 }));
const declined = decide(bundle, lineInput({ status: 2 }));
const t = 1_128_400_000_000_000;
const decline: PersonVerdict = {
  disposition: "decline",
  code: "judgement",
  person: "r.chen",
  reasons: ["incomeUnverified"],
};

function close(referral: DecisionPart, change: Partial<PersonVerdict> & { readonly t?: number } = {}) {
  return personDecision(referral, { ...decline, decisionId: "d-2", t, ...change }, bundle.document);
}
function closed(referral: DecisionPart, change: Partial<PersonVerdict> = {}): DecisionPart {
  const decision = close(referral, change);
  if (Array.isArray(decision)) throw new Error(JSON.stringify(decision));
  return decision;
}
function codes(referral: DecisionPart, change: Partial<PersonVerdict> & { readonly t?: number }): string[] {
  const found = close(referral, change);
  return Array.isArray(found) ? found.map((problem) => problem.code) : [];
}

describe("a referral closed by a person", () => {
  test("declined in the grey band states the person's reasons and the score's", () => {
    const printed = printDecision(closed(greyBand)).replace(/bundle {6}\w+/, "bundle      (hash)");
    expect(printed).toMatchInlineSnapshot(`
      "decision d-2 at 2005-10-04T04:26:40.000000Z
        application app-1 (lineIncrease, card, web), stage decision
        parties     applicant b-1
        bundle      (hash), jurisdiction US
        asked       increase 100.01
        score       pd.pd 0.175 (margin -1.25)
        decline, adverse, by r.chen (judgement), superseding d-1, basis both
      reasons
        1. We could not verify your income [person]
        2. Amount owed is high compared with your credit limit [score +1.1875]: applicant.used 0.9, coApplicant.used missing (not linked)
        3. Number of recent late payments [score +0.9375]: applicant.late 1, applicant.daysSinceLate 400
        4. Length of account history [score +0.375]: applicant.statements 3
      trace
        passed     knockOut currentlyLate: applicant.status 0, applicant.owed 100
        passed     refer noHistory: applicant.statements 3
        passed     knockOut tooMuch: asked.increase 100.01
        passed     knockOut riskyAndLate: output:pd.pd 0.175, applicant.late 1
        decided    bands score: output:pd.pd 0.175"
    `);
  });
  test("declined where a rule referred states the person's reasons alone", () => {
    const decision = closed(thinFile);
    expect(decision.basis).toBe("person");
    expect(decision.reasons.map(({ reason, component }) => [reason, component])).toEqual([
      ["incomeUnverified", "person"],
    ]);
  });
  test("says a reason once, also where the score gives it too, with the person's values", () => {
    const { reasons } = closed(greyBand, { reasons: ["latePayments"] });
    expect(reasons.filter(({ reason }) => reason === "latePayments")).toEqual([
      {
        reason: "latePayments",
        text: "Number of recent late payments",
        component: "person",
        contribution: null,
        values: [
          { feature: "applicant.late", value: 1 },
          { feature: "applicant.daysSinceLate", value: 400 },
        ],
      },
    ]);
  });
  test("approved offers what was asked on the policy's terms and states no reasons", () => {
    const { offered, adverse, reasons, contributions, basis } = closed(greyBand, {
      disposition: "approve",
      reasons: [],
    });
    expect({ offered, adverse, reasons, contributions, basis }).toEqual({
      offered: { increase: "100.01" },
      adverse: false,
      reasons: [],
      contributions: null,
      basis: "none",
    });
  });
  test("countered is adverse and offers the person's terms", () => {
    const decision = closed(greyBand, { disposition: "counterOffer", offered: { increase: "20.00" } });
    expect([decision.offered, decision.adverse]).toEqual([{ increase: "20.00" }, true]);
  });
  test("supersedes the referral, keeps what was known, and leaves the referral as it was", () => {
    const before = canonicalJson(greyBand);
    const decision = closed(greyBand);
    expect(decision).toMatchObject({
      decisionId: "d-2",
      supersedes: "d-1",
      decidedBy: "person",
      override: { code: "judgement", person: "r.chen" },
      values: greyBand.values,
      outputs: greyBand.outputs,
      trace: greyBand.trace,
    });
    expect(canonicalJson(greyBand)).toBe(before);
  });
});

describe("is refused", () => {
  test.each<[string, DecisionPart, Partial<PersonVerdict> & { readonly t?: number }, string]>([
    ["on a decision that is no referral", declined, {}, "NO_REFERRAL"],
    ["before the referral", greyBand, { t: 1 }, "BEFORE_REFERRAL"],
    ["under another bundle", { ...greyBand, bundle: "0".repeat(64) }, {}, "OTHER_BUNDLE"],
    ["declining without a reason", greyBand, { reasons: [] }, "PERSON_REASONS"],
    ["with a reason outside the library", greyBand, { reasons: ["incomeUnverifie"] }, "UNKNOWN_NAME"],
    ["with a reason whose group lowered the risk", thinFileOfOnTime, { reasons: ["latePayments"] }, "PERSON_REASONS"],
    ["with a reason twice", greyBand, { reasons: ["tooMuchAsked", "tooMuchAsked"] }, "PERSON_REASONS"],
    [
      "with so many reasons that the score's find no room",
      greyBand,
      { reasons: ["tooMuchAsked", "incomeUnverified", "unstableEmployment", "currentlyLate"] },
      "PERSON_REASONS",
    ],
    ["approving with reasons", greyBand, { disposition: "approve" }, "PERSON_REASONS"],
    ["declining with an offer", greyBand, { offered: { increase: "1.00" } }, "PERSON_OFFER"],
    ["countering without terms", greyBand, { disposition: "counterOffer" }, "PERSON_OFFER"],
    [
      "countering with a broken amount",
      greyBand,
      { disposition: "counterOffer", offered: { increase: "1.001" } },
      "PERSON_OFFER",
    ],
    [
      "countering with other terms",
      greyBand,
      { disposition: "counterOffer", offered: { rate: "1.00" } },
      "PERSON_OFFER",
    ],
  ])("%s", (_, referral, change, rule) => {
    expect(codes(referral, change)).toEqual([`ASSAY_POLICY_${rule}`]);
  });
});
