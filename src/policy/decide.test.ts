// Decisions by case, as prints; and the golden record that fixes format version 1.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { canonicalJson, type MissingKind } from "../base/index.ts";
import { lineBundle, lineInput, lineParcel, load, type PersonValues, rules } from "./fixtures/line-bundle.ts";
import { type DecisionPart, decide, printDecision, scoreShadow } from "./index.ts";

const bundle = lineBundle();
const nothing: PersonValues = Object.fromEntries(
  ["daysSinceLate", "used", "status", "owed"].map((name) => [name, "no history" as MissingKind]),
);
const late: PersonValues = { late: 2, daysSinceLate: 20, used: 0.9 };

function printed(applicant: PersonValues, coApplicant: PersonValues | null = null, increase?: number): string {
  return printDecision(decide(bundle, lineInput(applicant, coApplicant, increase)))
    .split("\n")
    .slice(4)
    .join("\n");
}

describe("the format", () => {
  test("version 1 is what the golden file holds, byte for byte", () => {
    const golden = JSON.parse(
      readFileSync(new URL("./fixtures/decision-1.json", import.meta.url), "utf8"),
    ) as DecisionPart;
    const decision = decide(bundle, lineInput({ late: 1, used: 0.9 }, { used: 0.6 }, 100_01));
    // Hashes of the bundle and its pack move with their content, which is not what this file fixes.
    const { bundle: hash, jurisdiction } = golden;
    expect(canonicalJson({ ...decision, bundle: hash, jurisdiction })).toBe(canonicalJson(golden));
  });
  test("survives being written and read back", () => {
    const decision = decide(bundle, lineInput(late));
    expect(JSON.parse(canonicalJson(decision))).toEqual(decision);
  });
});

describe("the outcome", () => {
  test("approves as asked, without contributions", () => {
    expect(printed({})).toMatchInlineSnapshot(`
      "  asked       increase 100.00
        score       pd.pd 0.0375 (margin -3.75)
        approve, by policy, basis none
        offered     increase 100.00
      trace
        passed     knockOut currentlyLate: applicant.status 0, applicant.owed 100
        passed     refer noHistory: applicant.statements 12
        passed     knockOut tooMuch: asked.increase 100.00
        passed     knockOut riskyAndLate: output:pd.pd 0.0375, applicant.late 0
        decided    bands score: output:pd.pd 0.0375"
    `);
    expect(decide(bundle, lineInput({})).contributions).toBeNull();
  });
  test("counters with the stated share, never rounded up, and says why not as asked", () => {
    expect(printed({ late: 1, used: 0.9 }, null, 100_01)).toMatchInlineSnapshot(`
      "  asked       increase 100.01
        score       pd.pd 0.125 (margin -1.75)
        counterOffer, adverse, by policy, basis score
        offered     increase 50.00
      reasons
        1. Amount owed is high compared with your credit limit [score +1.1875]: applicant.used 0.9, coApplicant.used missing (not linked)
        2. Number of recent late payments [score +0.9375]: applicant.late 1, applicant.daysSinceLate 400
      trace
        passed     knockOut currentlyLate: applicant.status 0, applicant.owed 100
        passed     refer noHistory: applicant.statements 12
        passed     knockOut tooMuch: asked.increase 100.01
        passed     knockOut riskyAndLate: output:pd.pd 0.125, applicant.late 1
        decided    bands score: output:pd.pd 0.125"
    `);
  });
  test("refers in the grey band, not adverse, with the reasons a decline would have", () => {
    expect(printed({ late: 1, used: 0.9, statements: 3 })).toMatchInlineSnapshot(`
      "  asked       increase 100.00
        score       pd.pd 0.175 (margin -1.25)
        refer, by policy, basis score
      reasons
        1. Amount owed is high compared with your credit limit [score +1.1875]: applicant.used 0.9, coApplicant.used missing (not linked)
        2. Number of recent late payments [score +0.9375]: applicant.late 1, applicant.daysSinceLate 400
        3. Length of account history [score +0.375]: applicant.statements 3
      trace
        passed     knockOut currentlyLate: applicant.status 0, applicant.owed 100
        passed     refer noHistory: applicant.statements 3
        passed     knockOut tooMuch: asked.increase 100.00
        passed     knockOut riskyAndLate: output:pd.pd 0.175, applicant.late 1
        decided    bands score: output:pd.pd 0.175"
    `);
  });
  test("declines by score, the largest contribution first", () => {
    expect(printed(late)).toMatchInlineSnapshot(`
      "  asked       increase 100.00
        score       pd.pd 0.3 (margin -0.5)
        decline, adverse, by policy, basis score
      reasons
        1. Number of recent late payments [score +2.1875]: applicant.late 2, applicant.daysSinceLate 20
        2. Amount owed is high compared with your credit limit [score +1.1875]: applicant.used 0.9, coApplicant.used missing (not linked)
      trace
        passed     knockOut currentlyLate: applicant.status 0, applicant.owed 100
        passed     refer noHistory: applicant.statements 12
        passed     knockOut tooMuch: asked.increase 100.00
        passed     knockOut riskyAndLate: output:pd.pd 0.3, applicant.late 2
        decided    bands score: output:pd.pd 0.3"
    `);
  });
  test("declines by rule with the rule's reason alone, though the score is fine", () => {
    expect(printed({ status: 2 })).toMatchInlineSnapshot(`
      "  asked       increase 100.00
        score       pd.pd 0.0375 (margin -3.75)
        decline, adverse, by policy, basis rule
      reasons
        1. A payment is overdue at present [rule]: applicant.status 2, applicant.owed 100
      trace
        decided    knockOut currentlyLate: applicant.status 2, applicant.owed 100
        notReached refer noHistory
        passed     knockOut tooMuch: asked.increase 100.00
        passed     knockOut riskyAndLate: output:pd.pd 0.0375, applicant.late 0
        notReached bands score"
    `);
  });
  test("names every knock-out that fired, and the score where a rule read it", () => {
    expect(printed({ ...late, late: 4, status: 2 }, { used: 0.9 }, 9_000_00)).toMatchInlineSnapshot(`
      "  asked       increase 9000.00
        score       pd.pd 0.6 (margin 1)
        decline, adverse, by policy, basis both
      reasons
        1. A payment is overdue at present [rule]: applicant.status 2, applicant.owed 100
        2. The increase requested is above our limit [rule]: asked.increase 9000
        3. Repeated late payments on an account at high risk [rule]: applicant.late 4
        4. Number of recent late payments [score +3.1875]: applicant.late 4, applicant.daysSinceLate 20
      trace
        decided    knockOut currentlyLate: applicant.status 2, applicant.owed 100
        notReached refer noHistory
        fired      knockOut tooMuch: asked.increase 9000.00
        fired      knockOut riskyAndLate: output:pd.pd 0.6, applicant.late 4
        notReached bands score"
    `);
  });
  test("refers a person without history by policy; what could not be read fires nothing", () => {
    expect(printed({ ...nothing, statements: 0 })).toMatchInlineSnapshot(`
      "  asked       increase 100.00
        score       pd.pd 0.09 (margin -2.25)
        refer, by policy, basis score
      reasons
        1. Length of account history [score +0.875]: applicant.statements 0
        2. No balance has been reported on your account [score +0.4375]: applicant.used missing (no history), coApplicant.used missing (not linked)
        3. We hold no credit history for you [score +0.1875]: applicant.late 0, applicant.daysSinceLate missing (no history)
      trace
        unknown    knockOut currentlyLate: applicant.status missing (no history), applicant.owed missing (no history)
        decided    refer noHistory: applicant.statements 0
        passed     knockOut tooMuch: asked.increase 100.00
        passed     knockOut riskyAndLate: output:pd.pd 0.09, applicant.late 0
        notReached bands score"
    `);
  });
});

describe("reasons", () => {
  const reasonsOf = (applicant: PersonValues, coApplicant: PersonValues | null = null) =>
    decide(bundle, lineInput(applicant, coApplicant)).reasons.map(({ reason }) => reason);

  test("a missing kind with a reason of its own speaks where the group knows nothing", () => {
    expect(reasonsOf({ late: 2, daysSinceLate: 20, used: "no history" })).toEqual(["latePayments", "noBalances"]);
  });
  test("the group's own reason speaks where anything is known", () => {
    expect(reasonsOf({ late: 2, daysSinceLate: 20, used: "no history" }, { used: 0.9 })).toEqual([
      "latePayments",
      "owedAgainstLimit",
    ]);
  });
  test("a general reason speaks for every group that knows nothing, once, with all their values", () => {
    const decision = decide(bundle, lineInput({ ...nothing, late: 0, statements: 0 }));
    const general = decision.reasons.find(({ reason }) => reason === "noCreditFile");
    expect(general?.values).toEqual([
      { feature: "applicant.late", value: 0 },
      { feature: "applicant.daysSinceLate", value: { missing: "no history" } },
    ]);
  });
  test("at most as many as the jurisdiction allows, the smallest left out", () => {
    const { document, objects } = lineParcel();
    const strict = load({
      document: { ...document, jurisdiction: { ...document.jurisdiction, maxReasons: 1 } },
      objects,
    });
    if (Array.isArray(strict)) throw new Error(JSON.stringify(strict));
    expect(decide(strict, lineInput(late)).reasons.map(({ reason }) => reason)).toEqual(["latePayments"]);
  });
  test("none that carries less than the pack's share of what raised the risk, but always the first", () => {
    const statedAt = (leastReasonShare: number | undefined) => {
      const { document, objects } = lineParcel();
      const { leastReasonShare: _, ...older } = document.jurisdiction;
      const jurisdiction = leastReasonShare === undefined ? older : { ...older, leastReasonShare };
      const loaded = load({ document: { ...document, jurisdiction }, objects });
      if (Array.isArray(loaded)) throw new Error(JSON.stringify(loaded));
      return decide(loaded, lineInput({ late: 1, used: 0.9, statements: 3 })).reasons.map(({ reason }) => reason);
    };
    // They raised it by 1.1875, 0.9375 and 0.375: shares of 0.475, 0.375 and exactly 0.15.
    const all = ["owedAgainstLimit", "latePayments", "accountAge"];
    expect(statedAt(undefined)).toEqual(all);
    expect(statedAt(0.15)).toEqual(all);
    expect(statedAt(0.16)).toEqual(all.slice(0, 2));
    expect(statedAt(0.99)).toEqual(all.slice(0, 1));
  });
  test("more than the jurisdiction allows where more rule factors fired", () => {
    const { document, objects } = lineParcel();
    const strict = load({
      document: { ...document, jurisdiction: { ...document.jurisdiction, maxReasons: 1 } },
      objects,
    });
    if (Array.isArray(strict)) throw new Error(JSON.stringify(strict));
    const decision = decide(strict, lineInput({ status: 2 }, null, 9_000_00));
    expect(decision.reasons.map(({ reason }) => reason)).toEqual(["currentlyLate", "tooMuchAsked"]);
  });
});

describe("the record", () => {
  test("holds every bound value, those of an absent party as not linked", () => {
    const { values } = decide(bundle, lineInput({}));
    expect(Object.keys(values)).toHaveLength(12);
    expect(values["coApplicant.used"]).toEqual({ missing: "not linked" });
  });
  test("never holds a protected field of the request", () => {
    const input = lineInput({});
    const decision = decide(bundle, { ...input, asked: { ...input.asked, birthYear: 1970 } });
    expect(decision.asked).toEqual({ increase: "100.00" });
  });
  test("is refused where a value is both a number and missing", () => {
    const input = lineInput({});
    input.values["applicant"]!.kinds[0] = 1;
    expect(() => decide(bundle, input)).toThrow("applicant.late is a number or missing by a kind, not both");
  });
});

test("shadow models score the same input beside the decision", () => {
  const input = lineInput(late);
  const [champion] = decide(bundle, input).outputs;
  const [shadow] = scoreShadow(bundle, input);
  expect(shadow).toMatchObject({ model: "pdChallenger", output: "pd", raw: champion!.raw });
  expect(shadow!.calibrated).not.toBe(champion!.calibrated);
});

test("without its reason rule the same person is decided by the next rule", () => {
  const { document, objects } = lineParcel(
    {},
    { policy: { kind: "policy", name: "p", request: "lineRequest", rules: rules.slice(1) } },
  );
  const lax = load({ document, objects });
  if (Array.isArray(lax)) throw new Error(JSON.stringify(lax));
  expect(decide(lax, lineInput({ status: 2 })).disposition).toBe("approve");
});
