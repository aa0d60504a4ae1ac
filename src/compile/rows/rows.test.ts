// The exam: each kind of row expression over one event, with answers worked out by hand, asked of the kernel and its twin.

import { expect, test } from "vitest";
import { instant } from "../../base/index.ts";
import {
  above,
  atLeast,
  boolean,
  category,
  date,
  dayOfMonthOf,
  daysBetween,
  decimal,
  definitionOf,
  type EventNode,
  entity,
  event,
  type FeatureSetNode,
  features,
  hourOf,
  instant as instantField,
  integer,
  latest,
  money,
  monthOf,
  optional,
  vector,
  weekdayOf,
  yearOf,
} from "../../define/index.ts";
import type { HistoryEvent } from "../history.ts";
import { compileKernel } from "../kernel.ts";
import { layOutHistory } from "../layout.ts";
import { naiveFeatures } from "../naive/naive-features.ts";

const usd = money("USD");
const newYork = "America/New_York";
const borrower = entity("borrower");
const bill = event("bill", borrower, {
  fields: {
    billed: usd,
    paid: optional(usd),
    rate: decimal(4),
    months: integer,
    kind: category("rent", "cash"),
    late: boolean,
    dueOn: date,
    booked: instantField,
    taste: vector(2),
  },
});
const schema = { bill: definitionOf(bill).node as EventNode };

/** Billed 120.05, nothing paid, at a clock change: 2025-03-09 03:30 in New York, the hour after 01:30. */
const base = {
  billed: 12_005,
  paid: null,
  rate: 1_234,
  months: -3,
  kind: 1,
  late: 1,
  dueOn: 20_148,
  booked: instant("2024-12-31T23:59:59.999999-05:00"),
  taste: Buffer.from(Float32Array.of(0.1, -2).buffer).toString("base64"),
};
const AT = instant("2025-03-09T07:30:00Z");

type Column = Parameters<typeof latest>[0];

/** The latest of a column one day later, by the kernel; the twin must say the same. */
function answer(column: unknown, fields: object = {}): number | string {
  const set = features("exam", borrower, { x: latest(column as Column) } as never, { owner: "o", use: "u" });
  const definition = definitionOf(set);
  expect(definition.problems).toEqual([]);
  const node = definition.node as FeatureSetNode;
  const identity = { event: "bill", entity: "b", source: "s", eventId: "e", seq: 0, retracted: false };
  const events = [{ ...identity, at: AT, knownAt: AT, fields: { ...base, ...fields } }] as HistoryEvent[];
  const [out, kinds, t] = [new Float64Array(1), new Uint8Array(1), AT + 86_400_000_000];
  const kernel = compileKernel(node, schema, { meaningHash: "" });
  kernel.evaluate(layOutHistory("b", events, schema), t, {}, out, kinds, 0);
  const given = kinds[0] === 0 ? out[0]! : "nothing";
  const twin = naiveFeatures(node, schema, events, t, {})["x"]!;
  expect(typeof twin === "number" ? twin : "nothing").toBe(given);
  return given;
}

const { billed, paid, rate, months, kind, late, dueOn, booked, taste } = bill;
const HUGE = 2 ** 53 - 1;

test.each<[string, unknown, number | string, object?]>([
  ["less a literal", billed.minus(usd("0.06")), 119.99],
  ["plus a literal", months.plus(3), 0],
  ["a whole multiple", billed.times(-3), -360.15],
  ["no multiple of nothing", paid.times(3), "nothing"],
  ["a multiple at the end of the range", months.times(1), HUGE, { months: HUGE }],
  ["a multiple beyond the range", months.times(2), "nothing", { months: 2 ** 52 }],
  ["zero times minus one is 0", months.times(-1).is(atLeast(0)), 1, { months: 0 }],
  // 12005 * 0.19 = 2280.95 hundredths
  ["a share of an amount", billed.times(0.19, { decimals: 2 }), 22.81],
  ["half a cent goes up", billed.times(0.5, { decimals: 2 }), 60.03],
  ["half a cent below zero goes up too", billed.times(-0.5, { decimals: 2 }), -60.02],
  ["fewer decimals than the column has", billed.times(1, { decimals: 0 }), 120],
  // 12005 / 1234 * 10^(1 - 2 + 4)
  ["money by a number stays money", billed.over(rate, { decimals: 1 }), 972.9],
  ["money by money is a number", billed.over(billed.minus(usd("20.05")), { decimals: 4 }), 1.2005],
  ["by a plain number", billed.over(12, { decimals: 2 }), 10],
  ["by a fraction", billed.over(2.5, { decimals: 2 }), 48.02],
  ["by 0", billed.over(months, { decimals: 2 }), "nothing", { months: 0 }],
  ["0 by 0", months.over(months, { decimals: 2 }), "nothing", { months: 0 }],
  ["held from below", months.clamp({ atLeast: -1 }), -1],
  ["held from above", billed.clamp({ atMost: usd(100) }), 100],
  ["held within", billed.clamp({ atLeast: usd(100), atMost: usd(200) }), 120.05],
  // ln 120.05 = 4.78790830…
  ["a logarithm of major units", billed.log({ decimals: 6 }), 4.787908],
  ["of 0", billed.log({ decimals: 6 }), "nothing", { billed: 0 }],
  ["of a negative number", months.log({ decimals: 6 }), "nothing"],
  ["without its sign", months.absolute(), 3],
  ["a test of a number", months.is(above(-4)), 1],
  ["a test of a category", kind.is("rent"), 0],
  ["a test of yes and no", late.is(true), 1],
  ["a test of nothing", paid.is(atLeast(usd(0))), "nothing"],
  ["where the row is in a subset", billed.where(bill.where({ kind: "cash" }), { otherwise: usd(1) }), 120.05],
  ["where it is not", billed.where(bill.where({ kind: "rent" }), { otherwise: usd(1) }), 1],
  ["where it cannot be told", billed.where(paid.is(atLeast(usd(0))), { otherwise: usd(1) }), 1],
  ["where another column stands in", paid.where(late, { otherwise: billed }), "nothing"],
  ["where another column stands in for it", paid.where(late, { otherwise: billed }), 120.05, { late: 0 }],
  ["the hour after a clock change", hourOf(bill, newYork), 3],
  ["the same hour elsewhere", hourOf(bill, "Asia/Taipei"), 15],
  ["Sunday is 7", weekdayOf(bill, newYork), 7],
  ["the last microsecond of a year", yearOf(booked, newYork), 2024],
  ["is of the next year in UTC", yearOf(booked, "UTC"), 2025],
  ["the month of it", monthOf(booked, newYork), 12],
  ["the day of it", dayOfMonthOf(booked, newYork), 31],
  // Day 20148 is 2025-03-01, a Saturday.
  ["a date needs no zone", weekdayOf(dueOn), 6],
  ["the month of a date", monthOf(dueOn), 3],
  ["days after a date", daysBetween(dueOn, bill, newYork), 8],
  ["days before a date", daysBetween(bill, dueOn, newYork), -8],
  ["nights between instants", daysBetween(booked, bill, newYork), 68],
  // 0.1 as float32 is 0.100000001490116…
  ["a number of a vector", taste.element(0, { decimals: 9 }), 0.100000001],
  ["the next", taste.element(1, { decimals: 2 }), -2],
  ["a number too large for so many decimals", taste.element(1, { decimals: 15 }), -2],
  [
    "and one beyond",
    taste.element(0, { decimals: 15 }),
    "nothing",
    { taste: Buffer.from(Float32Array.of(10, 0).buffer).toString("base64") },
  ],
])("%s", (_, column, expected, fields) => {
  expect(answer(column, fields)).toBe(expected);
});

test("sums beyond 2^53 stay exact through bounds, signs and choices", () => {
  const huge = { billed: HUGE, paid: HUGE };
  const twice = billed.plus(paid);
  const cent = usd("0.01");
  expect(answer(twice.absolute().minus(billed).minus(paid), huge)).toBe(0);
  expect(
    answer(
      twice
        .clamp({ atLeast: usd(0) })
        .plus(cent)
        .minus(billed)
        .minus(paid),
      huge,
    ),
  ).toBe(0.01);
  expect(
    answer(
      twice
        .where(late, { otherwise: usd(0) })
        .plus(cent)
        .minus(billed)
        .minus(paid),
      huge,
    ),
  ).toBe(0.01);
  const below = { billed: -HUGE, paid: -HUGE };
  expect(answer(twice.absolute().plus(cent).plus(billed).plus(paid), below)).toBe(0.01);
});
