// Windows that look back in other ways than a length of time, with answers worked out by hand.

import { expect, test } from "vitest";
import { instant, missingKindOf } from "../../base/index.ts";
import {
  atLeast,
  count,
  cycles,
  days,
  definitionOf,
  type EventNode,
  entity,
  event,
  type FeatureSetNode,
  features,
  integer,
  latest,
  sum,
  text,
} from "../../define/index.ts";
import type { HistoryEvent } from "../history.ts";
import { compileKernel } from "../kernel.ts";
import { layOutHistory } from "../layout.ts";
import { naiveFeatures } from "../naive/naive-features.ts";

const newYork = "America/New_York";
const borrower = entity("borrower");
const bill = event("bill", borrower, { fields: { amount: integer } });
const pull = event("pull", borrower, { fields: { pull: text, score: integer } });
const line = event("line", borrower, { fields: { pull: text, balance: integer } });
const schema = Object.fromEntries(
  [bill, pull, line].map((one) => [definitionOf(one).node.name, definitionOf(one).node as EventNode]),
);

let ids = 0;
function happened(
  name: string,
  at: string,
  fields: HistoryEvent["fields"],
  more: Partial<HistoryEvent> = {},
): HistoryEvent {
  const time = instant(at);
  const identity = { event: name, entity: "b", source: "s", eventId: `e${++ids}`, seq: null, retracted: false };
  return { ...identity, at: time, knownAt: time, fields, ...more };
}

function answers(values: object, events: readonly HistoryEvent[], at: string): Record<string, number | string> {
  const definition = definitionOf(features("exam", borrower, values as never, { owner: "o", use: "u" }));
  expect(definition.problems).toEqual([]);
  const node = definition.node as FeatureSetNode;
  const kernel = compileKernel(node, schema, { meaningHash: "" });
  const [out, kinds] = [new Float64Array(kernel.columns.length), new Uint8Array(kernel.columns.length)];
  kernel.evaluate(layOutHistory("b", events, schema), instant(at), {}, out, kinds, 0);
  const given = kernel.columns.map((name, i) => [name, kinds[i] === 0 ? out[i]! : missingKindOf(kinds[i]!)!] as const);
  const twin = naiveFeatures(node, schema, events, instant(at), {});
  for (const [name, value] of given)
    expect([name, twin[name]]).toEqual([name, typeof value === "number" ? value : { missing: value }]);
  return Object.fromEntries(given);
}

test("as it stood some time ago, by what is known now", () => {
  const limitThen = latest(bill.amount).ago(days(30));
  const bills = [
    happened("bill", "2025-01-01T00:00:00Z", { amount: 1 }),
    happened("bill", "2025-01-31T00:00:00Z", { amount: 2 }),
    // Of before, and news since: the value as of then, as it is known now.
    happened("bill", "2025-01-15T00:00:00Z", { amount: 3 }, { knownAt: instant("2025-02-20T00:00:00Z") }),
  ];
  expect(answers({ limitThen }, bills, "2025-03-02T00:00:00Z")).toEqual({ limitThen: 3 });
  expect(answers({ limitThen }, bills, "2025-02-19T00:00:00Z")).toEqual({ limitThen: 1 });
  expect(answers({ limitThen }, bills, "2025-03-02T00:00:00.000001Z")).toEqual({ limitThen: 2 });
  expect(answers({ limitThen }, bills, "2025-01-31T00:00:00Z")).toEqual({ limitThen: "empty window" });
  expect(answers({ limitThen }, [], "2025-03-02T00:00:00Z")).toEqual({ limitThen: "no history" });
});

test("cycles end on their day, or on a shorter month's last, at local midnight", () => {
  const bills = ["2025-01-31T04:59:59Z", "2025-01-31T05:00:00Z", "2025-02-28T04:59:59Z", "2025-02-28T05:00:00Z"].map(
    (at, i) => happened("bill", at, { amount: 10 ** i }),
  );
  const on31 = { day: 31, zone: newYork };
  const values = {
    last: sum(bill.amount).last(cycles(1, on31)),
    before: sum(bill.amount).last(cycles(1, on31), { skip: cycles(1, on31) }),
    running: sum(bill.amount).last(cycles(1, { ...on31, current: true })),
  };
  // From 31 January to 28 February; before it from 31 December; the running one began on 28 February.
  expect(answers(values, bills, "2025-03-01T12:00:00Z")).toEqual({ last: 110, before: 1, running: 1110 });
  // Until midnight of 31 March in New York, 04:00 in summer time.
  expect(answers(values, bills, "2025-03-31T03:59:59Z")).toEqual({ last: 110, before: 1, running: 1110 });
  expect(answers(values, bills, "2025-03-31T04:00:00Z")).toEqual({ last: 1000, before: 110, running: 1000 });
});

test("what belongs to the latest of another type", () => {
  const values = {
    debts: sum(line.balance).ofLatest(pull),
    lines: count(line).ofLatest(pull),
    ofGood: sum(line.balance.minus(1)).ofLatest(pull.where({ score: atLeast(700) })),
  };
  const first = [
    happened("line", "2025-01-01T00:00:00Z", { pull: "one", balance: 5 }),
    happened("pull", "2025-01-01T00:00:00Z", { pull: "one", score: 710 }),
    happened("line", "2025-01-01T00:00:01Z", { pull: "one", balance: 7 }),
    happened("line", "2025-01-01T00:00:01Z", { pull: "stray", balance: 100 }),
  ];
  const second = [
    happened("pull", "2025-02-01T00:00:00Z", { pull: "two", score: 690 }),
    happened("line", "2025-02-01T00:00:00Z", { pull: "two", balance: 11 }),
  ];
  const empty = happened("pull", "2025-03-01T00:00:00Z", { pull: "three", score: 690 });
  const all = [...first, ...second, empty];
  expect(answers(values, all, "2025-01-15T00:00:00Z")).toEqual({ debts: 12, lines: 2, ofGood: 10 });
  // Lines may come before their pull: then the pull before is still the latest.
  expect(answers(values, all, "2025-01-01T00:00:00Z")).toEqual({ debts: "no history", lines: 0, ofGood: "no history" });
  expect(answers(values, all, "2025-02-01T00:00:00.000001Z")).toEqual({ debts: 11, lines: 1, ofGood: 10 });
  expect(answers(values, all, "2025-03-02T00:00:00Z")).toEqual({ debts: "empty window", lines: 0, ofGood: 10 });
  expect(answers(values, second, "2025-02-02T00:00:00Z")["ofGood"]).toBe("empty window");
  const taken = { ...empty, retracted: true, knownAt: empty.knownAt + 1 };
  expect(answers(values, [...all, taken], "2025-03-02T00:00:00Z")).toEqual({ debts: 11, lines: 1, ofGood: 10 });
});
