// The kernel against its twin: random definitions over random histories, every value bit for bit. ASSAY_PARITY_RUNS=4000
// makes 2.4 million values of it. A failure prints its seed and the smallest case found; ASSAY_PARITY_SEED repeats it.

import fc from "fast-check";
import { expect, test } from "vitest";
import { compileKernel, compileLabel, layOutHistory, naiveLabel } from "../../src/compile/index.ts";
import { firstDifference, scenes, type Tally } from "./compare.ts";
import { featureSet, featureValues, labels, request } from "./random-definitions.ts";
import { schema } from "./random-histories.ts";

const runs = Number(process.env["ASSAY_PARITY_RUNS"] ?? 160);
const seed = process.env["ASSAY_PARITY_SEED"];
const repeat = seed === undefined ? {} : { seed: Number(seed) };
const timeout = 60_000 + 100 * runs;

test("the kernel and its twin agree on every value, bit for bit", { timeout }, () => {
  const tally: Tally = new Map();
  const drawn = fc.array(featureValues, { minLength: 12, maxLength: 40, size: "max" });
  const property = fc.property(drawn, scenes, (values, scene) => {
    const set = featureSet(values);
    const kernel = compileKernel(set, schema, { meaningHash: "", request });
    expect(firstDifference(kernel, set, scene, tally)).toBeNull();
  });
  fc.assert(property, { numRuns: runs, ...repeat });
  // The cases are worth something only while they reach every kind of answer.
  const values = [...tally.values()].reduce((sum, count) => sum + count, 0);
  expect(values).toBeGreaterThan(runs * 200);
  expect(tally.get("present")! / values).toBeGreaterThan(0.3);
  for (const kind of ["no history", "empty window", "not applicable", "not linked", "stale"]) {
    expect([kind, (tally.get(kind) ?? 0) / values > 0.005]).toEqual([kind, true]);
  }
});

test("labels and their twin agree on every row", { timeout }, () => {
  const seen = new Set<string>();
  const property = fc.property(fc.array(labels, { minLength: 4, maxLength: 8 }), scenes, (drawn, scene) => {
    for (const label of drawn) {
      const judge = compileLabel(label, schema);
      for (const events of scene.histories) {
        const history = layOutHistory("borrower-1", events, schema);
        for (const [place, t] of scene.instants.entries()) {
          const cutOff = scene.instants[(place + 1) % scene.instants.length]! + 40 * 86_400_000_000;
          const outcome = judge(history, t, cutOff);
          expect(outcome).toEqual(naiveLabel(label, schema, events, t, cutOff));
          seen.add(outcome.reason === null ? outcome.status : `${outcome.status}: ${outcome.reason}`);
        }
      }
    }
  });
  fc.assert(property, { numRuns: Math.ceil(runs / 4), ...repeat });
  expect([...seen].sort()).toEqual([
    "bad",
    "censored",
    "censored: closed",
    "censored: paid",
    "excluded: after",
    "excluded: before",
    "good",
    "immature",
    "indeterminate",
    "notObserved",
  ]);
});
