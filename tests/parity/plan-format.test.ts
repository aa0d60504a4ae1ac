// The stored form of a plan, held by a golden file: a change of the format needs a new version, and a reader for the old.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { planFeatures } from "../../src/compile/index.ts";
import type { FeatureSetNode, ValueNode } from "../../src/define/index.ts";
import { request } from "./random-definitions.ts";
import { schema } from "./random-histories.ts";

const billed = { kind: "field", field: "billed", type: { kind: "money", currency: "USD", scale: 2 } } as const;
const late = {
  kind: "stream",
  event: "statement",
  entity: "borrower",
  filter: {
    kind: "fieldTest",
    row: { kind: "field", field: "monthsLate", type: { kind: "integer" } },
    test: { kind: "atLeast", value: 1 },
  },
} as const;
const all = { ...late, filter: null } as const;
const quarter = { kind: "fixed", micros: 7_776_000_000_000, skipMicros: 0 } as const;
const months = { kind: "calendar", unit: "month", count: 2, zone: "Asia/Taipei", skip: 1, current: false } as const;

const values: { readonly [name: string]: ValueNode } = {
  lateShare: {
    kind: "over",
    left: { kind: "aggregate", aggregate: "count", stream: late, row: null, window: quarter },
    right: { kind: "aggregate", aggregate: "count", stream: all, row: null, window: quarter },
  },
  deviation: { kind: "aggregate", aggregate: "stddev", stream: all, row: billed, window: months },
  latest3: {
    kind: "aggregate",
    aggregate: "sum",
    stream: late,
    row: billed,
    window: { kind: "lastEvents", count: 3, skip: 1 },
  },
  term: { kind: "asked", request: "application", field: "term", type: { kind: "integer" } },
};

const set: FeatureSetNode = {
  kind: "features",
  name: "golden",
  entity: "borrower",
  features: Object.entries(values).map(([name, value]) => ({
    name,
    feature: { value, unit: { kind: "number" }, missing: [], worse: null },
  })),
};

test("a stored plan keeps its form", () => {
  const golden: unknown = JSON.parse(readFileSync(new URL("golden/plan-1.json", import.meta.url), "utf8"));
  expect(planFeatures(set, schema, request)).toEqual(golden);
});
