// What each step of a value says of its unit, its missing kinds and its time; types and run time must tell the same story.

import { describe, expect, test } from "vitest";
import {
  above,
  anyOf,
  atLeast,
  below,
  both,
  category,
  count,
  days,
  daysSince,
  decimal,
  definitionOf,
  distinct,
  either,
  entity,
  event,
  events,
  type FeatureSetNode,
  features,
  first,
  integer,
  latest,
  max,
  mean,
  money,
  months,
  nodeOf,
  occurs,
  optional,
  request,
  stddev,
  sum,
  text,
  type ValueNode,
} from "./index.ts";

const usd = money("USD");
const borrower = entity("borrower");
const statement = event("statement", borrower, {
  fields: { billed: usd, paid: usd, fee: optional(usd), rate: decimal(2), monthsLate: integer, id: text },
});
const purchase = event("purchase", borrower, { fields: { amount: usd, kind: category("rent", "cash") } });
const application = request("application", {
  parties: { applicant: borrower },
  fields: { amount: usd, note: optional(integer) },
});
const late = statement.where({ monthsLate: atLeast(1) });

const set = features(
  "set",
  borrower,
  {
    count: count(late).last(days(30)),
    distinct: distinct(statement.id).ever(),
    occurs: occurs(late).ever(),
    sum: sum(statement.billed).last(days(30)),
    sumEver: sum(statement.billed).ever(),
    sumLateEver: sum(late.billed).ever(),
    feeEver: mean(statement.fee).ever(),
    spread: stddev(statement.billed).ever(),
    latest: latest(statement.billed),
    latestLate: latest(late.billed),
    latestRecent: latest(statement.billed).last(days(30)),
    first: first(purchase.kind),
    since: daysSince(late),
    quotient: sum(statement.billed).ever().over(sum(statement.paid).ever()),
    perEvent: sum(statement.billed).ever().over(count(statement).ever()),
    difference: sum(statement.billed).ever().minus(latest(late.paid)),
    doubled: max(statement.billed).ever().times(2),
    filled: max(statement.billed).ever().ifMissing(usd("0.10")),
    tested: max(statement.billed)
      .ever()
      .is(above(usd(500))),
    joined: both(occurs(late).ever(), daysSince(statement).is(below(3))),
    asked: application.amount,
    askedNote: application.note,
  },
  { owner: "card-risk", use: "credit" },
);

test("units and missing kinds follow from the expression", () => {
  expect(definitionOf(set).problems).toEqual([]);
  const list = (definitionOf(set).node as FeatureSetNode).features;
  const lines = list.map(({ name, feature }) => `${name}: ${feature.unit.kind} | ${feature.missing.join(", ")}`);
  expect(lines).toMatchInlineSnapshot(`
    [
      "count: number | ",
      "distinct: number | ",
      "occurs: boolean | ",
      "sum: money | no history, empty window",
      "sumEver: money | no history",
      "sumLateEver: money | no history, empty window",
      "feeEver: money | no history, empty window",
      "spread: money | no history, not applicable",
      "latest: money | no history",
      "latestLate: money | no history, empty window",
      "latestRecent: money | no history, empty window",
      "first: category | no history",
      "since: days | no history, empty window",
      "quotient: number | no history, not applicable",
      "perEvent: money | no history, not applicable",
      "difference: money | no history, empty window",
      "doubled: money | no history",
      "filled: money | ",
      "tested: boolean | no history",
      "joined: boolean | no history",
      "asked: money | ",
      "askedNote: number | not applicable",
    ]
  `);
});

describe("literals", () => {
  test("beside a field are stored units, exactly", () => {
    expect(nodeOf(statement.where({ rate: atLeast(0.29) }))).toMatchObject({ filter: { test: { value: 29 } } });
    expect(nodeOf(statement.where({ billed: atLeast(usd("0.10")) }))).toMatchObject({
      filter: { test: { value: 10 } },
    });
    expect(nodeOf(purchase.where({ kind: anyOf("cash") }))).toMatchObject({ filter: { test: { values: [1] } } });
  });
  test("beside a value are major units", () => {
    expect(
      nodeOf(
        sum(statement.billed)
          .ever()
          .is(above(usd("0.10"))),
      ),
    ).toMatchObject({ test: { value: 0.1 } });
    expect(nodeOf(latest(purchase.kind).is("cash"))).toMatchObject({ test: { value: 1 } });
  });
  test("with more decimals than the field are refused", () => {
    const wrong = features("wrong", borrower, { n: count(statement.where({ rate: atLeast(0.125) })).ever() }, owner);
    expect(codes(wrong)).toEqual(["ASSAY_DEFINE_WRONG_LITERAL"]);
  });
});

const owner = { owner: "card-risk", use: "credit" };

function codes(thing: unknown): string[] {
  return definitionOf(thing).problems.map((problem) => problem.code);
}

test("a row expression passes the filters of both its columns", () => {
  const big = statement.where({ billed: above(usd(100)) });
  const node = nodeOf(sum(late.billed.minus(big.paid)).last(events(6))) as Extract<ValueNode, { kind: "aggregate" }>;
  expect(node.row).toMatchObject({ kind: "rowMinus", left: { field: "billed" }, right: { field: "paid" } });
  expect(node.stream.filter).toMatchObject({
    kind: "allOf",
    filters: [{ row: { field: "monthsLate" } }, { row: { field: "billed" } }],
  });
  expect(node.window).toEqual({ kind: "lastEvents", count: 6, skip: 0 });
});

test("windows say length, skip and the running period", () => {
  const zone = "Asia/Taipei";
  const windows = [
    sum(statement.billed).last(days(2), { skip: days(1) }),
    sum(statement.billed).last(months(3, zone), { skip: months(1, zone) }),
    sum(statement.billed).last(months(1, zone, { current: true })),
    occurs(late).next(months(1, zone)),
  ].map((value) => (nodeOf(value) as Extract<ValueNode, { kind: "aggregate" }>).window);
  expect(windows).toMatchInlineSnapshot(`
    [
      {
        "kind": "fixed",
        "micros": 172800000000,
        "skipMicros": 86400000000,
      },
      {
        "count": 3,
        "current": false,
        "kind": "calendar",
        "skip": 1,
        "unit": "month",
        "zone": "Asia/Taipei",
      },
      {
        "count": 1,
        "current": true,
        "kind": "calendar",
        "skip": 0,
        "unit": "month",
        "zone": "Asia/Taipei",
      },
      {
        "count": 1,
        "kind": "nextCalendar",
        "unit": "month",
        "zone": "Asia/Taipei",
      },
    ]
  `);
});

test("a filter is a conjunction, and either is a disjunction", () => {
  const filtered = statement
    .where(either({ monthsLate: 1 }, { billed: above(usd(1)), monthsLate: 0 }))
    .where({ monthsLate: 1 });
  expect(nodeOf(filtered)).toMatchObject({
    filter: {
      kind: "allOf",
      filters: [{ kind: "someOf", filters: [{ kind: "fieldTest" }, { kind: "allOf" }] }, { kind: "fieldTest" }],
    },
  });
});

test("columns of two scales do not meet in a row", () => {
  const wrong = features("wrong", borrower, { n: sum(statement.rate.minus(statement.monthsLate)).ever() }, owner);
  expect(definitionOf(wrong).problems.map(({ rule }) => rule)).toEqual(["a column with 2 decimals meets one with 0"]);
});

test("everything a builder returns is frozen, deeply where it is data", () => {
  const { node } = definitionOf(set);
  const walk = (thing: unknown): boolean =>
    typeof thing !== "object" || thing === null || (Object.isFrozen(thing) && Object.values(thing).every(walk));
  expect(walk(node)).toBe(true);
  expect(walk(nodeOf(late))).toBe(true);
  expect(Object.isFrozen(set) && Object.isFrozen(statement) && Object.isFrozen(statement.billed)).toBe(true);
});
