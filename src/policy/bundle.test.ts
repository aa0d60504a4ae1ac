// A bundle is refused by name for everything that could make a decision wrong or unexplained.

import { describe, expect, test } from "vitest";
import { hashJson } from "../base/index.ts";
import type { ReasonNode, RuleNode } from "../define/index.ts";
import {
  baseline,
  calibrator,
  lineParcel,
  load,
  type Parcel,
  reasons,
  rules,
  scorecard,
} from "./fixtures/line-bundle.ts";
import type { BundleDocument } from "./index.ts";
import { approvalCutoff, loadBundle } from "./index.ts";

function codes(parcel: Parcel): string[] {
  const loaded = load(parcel);
  return Array.isArray(loaded) ? loaded.map((problem) => problem.code.replace("ASSAY_", "")) : [];
}
const changed = (change: Partial<BundleDocument>) => codes(lineParcel({}, change));
const withRules = (list: readonly RuleNode[]) =>
  changed({ policy: { kind: "policy", name: "lineIncrease", request: "lineRequest", rules: list } });
const withReasons = (list: readonly ReasonNode[]) =>
  changed({ reasons: { kind: "reasonLibrary", name: "lines", reasons: list } });
const regrouped = (name: string, group: readonly string[]) =>
  withReasons(reasons.map((reason) => (reason.name === name ? { ...reason, group } : reason)));
const withBaseline = (change: object) => codes(lineParcel({ baseline: { ...baseline, ...change } }));

const [currentlyLate, noHistory, tooMuch, , bands] = rules as [
  RuleNode,
  RuleNode,
  RuleNode,
  RuleNode,
  Extract<RuleNode, { kind: "bands" }>,
];
const { document } = lineParcel();
const model = document.models[0]!;

test("a sound bundle loads", () => {
  const loaded = load(lineParcel());
  expect(Array.isArray(loaded) ? loaded : loaded.players.map((player) => player.reason.name)).toEqual([
    "latePayments",
    "owedAgainstLimit",
    "accountAge",
  ]);
});

describe("identity", () => {
  test("a document whose hash is another", () => {
    const loaded = loadBundle(document, hashJson("other"), () => undefined);
    expect(Array.isArray(loaded) && loaded[0]!.code).toBe("ASSAY_POLICY_BUNDLE_HASH");
  });
  test("semantics of another engine, by name", () => {
    expect(changed({ semantics: { number: 2, timeZoneData: "2026f" } })).toEqual(["POLICY_SEMANTICS"]);
    expect(changed({ semantics: { number: 1, timeZoneData: "2031a" } })).toEqual(["POLICY_SEMANTICS"]);
  });
  test("another format", () => {
    expect(changed({ version: 2 as 1 })).toEqual(["POLICY_FORMAT"]);
  });
  test("an object that the store lacks", () => {
    const parcel = lineParcel();
    parcel.objects.delete(model.artefact.hash);
    expect(codes(parcel)).toEqual(["POLICY_OBJECT_ABSENT"]);
  });
  test.each([
    ["the artefact", model.artefact.hash],
    ["the calibrator", model.calibrator!],
    ["the baseline", document.baseline.hash],
  ])("one altered byte of %s", (_, hash) => {
    const parcel = lineParcel();
    const bytes = parcel.objects.get(hash)!.slice();
    bytes[20]! ^= 1;
    parcel.objects.set(hash, bytes);
    expect(codes(parcel)).toEqual(["POLICY_OBJECT_ALTERED"]);
  });
  test("a broken artefact or calibrator is the score room's problem", () => {
    expect(codes(lineParcel({ scorecard: { ...scorecard, version: 2 } }))).toEqual(["SCORE_UNREADABLE"]);
    expect(codes(lineParcel({ calibrator: { ...calibrator, margins: [] } }))).toEqual(["SCORE_UNREADABLE"]);
  });
});

describe("names", () => {
  test.each<[string, () => string[], string]>([
    ["a champion that is no model", () => changed({ baseline: { ...document.baseline, model: "p" } }), "UNKNOWN_NAME"],
    [
      "an output that the champion lacks",
      () => changed({ baseline: { ...document.baseline, output: "lgd" } }),
      "UNKNOWN_NAME",
    ],
    ["a role the request lacks", () => changed({ roles: { ...document.roles, guarantor: "card" } }), "UNKNOWN_NAME"],
    [
      "a feature set not in the bundle",
      () => changed({ roles: { ...document.roles, applicant: "cards" } }),
      "UNKNOWN_NAME",
    ],
    [
      "columns other than the definition's",
      () => changed({ models: [{ ...model, columns: [...model.columns].reverse() }] }),
      "COLUMNS",
    ],
    ["two models of one name", () => changed({ models: [model, model] }), "REPEATED_NAME"],
    [
      "a rule for an unknown reason",
      () => withRules([{ ...currentlyLate, because: "currentlyLat" } as RuleNode, bands]),
      "UNKNOWN_NAME",
    ],
    [
      "a policy about another request",
      () => changed({ policy: { ...document.policy, request: "loanRequest" } }),
      "UNKNOWN_NAME",
    ],
    ["a rule named twice", () => withRules([tooMuch, tooMuch, bands]), "REPEATED_NAME"],
    [
      "a reason for an unknown column",
      () => regrouped("accountAge", ["applicant.statements", "applicant.age"]),
      "UNKNOWN_NAME",
    ],
    [
      "a reason without English text",
      () => withReasons([...reasons, { name: "x", text: { fr: "x" }, group: [], when: null }]),
      "REASON_TEXT",
    ],
    [
      "a jurisdiction that is not shipped",
      () => changed({ jurisdiction: { ...document.jurisdiction, name: "XX" } }),
      "UNKNOWN_NAME",
    ],
    [
      "a jurisdiction without reasons",
      () => changed({ jurisdiction: { ...document.jurisdiction, maxReasons: 0 } }),
      "JURISDICTION",
    ],
    [
      "a jurisdiction whose least share of a reason is no share",
      () => changed({ jurisdiction: { ...document.jurisdiction, leastReasonShare: 1 } }),
      "JURISDICTION",
    ],
  ])("%s", (_, found, rule) => {
    expect(found()).toContain(`POLICY_${rule}`);
  });
  test("the nearest name is offered", () => {
    const loaded = load(
      lineParcel(
        {},
        { policy: { ...document.policy, rules: [{ ...currentlyLate, because: "currentlyLat" } as RuleNode, bands] } },
      ),
    );
    expect(Array.isArray(loaded) && loaded[0]!.nearest).toBe("currentlyLate");
  });
});

describe("reasons cover the champion", () => {
  test("a column in no group", () => {
    expect(regrouped("accountAge", [])).toEqual(["POLICY_UNREASONED"]);
  });
  test("a column in two groups", () => {
    expect(regrouped("accountAge", ["applicant.statements", "applicant.late"])).toEqual(["POLICY_REASONED_TWICE"]);
  });
});

describe("the policy", () => {
  const reads = (operand: object): RuleNode =>
    ({
      kind: "knockOut",
      name: "k",
      because: "currentlyLate",
      when: { kind: "compare", operand, test: { kind: "above", value: 0 } },
    }) as RuleNode;
  const offering = (offer: object): RuleNode =>
    ({ ...bands, bands: [{ below: 0.08, action: { kind: "approve", offer } }] }) as RuleNode;
  test.each<[string, () => string[], string]>([
    ["without bands", () => withRules([currentlyLate, noHistory]), "BANDS"],
    ["with a rule after its bands", () => withRules([bands, currentlyLate]), "BANDS"],
    ["with bands out of order", () => withRules([{ ...bands, bands: [...bands.bands].reverse() }]), "BANDS"],
    [
      "that approves above a band that does not",
      () => withRules([{ ...bands, otherwise: { kind: "approve", offer: {} } }]),
      "BANDS",
    ],
    [
      "that reads another output",
      () => withRules([{ ...bands, on: { model: "pdChallenger", output: "pd" } }]),
      "UNEXPLAINED_OUTPUT",
    ],
    [
      "that reads an unknown feature",
      () => withRules([reads({ kind: "value", role: "applicant", set: "card", feature: "lat" }), bands]),
      "UNKNOWN_NAME",
    ],
    [
      "that reads a set of another role",
      () => withRules([reads({ kind: "value", role: "applicant", set: "loans", feature: "late" }), bands]),
      "UNKNOWN_NAME",
    ],
    [
      "that reads an unknown field",
      () => withRules([reads({ kind: "asked", field: "increas" }), bands]),
      "UNKNOWN_NAME",
    ],
    [
      "that reads a protected field",
      () => withRules([reads({ kind: "asked", field: "birthYear" }), bands]),
      "PROTECTED",
    ],
    [
      "that offers what need not be asked",
      () => withRules([offering({ months: { asked: "termMonths", times: 1 } })]),
      "OFFER",
    ],
    ["that offers nothing at all", () => withRules([offering({ increase: { asked: "increase", times: 0 } })]), "OFFER"],
  ])("%s", (_, found, rule) => {
    expect(found()).toContain(`POLICY_${rule}`);
  });
  test("its cut-off is the upper edge of its approving bands", () => {
    expect(approvalCutoff(document.policy)).toBe(0.08);
    expect(approvalCutoff({ ...document.policy, rules: [] })).toBeUndefined();
  });
});

describe("the baseline", () => {
  const row = baseline.rows[0]!;
  test.each<[string, object]>([
    ["drawn for another cut-off", { cutoff: 0.07 }],
    ["drawn for another model", { model: "pdChallenger" }],
    ["of other columns", { columns: [...baseline.columns].reverse() }],
    ["without rows", { rows: [], kinds: [] }],
    ["with a row too short", { rows: [row.slice(1)], kinds: [[0, 0, 0, 0, 0]] }],
    ["with a value that is missing by no kind", { rows: [[null, ...row.slice(1)]], kinds: [[0, 0, 0, 0, 0]] }],
    ["with a number that is missing", { rows: [row], kinds: [[1, 0, 0, 0, 0]] }],
    [
      "with a row that fails the cut-off",
      {
        rows: [row, [2, 20, 0.9, 3, 0.9]],
        kinds: [
          [0, 0, 0, 0, 0],
          [0, 0, 0, 0, 0],
        ],
      },
    ],
  ])("%s", (_, change) => {
    expect(withBaseline(change)).toEqual(["POLICY_BASELINE"]);
  });
  test("that passes by no more than rounding could undo", () => {
    // One step of the calibrator at the rows' own margin: they pass by one unit in the last place.
    const margins = [-4.75, -4.75 + 2 ** -50];
    const steep = { ...calibrator, margins, probabilities: [0.01, 0.9] };
    const rows = { ...baseline, rows: [baseline.rows[0]], kinds: [baseline.kinds[0]] };
    const loaded = load(lineParcel({ calibrator: steep, baseline: rows }));
    expect(Array.isArray(loaded) && loaded.map((problem) => problem.rule)).toEqual([
      expect.stringMatching(/^its rows pass by .* within rounding/),
    ]);
  });
});
