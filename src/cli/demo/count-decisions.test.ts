// True records of every component, as the golden files hold them, and each way in which one reason in them can be untrue.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { BundleDocument, DecisionPart, StatedReason } from "../../policy/index.ts";
import { statesTrueReasons } from "./count-decisions.ts";

function stored<T>(name: string): T {
  const file = new URL(`../../../tests/replay/golden/${name}-v1.golden.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { readonly stored: T }).stored;
}

const { document } = stored<{ readonly canonical: { readonly document: BundleDocument } }>("bundle").canonical;
const decisions = stored<{ readonly text: string }>("decision")
  .text.trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as DecisionPart);
const adverseBy = (component: string) =>
  decisions.find(({ adverse, reasons }) => adverse && reasons[0]?.component === component)!;
const [byScore, byRule, byPerson] = ["score", "rule", "person"].map(adverseBy) as [
  DecisionPart,
  DecisionPart,
  DecisionPart,
];

const changed = (decision: DecisionPart, place: number, change: Partial<StatedReason>): DecisionPart => ({
  ...decision,
  reasons: decision.reasons.map((reason, i) => (i === place ? { ...reason, ...change } : reason)),
});

/** The group of the first reason knows nothing, and the reason for that speaks in its place. */
const missing = { missing: "no history" } as const;
const unknown = byScore.reasons[0]!.values.map(({ feature }) => ({ feature, value: missing }));
const byMissing: DecisionPart = {
  ...changed(byScore, 0, { reason: "noBalances", values: unknown }),
  values: { ...byScore.values, ...Object.fromEntries(unknown.map(({ feature, value }) => [feature, value])) },
};

describe("true", () => {
  test.each([
    ["by score", byScore],
    ["by a rule", byRule],
    ["by a person", byPerson],
    ["by a group that was missing", byMissing],
  ])("%s", (_, decision) => {
    expect(decision.adverse).toBe(true);
    expect(statesTrueReasons(decision, document)).toBe(true);
  });
});

describe("untrue", () => {
  const { group, contribution } = byScore.contributions!.find((one) => one.contribution < 0)!;
  const ofPerson = { component: "person", contribution: null, values: [] } as const;
  test.each<[string, DecisionPart]>([
    ["without a reason", { ...byScore, reasons: [] }],
    ["with a contribution that is not the recorded one", changed(byScore, 1, { contribution: 0.5 })],
    ["with no contribution", changed(byScore, 1, { contribution: null })],
    ["with a group that helped", changed(byScore, 1, { reason: group, contribution })],
    ["with another value", changed(byScore, 1, { values: [{ feature: "applicant.late", value: 7 }] })],
    ["with a value that nobody recorded", changed(byScore, 1, { values: [{ feature: "applicant.age", value: 1 }] })],
    ["with another amount asked", changed(byRule, 0, { values: [{ feature: "asked.increase", value: 1 }] })],
    ["with a rule's reason that no rule gave", changed(byRule, 0, { reason: "tooMuchAsked" })],
    ["with a rule's reason that shows no value", changed(byRule, 0, { values: [] })],
    ["with a missing kind's reason for what was known", changed(byScore, 0, { reason: "noBalances" })],
    ["with a missing kind's reason for nothing", changed(byMissing, 0, { values: [] })],
    ["with a person's reason that helped", changed(byPerson, 0, { reason: group })],
    ["with a person's reason and no person", changed(byScore, 0, ofPerson)],
  ])("%s", (_, decision) => {
    expect(statesTrueReasons(decision, document)).toBe(false);
  });
});
