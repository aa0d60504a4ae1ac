import { expect, test } from "vitest";
import { NOW, SOURCE, schema } from "./fixture.ts";
import { mapRead, mapRow, type RowMapping, unknownColumns } from "./row-mapping.ts";
import { isValid, validateEvent } from "./validate-event.ts";

const mapping: RowMapping = {
  event: "statement",
  entity: "id",
  eventId: "{id}-{month}",
  at: "{month}-01T00:00:00+08:00",
  fields: { billed: "bill", monthsLate: "late" },
};

test("a row becomes an event by columns and templates, and passes the door", () => {
  const raw = mapRow({ id: "b1", month: "2024-03", bill: "12.50", late: "" }, mapping);
  expect(raw).toEqual({
    event: "statement",
    entity: "b1",
    eventId: "b1-2024-03",
    at: "2024-03-01T00:00:00+08:00",
    fields: { billed: "12.50", monthsLate: null },
  });
  expect(isValid(validateEvent(raw, schema, { now: NOW, source: SOURCE }))).toBe(true);
});

test("a text in single quotes stands for itself and reads no column", () => {
  const wide: RowMapping = { ...mapping, at: "'2024-03-01T00:00:00+08:00'", eventId: "{id}-march" };
  expect(mapRow({ id: "b1", bill: "1", late: "0" }, wide)).toMatchObject({ at: "2024-03-01T00:00:00+08:00" });
  expect(unknownColumns(wide, ["id", "bill", "late"])).toEqual([]);
});

test("an empty cell makes what needs it absent, so the door names it", () => {
  const raw = mapRow({ id: "b1", month: "", bill: "1" }, { ...mapping, knownAt: "known", seq: "n" });
  expect(raw).toMatchObject({ eventId: null, at: null, knownAt: null, seq: null });
  expect(validateEvent(raw, schema, { now: NOW, source: SOURCE })).toMatchObject({
    code: "ASSAY_HISTORY_NOT_AN_INSTANT",
  });
});

test("columns that the table lacks are named once, before the first row", () => {
  expect(unknownColumns(mapping, ["id", "bill"])).toEqual(["month", "late"]);
  expect(unknownColumns(mapping, ["id", "bill", "month", "late", "more"])).toEqual([]);
});

test("one row may say several events, under one row number", () => {
  const rows = mapRead(7, { id: "b1", month: "2024-03", bill: "1", late: "0" }, [
    mapping,
    { ...mapping, event: "other" },
  ]);
  expect(rows.map(({ row, raw }) => [row, (raw as { event: string }).event])).toEqual([
    [7, "statement"],
    [7, "other"],
  ]);
});
