import { expect, test } from "vitest";
import { instant, type Missing, missingKindOf } from "../base/index.ts";
import {
  anyOf,
  atLeast,
  below,
  category,
  count,
  days,
  daysSince,
  type EventNode,
  entity,
  event,
  events,
  type FeatureNode,
  type FeatureSetNode,
  features,
  integer,
  latest,
  max,
  money,
  months,
  nodeOf,
  type RequestNode,
  request,
  sum,
} from "../define/index.ts";
import type { HistoryEvent, HistorySchema } from "./history.ts";
import { compileKernel } from "./kernel.ts";
import { layOutHistory } from "./layout.ts";

const usd = money("USD");
const borrower = entity("borrower");
const statement = event("statement", borrower, { fields: { billed: usd, paid: usd, monthsLate: integer } });
const purchase = event("purchase", borrower, { fields: { amount: usd, kind: category("rent", "cash", "gambling") } });
const application = request("application", { parties: { applicant: borrower }, fields: { amount: usd } });

const late = statement.where({ monthsLate: atLeast(1) });
const risky = purchase.where({ kind: anyOf("cash", "gambling"), amount: atLeast(usd(200)) });
const billed90d = sum(statement.billed).last(days(90));

const review = features(
  "review",
  borrower,
  {
    lateCount180d: count(late).last(days(180)),
    daysSinceLate: daysSince(late),
    paidShare90d: sum(statement.paid).last(days(90)).over(billed90d),
    billedChange90d: billed90d.over(sum(statement.billed).last(days(90), { skip: days(90) })),
    worstShortfall2: max(statement.billed.minus(statement.paid)).last(events(2)),
    monthlySpend: sum(purchase.amount).last(months(1, "America/New_York")).ifMissing(usd(0)),
    riskyCount: count(risky).ever(),
    askedOverBilled: application.amount.over(latest(statement.billed)),
    thinFile: count(statement).ever().is(below(3)),
  },
  { owner: "card-risk", use: "credit" },
);

const set = nodeOf(review) as FeatureSetNode;
const asked = nodeOf(application) as RequestNode;
const schema: HistorySchema = {
  statement: nodeOf(statement) as EventNode,
  purchase: nodeOf(purchase) as EventNode,
};
const kernel = compileKernel(set, schema, { meaningHash: "f00d", request: asked });

let number = 0;
function happened(
  name: string,
  at: string,
  fields: HistoryEvent["fields"],
  change: Partial<HistoryEvent> = {},
): HistoryEvent {
  const identity = { event: name, entity: "b1", source: "core", eventId: `e${number++}`, seq: null };
  return { ...identity, at: instant(at), knownAt: instant(at), retracted: false, fields, ...change };
}

const history: readonly HistoryEvent[] = [
  happened("statement", "2026-01-01T00:00:00Z", { billed: 10_000, paid: 10_000, monthsLate: 0 }),
  happened("statement", "2026-03-01T00:00:00Z", { billed: 20_000, paid: 0, monthsLate: 1 }),
  happened("statement", "2026-05-01T00:00:00Z", { billed: 30_000, paid: 15_000, monthsLate: 2 }),
  happened("purchase", "2026-05-01T03:59:59Z", { amount: 70_000, kind: 0 }),
  happened("purchase", "2026-05-01T04:00:00Z", { amount: 20_000, kind: 1 }),
  happened("purchase", "2026-05-31T23:00:00Z", { amount: 19_999, kind: 2 }),
];

function valuesAt(t: string, events: readonly HistoryEvent[] = history): { [name: string]: number | string } {
  const out = new Float64Array(kernel.columns.length);
  const kinds = new Uint8Array(kernel.columns.length);
  kernel.evaluate(layOutHistory("b1", events, schema), instant(t), { amount: 600 }, out, kinds, 0);
  const told = kernel.columns.map((name, place) => [
    name,
    kinds[place] === 0 ? out[place]! : missingKindOf(kinds[place]!),
  ]);
  return Object.fromEntries(told) as { [name: string]: number | Missing["missing"] };
}

test("a feature set over an array literal, by hand", () => {
  expect(valuesAt("2026-06-15T12:00:00Z")).toEqual({
    lateCount180d: 2,
    daysSinceLate: 45.5,
    paidShare90d: 0.5,
    billedChange90d: 1,
    worstShortfall2: 200,
    monthlySpend: 399.99,
    riskyCount: 1,
    askedOverBilled: 2,
    thinFile: 0,
  });
});

test("nobody's history", () => {
  expect(valuesAt("2026-06-15T12:00:00Z", [])).toEqual({
    lateCount180d: 0,
    daysSinceLate: "no history",
    paidShare90d: "no history",
    billedChange90d: "no history",
    worstShortfall2: "no history",
    monthlySpend: 0,
    riskyCount: 0,
    askedOverBilled: "no history",
    thinFile: 1,
  });
});

test("an event at t is not before t; an event at the first instant of a window is inside", () => {
  expect(valuesAt("2026-05-01T00:00:00Z")["lateCount180d"]).toBe(1);
  expect(valuesAt("2026-05-01T00:00:00.000001Z")["lateCount180d"]).toBe(2);
  expect(valuesAt("2026-10-28T00:00:00Z")["lateCount180d"]).toBe(1);
  expect(valuesAt("2026-10-28T00:00:00.000001Z")["lateCount180d"]).toBe(0);
});

test("only what was known by then: a revision that moves an event past t hides it, and no older one shows", () => {
  const bill = happened("statement", "2026-01-10T00:00:00Z", { billed: 100, paid: 0, monthsLate: 1 });
  const moved = { ...bill, at: instant("2026-02-01T00:00:00Z"), knownAt: instant("2026-01-20T00:00:00Z") };
  const gone = { ...moved, knownAt: instant("2026-03-01T00:00:00Z"), retracted: true };
  const counted = (t: string) => valuesAt(t, [gone, bill, moved])["lateCount180d"];
  expect(counted("2026-01-19T00:00:00Z")).toBe(1);
  expect(counted("2026-01-20T00:00:00Z")).toBe(0);
  expect(counted("2026-02-02T00:00:00Z")).toBe(1);
  expect(counted("2026-03-01T00:00:00Z")).toBe(0);
});

test("a kernel says what it is made of and where it writes", () => {
  expect(kernel).toMatchObject({
    set: "review",
    entity: "borrower",
    meaningHash: "f00d",
    events: ["purchase", "statement"],
  });
  expect(kernel.columns).toEqual(Object.keys(valuesAt("2026-06-15T12:00:00Z")));
  const out = new Float64Array(kernel.columns.length + 2).fill(7);
  const kinds = new Uint8Array(kernel.columns.length + 2).fill(9);
  kernel.evaluate(layOutHistory("b1", [], schema), 0, { amount: 1 }, out, kinds, 1);
  expect([out[0], out.at(-1), kinds[0], kinds.at(-1)]).toEqual([7, 7, 9, 9]);
  expect([out[1], out[2], kinds[2]]).toEqual([0, Number.NaN, 1]);
});

test("nothing of a definition becomes code: hostile names compile to plain texts", () => {
  const hostile = 'x"];globalThis.broken=1;//\n\u2028globalThis.broken=2;/*';
  const type = { kind: "integer" } as const;
  const feature: FeatureNode = {
    value: {
      kind: "aggregate",
      aggregate: "sum",
      stream: { kind: "stream", event: hostile, entity: "borrower", filter: null },
      row: { kind: "field", field: hostile, type },
      window: { kind: "ever" },
    },
    unit: { kind: "number" },
    missing: [],
    worse: null,
  };
  const node: EventNode = {
    kind: "event",
    name: hostile,
    entity: "borrower",
    delayMicros: 0,
    fields: { [hostile]: { type, protection: "none", optional: false } },
  };
  const bad = compileKernel(
    { ...set, name: hostile, features: [{ name: hostile, feature }] },
    { [hostile]: node },
    { meaningHash: "" },
  );
  const out = new Float64Array(1);
  const events = [happened(hostile, "2026-01-01T00:00:00Z", { [hostile]: 3 })];
  bad.evaluate(
    layOutHistory("b1", events, { [hostile]: node }),
    instant("2026-01-02T00:00:00Z"),
    {},
    out,
    new Uint8Array(1),
    0,
  );
  expect(out[0]).toBe(3);
  expect("broken" in globalThis).toBe(false);
});

test("a definition with problems is refused by name", () => {
  expect(() => compileKernel(set, { statement: schema["statement"]! }, { meaningHash: "", request: asked })).toThrow(
    'ASSAY_COMPILE_UNKNOWN_EVENT: feature "monthlySpend": reads event "purchase", which is not declared',
  );
  expect(() => compileKernel(set, schema, { meaningHash: "" })).toThrow("ASSAY_COMPILE_NO_REQUEST");
});
