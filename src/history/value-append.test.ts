import { expect, test } from "vitest";
import { compareEvents, type HistoryEvent, layOutHistory } from "../compile/index.ts";
import { purchaseEvent, schema } from "./fixture.ts";
import { decodeColumns, decodeEvents, encodeValue, layoutOf, readPlan } from "./online-value.ts";
import { appendRows } from "./value-append.ts";

const node = schema["purchase"]!;
const layout = layoutOf(node);

function laidOut(events: readonly HistoryEvent[]): Buffer {
  const rows = [...events].sort(compareEvents);
  return encodeValue(layOutHistory("ann", rows, { purchase: node }).events["purchase"]!, layout, 3, rows);
}

const bought = (id: string, at: number, fields: HistoryEvent["fields"] = {}) => purchaseEvent("ann", id, at, fields);
const first = [
  bought("a", 10, { merchant: "m1" }),
  bought("b", 10, { merchant: "m2" }),
  bought("c", 12, { merchant: null }),
];

test("events that follow give, byte for byte, the value that laying out all of them gives", () => {
  const after = [
    bought("d", 13, { merchant: "m2" }),
    bought("e", 13, { merchant: "m3", note: "x" }),
    bought("f", 14, { merchant: "m3", amount: -1 }),
  ];
  expect(appendRows(laidOut(first), layout, 3, after)).toEqual(laidOut([...first, ...after]));
});

test.for<[string, HistoryEvent]>([
  ["at the same instant as the last row", bought("d", 12)],
  ["earlier", bought("d", 9)],
  ["known earlier", { ...bought("d", 13), knownAt: 11 }],
  ["a retraction", { ...bought("d", 13), retracted: true }],
])("an event %s is left to laying out", ([, event]) => {
  expect(appendRows(laidOut(first), layout, 3, [event])).toBeUndefined();
});

test("a value of another layout, or with revisions in it, is left to laying out", () => {
  expect(appendRows(laidOut(first), layout, 4, [bought("d", 13)])).toBeUndefined();
  const revised = [...first, { ...first[0]!, knownAt: 20, fields: { ...first[0]!.fields, amount: 2 } }];
  expect(appendRows(laidOut(revised), layout, 3, [bought("d", 13)])).toBeUndefined();
});

test("a value decodes to the columns and the events it was made from", () => {
  const revised = [...first, { ...first[0]!, knownAt: 20, fields: { ...first[0]!.fields, amount: 2 } }].sort(
    compareEvents,
  );
  const plan = readPlan(layout, node);
  expect(decodeColumns(laidOut(revised), plan)).toEqual(
    layOutHistory("ann", revised, { purchase: node }).events["purchase"],
  );
  expect(decodeEvents(laidOut(revised), plan, "ann")).toEqual(revised);
});
