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
  features: featuresOf(values),
};

function featuresOf(named: { readonly [name: string]: ValueNode }): FeatureSetNode["features"] {
  return Object.entries(named).map(([name, value]) => ({
    name,
    feature: { value, unit: { kind: "number" }, missing: [], worse: null },
  }));
}

test("a stored plan keeps its form", () => {
  const golden: unknown = JSON.parse(readFileSync(new URL("golden/plan-1.json", import.meta.url), "utf8"));
  expect(planFeatures(set, schema, request)).toEqual(golden);
});

test("so does one with relations, a published feature and a choice", () => {
  const link = {
    kind: "aggregate",
    aggregate: "latest",
    stream: { kind: "stream", event: "purchase", entity: "borrower", filter: null },
    row: { kind: "field", field: "shop", type: { kind: "ref", entity: "merchant" } },
    window: { kind: "ever" },
  } as const;
  const visits = { kind: "stream", event: "visit", entity: "merchant", filter: null } as const;
  const value = { kind: "aggregate", aggregate: "count", stream: visits, row: null, window: quarter } as const;
  const related = { kind: "related", link, value } as const;
  const recent = { kind: "aggregate", aggregate: "latest", stream: all, row: billed, window: quarter } as const;
  const literal = { kind: "literal", value: 0, unit: { kind: "number" } } as const;
  const members: { readonly [name: string]: ValueNode } = {
    related,
    fresh: { kind: "fresh", of: recent },
    chosen: { kind: "choose", when: values["term"]!, yes: related, no: literal },
    clamped: { kind: "clamp", of: related, atLeast: 0, atMost: null },
  };
  const features = Object.entries(members).map(([name, of]) => {
    return { name, feature: { value: of, unit: { kind: "number" }, missing: [], worse: null } } as const;
  });
  const golden: unknown = JSON.parse(readFileSync(new URL("golden/plan-1-relations.json", import.meta.url), "utf8"));
  expect(planFeatures({ ...set, features }, schema, request)).toEqual(golden);
});

const statements = { ...all, filter: null } as const;
const monthsLate = { kind: "field", field: "monthsLate", type: { kind: "integer" } } as const;
const newer: { readonly [name: string]: ValueNode } = {
  lateShare: {
    kind: "aggregate",
    aggregate: "sum",
    stream: statements,
    row: {
      kind: "rowWhere",
      filter: late.filter,
      of: { kind: "rowOver", left: billed, right: monthsLate, decimals: 2 },
      otherwise: { kind: "rowLiteral", value: 0, type: billed.type },
    },
    window: { ...months, day: 31 },
  },
  weekdayThen: {
    kind: "aggregate",
    aggregate: "latest",
    stream: statements,
    row: { kind: "rowDatePart", part: "weekday", of: { kind: "rowAt" }, zone: "Asia/Taipei" },
    window: { kind: "before", micros: 7_776_000_000_000 },
  },
  lines: {
    kind: "aggregate",
    aggregate: "count",
    stream: { kind: "stream", event: "line", entity: "borrower", filter: null },
    row: null,
    window: {
      kind: "ofLatest",
      parent: { kind: "stream", event: "pull", entity: "borrower", filter: null },
      parentField: "pull",
      childField: "pull",
    },
  },
};

test("a stored plan of row expressions, cycles and pulls keeps its form", () => {
  const golden: unknown = JSON.parse(readFileSync(new URL("golden/plan-1-rows.json", import.meta.url), "utf8"));
  expect(planFeatures({ ...set, features: featuresOf(newer) }, schema)).toEqual(golden);
});
