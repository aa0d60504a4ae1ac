import { describe, expect, test } from "vitest";
import type { FeatureSetNode, ModelNode } from "../define/index.ts";
import { controlOf, specifyRun } from "./index.ts";
import { runHash } from "./specification.ts";

const feature = (name: string, worse: "higher" | "lower" | null) => ({
  name,
  feature: {
    value: { kind: "asked", request: "application", field: name, type: { kind: "integer" } },
    unit: { kind: "number" },
    missing: [],
    worse,
  } as const,
});
const review: FeatureSetNode = {
  kind: "features",
  name: "review",
  entity: "borrower",
  features: [feature("lateCount", "higher"), feature("paidShare", "lower"), feature("billed", null)],
};
const model = {
  kind: "model" as const,
  name: "pd",
  label: "defaulted",
  inputs: [
    { role: "applicant", set: "review", features: ["paidShare", "billed"] },
    { role: "coApplicant", set: "review", features: ["lateCount"] },
  ],
  family: { kind: "scorecard" as const, bins: 6, l2: 1 },
  outputs: [],
  calibrate: { method: "isotonic" as const, on: "validation" as const },
} satisfies ModelNode;
const dataset = { manifest: "m".repeat(64), files: ["f".repeat(64)], knownUntil: "2005-11-01T00:00:00Z" };

describe("a run specification", () => {
  const specification = specifyRun(model, [review], { dataset, seed: 7 });

  test("names columns by role, in the model's order, with the direction of each feature", () => {
    expect(specification.columns).toEqual(["applicant.paidShare", "applicant.billed", "coApplicant.lateCount"]);
    expect(specification.monotone).toEqual({
      "applicant.paidShare": -1,
      "applicant.billed": 0,
      "coApplicant.lateCount": 1,
    });
  });

  test("its control is the mirror image", () => {
    const control = controlOf(specification);
    expect(control).toMatchObject({ flipLabels: true, monotone: { "applicant.paidShare": 1, "applicant.billed": 0 } });
    expect({ ...controlOf(control), model: "pd" }).toEqual(specification);
  });

  test("its hash changes with whatever could change the artefact", () => {
    const hashes = [
      runHash(specification, "t1"),
      runHash(specification, "t2"),
      runHash({ ...specification, seed: 8 }, "t1"),
      runHash({ ...specification, flipLabels: true }, "t1"),
      runHash({ ...specification, dataset: { ...dataset, files: ["e".repeat(64)] } }, "t1"),
      runHash({ ...specification, columns: specification.columns.toReversed() }, "t1"),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(runHash(structuredClone(specification), "t1")).toBe(hashes[0]);
  });
});
