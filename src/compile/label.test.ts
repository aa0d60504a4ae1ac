import { expect, test } from "vitest";
import { instant } from "../base/index.ts";
import {
  atLeast,
  days,
  type EventNode,
  entity,
  event,
  integer,
  type LabelNode,
  label,
  latest,
  months,
  nodeOf,
  occurs,
} from "../define/index.ts";
import type { HistoryEvent, HistorySchema } from "./history.ts";
import { compileLabel } from "./label.ts";
import { layOutHistory } from "./layout.ts";
import { naiveLabel } from "./naive/naive-label.ts";

const borrower = entity("borrower");
const statement = event("statement", borrower, { fields: { monthsLate: integer } });
const closure = event("closure", borrower, { fields: {} });
const outcome = event("outcome", borrower, { fields: { missed: integer } });
const schema: HistorySchema = {
  statement: nodeOf(statement) as EventNode,
  closure: nodeOf(closure) as EventNode,
  outcome: nodeOf(outcome) as EventNode,
};

const late = (months: number) => statement.where({ monthsLate: atLeast(months) });
const defaulted = nodeOf(
  label("defaulted", borrower, {
    bad: occurs(late(3)).next(days(90)),
    unclear: occurs(late(1)).next(days(90)),
    endedBy: closure,
    matures: days(45),
  }),
) as LabelNode;
const missed = nodeOf(
  label("missed", borrower, {
    bad: occurs(outcome.where({ missed: 1 })).next(months(1, "Asia/Taipei")),
    observedBy: outcome,
  }),
) as LabelNode;

let number = 0;
function happened(name: string, at: string, fields: HistoryEvent["fields"] = {}, known = at): HistoryEvent {
  const identity = { event: name, entity: "b1", source: "core", eventId: `e${number++}`, seq: null };
  return { ...identity, at: instant(at), knownAt: instant(known), retracted: false, fields };
}

function status(node: LabelNode, events: readonly HistoryEvent[], t: string, cutOff: string): string {
  const judged = compileLabel(node, schema)(layOutHistory("b1", events, schema), instant(t), instant(cutOff));
  expect(naiveLabel(node, schema, events, instant(t), instant(cutOff))).toEqual(judged);
  expect(judged.value).toBe(judged.status === "bad" ? 1 : judged.status === "good" ? 0 : null);
  return judged.status;
}

const T = "2026-01-01T00:00:00Z";
// 90 + 45 days after T.
const RIPE = "2026-05-16T00:00:00Z";

test("the window begins at t and ends before t + 90 days", () => {
  const bad = (at: string) => status(defaulted, [happened("statement", at, { monthsLate: 3 })], T, RIPE);
  expect(["2025-12-31T23:59:59.999999Z", T, "2026-03-31T23:59:59.999999Z", "2026-04-01T00:00:00Z"].map(bad)).toEqual([
    "good",
    "bad",
    "bad",
    "good",
  ]);
});

test("before it matures a row has no outcome, even where something bad is known", () => {
  const events = [happened("statement", "2026-01-02T00:00:00Z", { monthsLate: 3 })];
  expect(status(defaulted, events, T, "2026-05-15T23:59:59.999999Z")).toBe("immature");
  expect(status(defaulted, events, T, RIPE)).toBe("bad");
});

test("bad outranks unclear, unclear outranks an ending, an ending is never good", () => {
  const oneLate = happened("statement", "2026-01-02T00:00:00Z", { monthsLate: 1 });
  const threeLate = happened("statement", "2026-02-02T00:00:00Z", { monthsLate: 3 });
  const closed = happened("closure", "2026-01-20T00:00:00Z");
  expect(status(defaulted, [oneLate, threeLate, closed], T, RIPE)).toBe("bad");
  expect(status(defaulted, [oneLate, closed], T, RIPE)).toBe("indeterminate");
  expect(status(defaulted, [closed], T, RIPE)).toBe("censored");
  expect(status(defaulted, [], T, RIPE)).toBe("good");
});

test("an outcome known after the cut-off does not exist", () => {
  const events = [happened("statement", "2026-02-02T00:00:00Z", { monthsLate: 3 }, "2026-06-01T00:00:00Z")];
  expect(status(defaulted, events, T, RIPE)).toBe("good");
  expect(status(defaulted, events, T, "2026-06-01T00:00:00Z")).toBe("bad");
});

test("a retraction known at the cut-off takes the outcome back", () => {
  const bad = happened("statement", "2026-02-02T00:00:00Z", { monthsLate: 3 });
  const back = { ...bad, knownAt: instant("2026-05-20T00:00:00Z"), retracted: true };
  expect(status(defaulted, [bad, back], T, RIPE)).toBe("bad");
  expect(status(defaulted, [bad, back], T, "2026-05-20T00:00:00Z")).toBe("good");
});

test("without the event that shows it an outcome is not observed, never good", () => {
  const t = "2005-10-03T04:00:00Z";
  // The next month in Taipei that begins after t is November.
  const shown = (at: string, value: number) => [happened("outcome", at, { missed: value })];
  const after = "2005-12-31T00:00:00Z";
  expect(status(missed, [], t, after)).toBe("notObserved");
  expect(status(missed, shown("2005-10-31T15:59:59Z", 0), t, after)).toBe("notObserved");
  expect(status(missed, shown("2005-10-31T16:00:00Z", 0), t, after)).toBe("good");
  expect(status(missed, shown("2005-10-31T16:00:00Z", 1), t, after)).toBe("bad");
  expect(status(missed, shown("2005-10-31T16:00:00Z", 0), t, "2005-11-30T15:59:59Z")).toBe("immature");
});

test("what cannot be told is not shown to be good", () => {
  const node = nodeOf(
    label("worsened", borrower, { bad: latest(statement.monthsLate).next(days(30)).is(atLeast(1)), matures: days(1) }),
  ) as LabelNode;
  expect(status(node, [], T, RIPE)).toBe("notObserved");
  expect(status(node, [happened("statement", "2026-01-02T00:00:00Z", { monthsLate: 0 })], T, RIPE)).toBe("good");
});

test("a label that looks back is refused", () => {
  const back = { ...defaulted, bad: { ...defaulted.bad, window: { kind: "ever" } } as LabelNode["bad"] };
  expect(() => compileLabel(back, schema)).toThrow("ASSAY_COMPILE_LOOKS_BACK");
});
