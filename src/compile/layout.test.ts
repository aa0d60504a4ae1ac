import { expect, test } from "vitest";
import type { HistoryEvent, HistorySchema } from "./history.ts";
import { isKnown, layOutHistory } from "./layout.ts";

const schema: HistorySchema = {
  payment: {
    kind: "event",
    name: "payment",
    entity: "borrower",
    delayMicros: 0,
    fields: {
      cents: { type: { kind: "money", currency: "USD", scale: 2 }, protection: "none", optional: true },
      memo: { type: { kind: "text" }, protection: "none", optional: true },
      sex: { type: { kind: "category", values: ["F", "M"] }, protection: "prohibited", optional: true },
    },
  },
};

function payment(eventId: string, at: number, change: Partial<HistoryEvent> = {}): HistoryEvent {
  const identity = { event: "payment", entity: "b1", source: "core", eventId, seq: null };
  return { ...identity, at, knownAt: at, retracted: false, fields: { cents: 1 }, ...change };
}

function columns(events: readonly HistoryEvent[]) {
  return layOutHistory("b1", events, schema).events["payment"]!;
}

test("rows come in total order, whatever order they were given in", () => {
  const laid = columns([payment("b", 30), payment("b2", 10), payment("a2", 10), payment("c", 20)]);
  expect([...laid.at]).toEqual([10, 10, 20, 30]);
  expect(laid.length).toBe(4);
  expect(laid.prefixVisible).toBe(true);
});

test("a revision supersedes the one known before it, wherever it stands in the order", () => {
  const laid = columns([
    payment("a", 50, { knownAt: 60 }),
    payment("a", 10, { knownAt: 70 }),
    payment("a", 90, { knownAt: 65 }),
  ]);
  expect([...laid.at]).toEqual([10, 50, 90]);
  expect([...laid.supersededAt]).toEqual([Number.POSITIVE_INFINITY, 65, 70]);
  expect(laid.prefixVisible).toBe(false);
  expect([59, 60, 64, 65, 69, 70].map((known) => [0, 1, 2].filter((row) => isKnown(laid, row, known)))).toEqual([
    [],
    [1],
    [1],
    [2],
    [2],
    [0],
  ]);
});

test("one event id of two sources is two events", () => {
  const laid = columns([payment("a", 10), payment("a", 20, { source: "bureau" })]);
  expect([...laid.supersededAt]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
});

test("a retraction is a row that shows nothing and hides what it takes back", () => {
  const laid = columns([payment("a", 10), payment("a", 10, { knownAt: 20, retracted: true })]);
  expect([19, 20].map((known) => [0, 1].filter((row) => isKnown(laid, row, known)))).toEqual([[0], []]);
  expect(laid.prefixVisible).toBe(false);
});

test("visibility is a prefix only while knownAt never falls", () => {
  expect(columns([payment("a", 10, { knownAt: 30 }), payment("b", 20, { knownAt: 30 })]).prefixVisible).toBe(true);
  expect(columns([payment("a", 10, { knownAt: 31 }), payment("b", 20, { knownAt: 30 })]).prefixVisible).toBe(false);
});

test("texts become local codes, absent fields NaN, minus zero zero; protected fields are not there", () => {
  const laid = columns([
    payment("a", 1, { fields: { cents: -0, memo: "rent" } }),
    payment("b", 2, { fields: { cents: null, memo: "food" } }),
    payment("c", 3, { fields: { cents: 5, memo: "rent" } }),
    payment("d", 4, { fields: { cents: 5 } }),
  ]);
  expect([...laid.fields["cents"]!]).toEqual([0, Number.NaN, 5, 5]);
  expect([...laid.fields["memo"]!]).toEqual([0, 1, 0, Number.NaN]);
  expect(laid.dictionaries).toEqual({ memo: ["rent", "food"] });
  expect(Object.keys(laid.fields)).toEqual(["cents", "memo"]);
});

test("types the schema does not name are left out", () => {
  expect(layOutHistory("b1", [{ ...payment("a", 1), event: "other" }], schema).events).toEqual({});
});

test("rows that break the border's promises are our mistake, and stop the program", () => {
  expect(() => columns([payment("a", 1), payment("a", 2, { knownAt: 1 })])).toThrow(
    "two revisions of a known at one instant",
  );
  expect(() => columns([payment("a", 1, { entity: "b2" })])).toThrow("an event of b2 in the history of b1");
});
