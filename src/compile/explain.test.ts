import { expect, test } from "vitest";
import {
  anyOf,
  atLeast,
  both,
  category,
  count,
  days,
  daysSince,
  distinct,
  type EventNode,
  entity,
  event,
  events,
  type FeatureSetNode,
  features,
  integer,
  latest,
  max,
  mean,
  money,
  months,
  nodeOf,
  optional,
  type RequestNode,
  request,
  stddev,
  sum,
} from "../define/index.ts";
import { walkCosts } from "./cost.ts";
import { explain, explainColumns } from "./explain.ts";
import type { HistorySchema } from "./history.ts";
import type { Plan } from "./plan.ts";
import { isPlan, planFeatures } from "./plan-features.ts";

const usd = money("USD");
const borrower = entity("borrower");
const statement = event("statement", borrower, { fields: { billed: usd, paid: optional(usd), monthsLate: integer } });
const purchase = event("purchase", borrower, { fields: { amount: usd, kind: category("rent", "cash") } });
const application = request("application", {
  parties: { applicant: borrower },
  fields: { amount: usd, limit: optional(usd) },
});
const late = statement.where({ monthsLate: atLeast(1) });
const dear = purchase.where({ amount: atLeast(usd(200)), kind: anyOf("cash") });
const purpose = { owner: "card-risk", use: "credit" } as const;
const schema: HistorySchema = {
  statement: nodeOf(statement) as EventNode,
  purchase: nodeOf(purchase) as EventNode,
};
const asked = nodeOf(application) as RequestNode;

const review = features(
  "review",
  borrower,
  {
    lateCount30d: count(late).last(days(30)),
    lateCount90d: count(late).last(days(90)),
    meanBilled90d: mean(statement.billed).last(days(90)),
    billed90d: sum(statement.billed).last(days(90)),
    paidShare90d: sum(statement.paid)
      .last(days(90))
      .over(sum(statement.billed).last(days(90))),
    deviation: stddev(statement.billed).last(days(30), { skip: days(1) }),
    worstShortfall6: max(statement.billed.minus(statement.paid)).last(events(6)),
    spend: sum(dear.amount)
      .last(months(2, "Asia/Taipei", { current: true }))
      .ifMissing(usd(0)),
    kinds: distinct(dear.kind).ever(),
    daysSinceLate: daysSince(late),
    limitShare: application.limit.over(latest(statement.billed)).times(0.5),
    lastCash: both(latest(purchase.kind).is("cash"), count(late).ever().is(atLeast(2))),
  },
  purpose,
);

function planned(set: unknown): Plan {
  const plan = planFeatures(nodeOf(set) as FeatureSetNode, schema, asked);
  if (!isPlan(plan)) throw new Error(plan[0]!.rule);
  return plan;
}

test("a plan prints as sentences, walks and slots", () => {
  expect(explain(nodeOf(review) as FeatureSetNode, schema, asked)).toMatchInlineSnapshot(`
    "features review of borrower (plan 1, semantics 1, time zones 2026f)

    lateCount30d = count of statement where monthsLate is at least 1 over the last 30 days
    lateCount90d = count of statement where monthsLate is at least 1 over the last 90 days
    meanBilled90d = mean of statement.billed over the last 90 days [missing: no history, empty window]
    billed90d = sum of statement.billed over the last 90 days [missing: no history, empty window]
    paidShare90d = (sum of statement.paid over the last 90 days / sum of statement.billed over the last 90 days) [missing: no history, empty window, not applicable]
    deviation = standard deviation of statement.billed over the last 30 days, leaving out the latest 1 day [missing: no history, empty window, not applicable]
    worstShortfall6 = greatest (statement.billed - statement.paid) over the last 6 events [missing: no history, empty window]
    spend = sum of purchase.amount where (amount is at least 200.00 USD and kind is cash) over the last 2 complete months and the running month in Asia/Taipei, or 0 where missing
    kinds = number of different purchase.kind where (amount is at least 200.00 USD and kind is cash) ever
    daysSinceLate = days since statement where monthsLate is at least 1 ever [missing: no history, empty window]
    limitShare = ((application.limit as asked / latest statement.billed ever) times 0.5) [missing: no history, not applicable]
    lastCash = ((latest purchase.kind ever is cash) and (count of statement where monthsLate is at least 1 ever is at least 2)) [missing: no history]

    slots: 13
      s0 rows of statement where monthsLate is at least 1
      s1 rows of statement.billed in statement
      s2 total of statement.billed in statement
      s3 rows of statement.paid in statement
      s4 total of statement.paid in statement
      s5 spread of statement.billed in statement
      s6 greatest of (statement.billed - statement.paid) in statement
      s7 rows of purchase.amount in purchase where (amount is at least 200.00 USD and kind is cash)
      s8 total of purchase.amount in purchase where (amount is at least 200.00 USD and kind is cash)
      s9 differentBits of purchase.kind in purchase where (amount is at least 200.00 USD and kind is cash)
      s10 newestAt of statement where monthsLate is at least 1
      s11 newest of statement.billed in statement
      s12 newest of purchase.kind in purchase
    walks: 7
      statement back from t
        to t less 30 days: s0
        to t less 90 days: s0 s1 s2 s3 s4
        to the beginning: s0
      statement back from t less 1 day
        to t less 31 days: s1 s5
      statement back from t
        to 6 events: s6
      purchase back from t
        to the start of month -2 in Asia/Taipei: s7 s8
      purchase back from t
        to the beginning: s9
      statement back from t
        to the beginning: s10 s11
      purchase back from t
        to the beginning: s12
    "
  `);
});

test("the kinds a plan can be missing by are those its author's types promise", () => {
  const { features: declared } = nodeOf(review) as FeatureSetNode;
  const promised = Object.fromEntries(declared.map(({ name, feature }) => [name, feature.missing]));
  expect(Object.fromEntries(planned(review).columns.map(({ name, missing }) => [name, missing]))).toEqual(promised);
});

test("a plan is frozen, plain and versioned", () => {
  const plan = planned(review);
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  expect([plan.format, plan.version]).toEqual(["assay.plan", 1]);
  expect(() => (plan.steps as unknown[]).push(1)).toThrow(TypeError);
  expect(Object.isFrozen(plan.scans[0]!.windows[0]!.reads)).toBe(true);
});

test("a definition that cannot be planned explains what is wrong with it", () => {
  expect(explain(nodeOf(review) as FeatureSetNode, { statement: schema["statement"]! }, asked).split("\n")).toEqual([
    'ASSAY_COMPILE_UNKNOWN_EVENT: feature "spend": reads event "purchase", which is not declared. Declare it.',
    'ASSAY_COMPILE_UNKNOWN_EVENT: feature "kinds": reads event "purchase", which is not declared. Declare it.',
    'ASSAY_COMPILE_UNKNOWN_EVENT: feature "lastCash": reads event "purchase", which is not declared. Declare it.',
  ]);
});

test("each column is told with what it shares, and its walks by the rows they meet", () => {
  const columns = explainColumns(planned(review));
  expect(columns.find(({ name }) => name === "billed90d")).toEqual({
    name: "billed90d",
    sentence: "sum of statement.billed over the last 90 days",
    missing: ["no history", "empty window"],
    slots: [
      { keeps: "rows of statement.billed in statement", sharedWith: ["meanBilled90d", "paidShare90d", "deviation"] },
      { keeps: "total of statement.billed in statement", sharedWith: ["meanBilled90d", "paidShare90d"] },
    ],
  });
  // 100 statements and 50 purchases in 1,000 days, evenly.
  const walks = walkCosts(planned(review), {
    statement: { rows: 100, days: 1000 },
    purchase: { rows: 50, days: 1000 },
  });
  expect(walks.map(({ event, rows }) => [event, Math.round(rows * 1e9) / 1e9])).toEqual([
    ["statement", 100],
    ["statement", 3],
    ["statement", 6],
    ["purchase", 3.04375],
    ["purchase", 50],
    ["statement", 1],
    ["purchase", 1],
  ]);
  // counts over 90 days ride on the one that goes to the beginning; the spread costs what its aggregate says.
  expect(walks.map(({ nanoseconds }) => nanoseconds > 0)).toEqual(walks.map(() => true));
  expect(walkCosts(planned(review), {}).every(({ rows, nanoseconds }) => rows === 0 && nanoseconds === 0)).toBe(true);
});
