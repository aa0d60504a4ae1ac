// The parity test is only as good as what it would notice: each seeded fault must make it fail.

import fc from "fast-check";
import { expect, test } from "vitest";
import { isPlan, kernelOfPlan, kernelSource, type Plan, planFeatures } from "../../src/compile/index.ts";
import type { FeatureSetNode } from "../../src/define/index.ts";
import { type Difference, firstDifference, scenes } from "./compare.ts";
import { type Fault, faults } from "./faults.ts";
import { featureSet, featureValues, request } from "./random-definitions.ts";
import { schema } from "./random-histories.ts";

const values = fc.array(featureValues, { minLength: 30, maxLength: 40, size: "max" });
const cases = fc.sample(fc.tuple(values, scenes), { numRuns: 160, seed: 7 });

function planned(set: FeatureSetNode): Plan {
  const plan = planFeatures(set, schema, request);
  if (!isPlan(plan)) throw new Error(plan[0]!.rule);
  return plan;
}

function noticed({ source = (text) => text, rows }: Omit<Fault, "name">): Difference | undefined {
  for (const [drawn, scene] of cases) {
    const set = featureSet(drawn);
    const plan = planned(set);
    const kernel = kernelOfPlan(plan, source(kernelSource(plan)), "");
    const difference = firstDifference(kernel, set, scene, new Map(), rows);
    if (difference !== null) return difference;
  }
  return undefined;
}

for (const fault of faults) {
  test(`noticed: ${fault.name}`, () => {
    expect(noticed(fault)).toBeDefined();
  });
}

test("without a fault nothing is noticed in the same cases", () => {
  expect(noticed({})).toBeUndefined();
});
