import { describe, expect, it } from "vitest";
import { countFinding, featureFindings, percent, scoreFinding } from "./drift-findings.ts";
import { foundFinding } from "./fixtures/found-report.ts";
import type { ValueDrift } from "./report-document.ts";

const drifted = (name: string, more: Partial<ValueDrift> = {}): ValueDrift => ({
  name,
  verdict: "drifted",
  nReference: 1_000,
  nCurrent: 1_000,
  psi: 0.3,
  psiCritical: 0.03,
  psiEvidently: null,
  jensenShannon: 0.2,
  wasserstein: null,
  ks: null,
  p: 1e-9,
  adjustedP: 1e-8,
  missing: { reference: 0, current: 0, byKind: {} },
  outOfRange: 0,
  means: { reference: 1, current: 2 },
  cells: [
    { cell: "≤ 1", reference: 0.5, current: 0.3 },
    { cell: "> 1", reference: 0.5, current: 0.7 },
  ],
  ...more,
});
const stable = (name: string) => drifted(name, { verdict: "stable" });
const none = new Map();
const kinds = (findings: readonly { kind: string; severity: string }[]) =>
  findings.map(({ kind, severity }) => `${severity} ${kind}`);

describe("features that drifted", () => {
  it("are told one by one, with where they moved", () => {
    const findings = featureFindings([drifted("a"), stable("b"), stable("c"), drifted("d", { psi: 0.12 })], none);
    expect(kinds(findings)).toEqual(["critical drift", "warning drift"]);
    expect(findings[0]!.sentence).toBe(
      "a has moved: PSI 0.300 where chance gives 0.030, most in the cell ≤ 1: 30.0 % instead of 50.0 %; mean 2.00, was 1.00.",
    );
  });

  it("are missing, where that is most of what moved", () => {
    const gone = drifted("a", {
      missing: { reference: 0.1, current: 0.4, byKind: {} },
      cells: [
        { cell: "≤ 1", reference: 0.45, current: 0.3 },
        { cell: "> 1", reference: 0.45, current: 0.3 },
        { cell: "missing: no history", reference: 0.1, current: 0.4 },
      ],
    });
    expect(featureFindings([gone, stable("b"), stable("c")], none)).toMatchObject([
      { kind: "missing", sentence: "a is missing in 40.0 % of decisions; the profile has 10.0 %." },
    ]);
  });

  it("are their people, where half of all moved within what was seen", () => {
    const three = ["a", "b", "c"].map((name) => drifted(name));
    const findings = featureFindings([...three, stable("d"), stable("e"), stable("f")], none);
    expect(kinds(findings)).toEqual(["critical shiftedPopulation", ...three.map(() => "notice drift")]);
    expect(findings[0]).toMatchObject({ key: "shiftedPopulation features", effect: { value: 0.5 } });
    expect(kinds(featureFindings([...three, ...["d", "e", "f", "g"].map(stable)], none))).not.toContain(
      "critical shiftedPopulation",
    );
  });

  it("are told beside their people, where they left what was seen", () => {
    const four = [...["a", "b", "c"].map((name) => drifted(name)), drifted("far", { outOfRange: 0.1 })];
    const findings = featureFindings(four, none);
    expect(kinds(findings).slice(0, 2)).toEqual(["critical shiftedPopulation", "critical drift"]);
    expect(findings[1]!.subject.name).toBe("far");
  });

  it("are notices, where a field that they read is broken", () => {
    const cause = foundFinding("statement.billed", { subject: { name: "statement.billed", source: "core" } });
    const [finding] = featureFindings([drifted("a"), stable("b")], new Map([["a", cause]]));
    expect(finding).toMatchObject({
      severity: "notice",
      wayOut: 'Mend statement.billed of source "core" first: this value reads it',
    });
  });
});

it("a score and a mix of dispositions are told as such", () => {
  expect(scoreFinding(drifted("pd.pd"))).toMatchObject({ key: "scoreShift pd.pd", kind: "scoreShift" });
  const mix = {
    psi: 0.2,
    psiCritical: 0.01,
    p: 1e-5,
    cells: [
      { cell: "approve", reference: 0.8, current: 0.5 },
      { cell: "decline", reference: 0.2, current: 0.5 },
    ],
  };
  expect(countFinding("dispositions", mix, 1e-4).sentence).toBe(
    'Dispositions have moved (PSI 0.200), most "approve": 50.0 % instead of 80.0 %.',
  );
});

it("shares are said in hundredths", () => expect(percent(0.0567)).toBe("5.7 %"));
