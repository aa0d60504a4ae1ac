// Derived values by hand: each at its edges, with the kind of nothing that it gives there. The twin must agree.

import { expect, test } from "vitest";
import { formatProblem, instant, log, type Missing, missingKindOf } from "../base/index.ts";
import {
  above,
  choose,
  date,
  days,
  daysUntil,
  definitionOf,
  type EventNode,
  entity,
  event,
  type FeatureSetNode,
  features,
  greatest,
  instant as instantField,
  integer,
  latest,
  least,
  money,
  optional,
  published,
  type RequestNode,
  request,
  sum,
} from "../define/index.ts";
import type { HistoryEvent, HistorySchema } from "./history.ts";
import { compileKernel } from "./kernel.ts";
import { layOutHistory } from "./layout.ts";
import { naiveFeatures } from "./naive/naive-features.ts";
import { isPlan, planFeatures } from "./plan-features.ts";

const usd = money("USD");
const borrower = entity("borrower");
const account = event("account", borrower, { fields: { owed: usd, held: usd, count: integer } });
const income = published("income", borrower, { producer: "warehouse", type: usd, maximumAge: days(30) });
const application = request("application", {
  parties: { applicant: borrower },
  fields: { amount: usd, start: instantField, due: optional(date) },
});
const schema: HistorySchema = Object.fromEntries(
  [account, income].map((thing) => definitionOf(thing).node as EventNode).map((node) => [node.name, node]),
);
const asked = definitionOf(application).node as RequestNode;

type Row = { readonly [name: string]: number | Missing };

const nodeOf = (members: object) =>
  definitionOf(features("set", borrower, members as never, { owner: "tests", use: "test" })).node as FeatureSetNode;

function valuesAt(
  members: object,
  events: readonly HistoryEvent[],
  t: number,
  request: Record<string, number> = {},
): Row {
  const set = nodeOf(members);
  const kernel = compileKernel(set, schema, { meaningHash: "", request: asked });
  const [numbers, kinds] = [new Float64Array(kernel.columns.length), new Uint8Array(kernel.columns.length)];
  kernel.evaluate(layOutHistory("ann", events, schema), t, request, numbers, kinds, 0);
  const row = Object.fromEntries(
    kernel.columns.map((name, i) => [name, kinds[i] === 0 ? numbers[i]! : { missing: missingKindOf(kinds[i]!) }]),
  );
  expect(naiveFeatures(set, schema, events, t, request)).toEqual(row);
  return row;
}

const T = instant("2025-07-01T00:00:00Z");
const DAY = 86_400_000_000;
let number = 0;
const happened = (name: string, at: number, fields: HistoryEvent["fields"]): HistoryEvent => {
  const identity = { event: name, entity: "ann", source: "core", eventId: `e${number++}`, seq: null };
  return { ...identity, at, knownAt: at, retracted: false, fields };
};
const holding = (owed: number, held: number, count: number) => [happened("account", T - DAY, { owed, held, count })];

const owed = sum(account.owed).ever();
const held = sum(account.held).ever();
const many = latest(account.count);

test("arithmetic beyond sums, at its edges", () => {
  const members = {
    capped: owed.clamp({ atLeast: usd(0), atMost: usd(100) }),
    floored: owed.clamp({ atLeast: usd("-0.5") }),
    logged: owed.log(),
    size: owed.absolute(),
    larger: greatest(owed, held),
    smaller: least(owed, usd(10)),
    product: owed.times(many),
    shifted: owed.plus(usd("0.25")),
    less: owed.minus(usd(3)),
  };
  expect(valuesAt(members, holding(25_000, 1000, 2), T)).toEqual({
    capped: 100,
    floored: 250,
    logged: log(250),
    size: 250,
    larger: 250,
    smaller: 10,
    product: 500,
    shifted: 250.25,
    less: 247,
  });
  expect(valuesAt(members, holding(-100, 0, -3), T)).toEqual({
    capped: 0,
    floored: -0.5,
    logged: { missing: "not applicable" },
    size: 1,
    larger: 0,
    smaller: -1,
    product: 3,
    shifted: -0.75,
    less: -4,
  });
  expect(valuesAt(members, holding(0, 0, 0), T)).toMatchObject({ logged: { missing: "not applicable" }, larger: 0 });
  expect(valuesAt(members, [], T)).toEqual(
    Object.fromEntries(Object.keys(members).map((name) => [name, { missing: "no history" }])),
  );
});

test("a choice looks only at the branch it takes", () => {
  const share = choose(many.is(above(1)), { yes: owed.over(held), no: 0 });
  expect(valuesAt({ share }, holding(500, 1000, 2), T)).toEqual({ share: 0.5 });
  expect(valuesAt({ share }, holding(500, 0, 2), T)).toEqual({ share: { missing: "not applicable" } });
  expect(valuesAt({ share }, holding(500, 0, 1), T)).toEqual({ share: 0 });
  expect(valuesAt({ share }, [], T)).toEqual({ share: { missing: "no history" } });
});

test("a published feature is stale one microsecond after its maximum age, and never before", () => {
  const members = { income: income.current() };
  const told = (age: number) => [happened("income", T - age, { value: 123_400 })];
  expect(valuesAt(members, told(30 * DAY), T)).toEqual({ income: 1234 });
  expect(valuesAt(members, told(30 * DAY + 1), T)).toEqual({ income: { missing: "stale" } });
  expect(valuesAt(members, told(0), T)).toEqual({ income: { missing: "no history" } });
  expect(valuesAt(members, [], T)).toEqual({ income: { missing: "no history" } });
  expect(valuesAt(members, [...told(40 * DAY), ...told(1)], T)).toEqual({ income: 1234 });
});

test("days until what was asked, in fractions and past it", () => {
  const members = { start: daysUntil(application.start), due: daysUntil(application.due) };
  expect(valuesAt(members, [], T, { start: T + DAY / 2, due: T / DAY - 3 })).toEqual({ start: 0.5, due: -3 });
  expect(valuesAt(members, [], T, { start: T })).toEqual({ start: 0, due: { missing: "not applicable" } });
});

test("a plan says in words what each is, and how it can be missing", () => {
  const set = nodeOf({
    income: income.current().clamp({ atLeast: usd(0), atMost: usd(9000) }),
    share: choose(many.is(above(1)), { yes: owed.over(held).log(), no: 0 }),
    start: daysUntil(application.start),
  });
  const plan = planFeatures(set, schema, asked);
  if (!isPlan(plan)) throw new Error(plan.map(formatProblem).join());
  expect(plan.columns.map(({ name, missing }) => `${name}: ${missing.join(", ")}`)).toEqual([
    "income: no history, stale",
    "share: no history, not applicable",
    "start: ",
  ]);
  const stated = set.features.map(({ name, feature }) => `${name}: ${feature.missing.join(", ")}`);
  expect(stated).toEqual(plan.columns.map(({ name, missing }) => `${name}: ${missing.join(", ")}`));
});
