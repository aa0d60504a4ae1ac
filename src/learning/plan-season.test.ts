import { expect, it } from "vitest";
import { catalogue } from "./fixtures/small-season.ts";
import { planSeason } from "./plan-season.ts";

it("reads off the definitions all that a season needs", () => {
  const plan = planSeason(catalogue, "lines");
  expect(plan.candidates.map(({ name, family }) => [name, family.kind])).toEqual([
    ["pd.card", "scorecard"],
    ["pd.trees", "xgboost"],
  ]);
  expect(plan).toMatchObject({
    bundle: { name: "lines" },
    policy: { name: "increasing" },
    request: { name: "increase" },
    label: { node: { name: "missed" }, meaningHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    model: { name: "pd", family: { kind: "contest" } },
    roles: [{ role: "applicant", set: { name: "review" }, texts: { lateCount: "Number of late payments" } }],
  });
  expect(Object.keys(plan.schema)).toEqual(["statement", "outcome"]);
  expect(plan.reasons.reasons.map(({ group }) => group)).toContainEqual(["applicant.lateCount"]);
});

it("plans the same thing each time", () => {
  expect(planSeason(catalogue, "lines")).toEqual(planSeason(catalogue, "lines"));
});

it("names a bundle that is none, with the nearest", () => {
  expect(() => planSeason(catalogue, "line")).toThrow(/^ASSAY_LEARNING_UNKNOWN: bundle "line": .* Nearest: lines\.$/);
});

it.each(["policy", "model", "label", "request", "features"])(
  "names a %s that the bundle needs and nobody defined",
  (kind) => {
    const definitions = catalogue.definitions.filter(({ node }) => node.kind !== kind);
    const missing = catalogue.definitions.find(({ node }) => node.kind === kind)!.node.name;
    const message = `ASSAY_LEARNING_UNKNOWN: ${kind} "${missing}": the workspace does not define it (needed for bundle "lines")`;
    expect(() => planSeason({ definitions }, "lines")).toThrow(message);
  },
);
