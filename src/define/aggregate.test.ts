// What aggregates become: nodes, prints, and the mistakes that only run time can tell.

import { describe, expect, test } from "vitest";
import {
  atLeast,
  boolean,
  category,
  collectDefinitions,
  count,
  currentStreak,
  days,
  daysSinceFirst,
  decayedCount,
  decayedSum,
  definitionOf,
  entity,
  event,
  events,
  type FeatureSetNode,
  features,
  hours,
  integer,
  lastValues,
  latest,
  longestStreak,
  maxGap,
  meanGap,
  meaningHash,
  median,
  mode,
  modeShare,
  money,
  nodeOf,
  nth,
  percentile,
  printValue,
  reasonLibrary,
  share,
  sum,
  trend,
  type ValueNode,
  variance,
} from "./index.ts";

const usd = money("USD");
const borrower = entity("borrower");
const statement = event("statement", borrower, { fields: { billed: usd, monthsLate: integer, disputed: boolean } });
const purchase = event("purchase", borrower, {
  fields: { amount: usd, kind: category("rent", "cash"), loan: category("home", "auto loan", "then") },
});
const late = statement.where({ monthsLate: atLeast(1) });
const owner = { owner: "card-risk", use: "credit" };

const print = (value: unknown): string => printValue(nodeOf(value) as ValueNode);
const problemsOf = (members: object): string[] =>
  definitionOf(features("set", borrower, members as never, owner)).problems.map(
    ({ code, thing, rule }) => `${code} ${thing}: ${rule}`,
  );

test("prints as it was written", () => {
  const values = [
    variance(statement.billed).ever(),
    nth(statement.billed, 3),
    nth(statement.billed, 3).last(days(90)),
    percentile(purchase.amount, 99.5).last(days(365)),
    median(purchase.amount).last(events(12)),
    mode(purchase.kind).ever(),
    modeShare(purchase.kind).ever(),
    trend(statement.billed).last(days(90)),
    longestStreak(statement.disputed).ever(),
    currentStreak(statement.disputed).ever(),
    meanGap(statement).ever(),
    maxGap(late).ever(),
    daysSinceFirst(statement),
    decayedSum(purchase.amount, { halfLife: days(30) }).ever(),
    decayedCount(purchase, { halfLife: hours(6) }).last(days(90)),
    share(late).last(days(90)),
    sum(statement.billed).change(days(90)),
  ];
  expect(values.map(print)).toMatchInlineSnapshot(`
    [
      "variance(statement.billed).ever()",
      "nth(statement.billed, 3)",
      "nth(statement.billed, 3).last(days(90))",
      "percentile(purchase.amount, 99.5).last(days(365))",
      "median(purchase.amount).last(events(12))",
      "mode(purchase.kind).ever()",
      "modeShare(purchase.kind).ever()",
      "trend(statement.billed).last(days(90))",
      "longestStreak(statement.disputed).ever()",
      "currentStreak(statement.disputed).ever()",
      "meanGap(statement).ever()",
      "maxGap(statement.where({ monthsLate: atLeast(1) })).ever()",
      "daysSinceFirst(statement)",
      "decayedSum(purchase.amount, { halfLife: days(30) }).ever()",
      "decayedCount(purchase, { halfLife: hours(6) }).last(days(90))",
      "count(statement.where({ monthsLate: atLeast(1) })).last(days(90)).over(count(statement).last(days(90)))",
      "sum(statement.billed).last(days(90)).minus(sum(statement.billed).last(days(90), { skip: days(90) }))",
    ]
  `);
});

describe("a breakdown", () => {
  const spend90d = sum(purchase.amount).by(purchase.kind).last(days(90));
  const set = features(
    "habits",
    borrower,
    { spend90d, rentShare: spend90d.rent.over(sum(purchase.amount).last(days(90))) },
    owner,
  );

  test("is one column a category, each over that category alone", () => {
    const { features: members } = definitionOf(set).node as FeatureSetNode;
    expect(definitionOf(set).problems).toEqual([]);
    expect(
      members.map(({ name, feature }) => `${name}: ${printValue(feature.value)} ${feature.missing.join()}`),
    ).toEqual([
      'spend90d.rent: sum(purchase.where({ kind: "rent" }).amount).last(days(90)) no history,empty window',
      'spend90d.cash: sum(purchase.where({ kind: "cash" }).amount).last(days(90)) no history,empty window',
      'rentShare: sum(purchase.where({ kind: "rent" }).amount).last(days(90)).over(sum(purchase.amount).last(days(90))) no history,empty window,not applicable',
    ]);
  });

  test("has the meaning of the features one would write without it", () => {
    const rent = sum(purchase.where({ kind: "rent" }).amount).last(days(90));
    expect(nodeOf(spend90d.rent)).toEqual(nodeOf(rent));
  });

  test("stands nested on its set, where reasons and rules read its members", () => {
    const reasons = reasonLibrary("reasons", { rent: { en: "Rent", group: [set.spend90d.rent, set.spend90d.cash] } });
    const { node, problems } = definitionOf(reasons);
    expect(problems).toEqual([]);
    expect(node).toMatchObject({ reasons: [{ group: ["habits.spend90d.rent", "habits.spend90d.cash"] }] });
    expect(Object.isFrozen(set.spend90d)).toBe(true);
  });

  test("narrows both parts of a share, and what was narrowed before", () => {
    const large = purchase.where({ amount: atLeast(usd(5)) });
    expect(print(share(large).by(purchase.kind).last(days(9)).cash)).toBe(
      'count(purchase.where({ amount: atLeast(usd(5)), kind: "cash" })).last(days(9)).over(count(purchase.where({ kind: "cash" })).last(days(9)))',
    );
  });

  test("refuses categories that make no column names", () => {
    expect(problemsOf({ spend: count(purchase).by(purchase.loan).ever() })).toEqual([
      'ASSAY_DEFINE_BAD_CATEGORY_NAME by: category "auto loan" cannot be part of a column\'s name: letters, digits and _ only',
      'ASSAY_DEFINE_RESERVED_NAME by: "then" is a reserved name',
    ]);
  });
});

test("each makes one value a window, of breakdowns too", () => {
  const { trend90d, trend365d } = trend(statement.billed).each({ trend90d: days(90), trend365d: days(365) });
  expect([trend90d, trend365d].map(print)).toEqual([
    "trend(statement.billed).last(days(90))",
    "trend(statement.billed).last(days(365))",
  ]);
  const { few } = count(purchase)
    .by(purchase.kind)
    .each({ few: events(2) });
  expect(print(few.cash)).toBe('count(purchase.where({ kind: "cash" })).last(events(2))');
});

test("the latest values come numbered, the latest first", () => {
  const billed = lastValues(statement.billed, 3).as("billed");
  expect(Object.entries(billed).map(([name, value]) => `${name}: ${print(value)}`)).toEqual([
    "billed1: nth(statement.billed, 1)",
    "billed2: nth(statement.billed, 2)",
    "billed3: nth(statement.billed, 3)",
  ]);
  expect(print(lastValues(statement.billed, 2).last(days(90)).as("b").b2)).toBe(
    "nth(statement.billed, 2).last(days(90))",
  );
});

test("a parameter is part of the meaning, and absent from aggregates that take none", () => {
  const hashOf = (value: unknown) => {
    const set = features("set", borrower, { value } as never, owner);
    return meaningHash(definitionOf(set), { definitions: collectDefinitions({ borrower, statement, set }, "x.ts") });
  };
  expect(hashOf(nth(statement.billed, 2))).not.toBe(hashOf(nth(statement.billed, 3)));
  expect(hashOf(median(statement.billed).ever())).toBe(hashOf(percentile(statement.billed, 50).ever()));
  expect(nodeOf(latest(statement.billed))).not.toHaveProperty("parameters");
});

test("mistakes that only run time can tell", () => {
  const found = problemsOf({
    percentage: percentile(statement.billed, 101).ever(),
    third: percentile(statement.billed, 33.333).ever(),
    place: nth(statement.billed, 0),
    ...lastValues(statement.billed, 101).as("billed"),
    halfLife: decayedCount(late, {} as never).ever(),
    eventShare: share(late).last(events(6)),
    current: sum(statement.billed).change("x" as never),
    ...(trend(statement.billed).each(7 as never) as object),
  });
  expect(found).toMatchInlineSnapshot(`
    [
      "ASSAY_DEFINE_BAD_ARGUMENT percentile: expected a percentage above 0 and at most 100, with at most two decimals",
      "ASSAY_DEFINE_BAD_ARGUMENT percentile: expected a percentage above 0 and at most 100, with at most two decimals",
      "ASSAY_DEFINE_BAD_ARGUMENT nth: expected a whole number of places back from 1, the latest, to 1000",
      "ASSAY_DEFINE_BAD_ARGUMENT lastValues: expected a whole number of values from 1 to 100",
      "ASSAY_DEFINE_BAD_ARGUMENT decayedCount, halfLife: expected a fixed time such as days(2)",
      "ASSAY_DEFINE_BAD_WINDOW share: a share is over a time: events(…) counts those of the subset and of all apart",
      "ASSAY_DEFINE_BAD_ARGUMENT window: expected a length such as days(90), months(1, zone) or events(6)",
      "ASSAY_DEFINE_BAD_ARGUMENT window: expected a length such as days(90), months(1, zone) or events(6)",
      "ASSAY_DEFINE_BAD_ARGUMENT each: expected a window for each name: { trend90d: days(90) }",
    ]
  `);
});
