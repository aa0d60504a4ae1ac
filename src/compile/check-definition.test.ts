import { expect, test } from "vitest";
import type { Problem } from "../base/index.ts";
import type { AggregateName, FieldType, FilterNode, RowNode, ValueNode, WindowNode } from "../define/index.ts";
import type { HistorySchema } from "./history.ts";
import { compileLabel } from "./label.ts";
import { planFeatures } from "./plan-features.ts";

const cents: FieldType = { kind: "money", currency: "USD", scale: 2 };
const integer: FieldType = { kind: "integer" };
const text: FieldType = { kind: "text" };
const open = { protection: "none", optional: false } as const;
const schema: HistorySchema = {
  payment: {
    kind: "event",
    name: "payment",
    entity: "borrower",
    delayMicros: 0,
    fields: {
      paid: { type: cents, ...open },
      days: { type: integer, ...open },
      memo: { type: text, ...open },
      sex: { type: integer, protection: "prohibited", optional: false },
      toString: { type: integer, ...open },
    },
  },
  layoff: { kind: "event", name: "layoff", entity: "employer", delayMicros: 0, fields: {} },
};

const field = (name: string, type: FieldType): RowNode => ({ kind: "field", field: name, type });
const paid = field("paid", cents);

interface Change {
  readonly aggregate?: AggregateName;
  readonly event?: string;
  readonly filter?: FilterNode;
  readonly row?: RowNode | null;
  readonly window?: WindowNode;
}

function value({
  aggregate = "sum",
  event = "payment",
  filter,
  row = paid,
  window = { kind: "ever" },
}: Change): ValueNode {
  const stream = { kind: "stream", event, entity: "borrower", filter: filter ?? null } as const;
  return { kind: "aggregate", aggregate, stream, row, window };
}

function problemsOf(...values: ValueNode[]): Problem[] {
  const features = values.map((one, place) => ({
    name: `f${place}`,
    feature: { value: one, unit: { kind: "number" }, missing: [], worse: null } as const,
  }));
  const planned = planFeatures({ kind: "features", name: "set", entity: "borrower", features }, schema);
  return Array.isArray(planned) ? planned : [];
}

const atLeast = (row: RowNode, literal: number): FilterNode => ({
  kind: "fieldTest",
  row,
  test: { kind: "atLeast", value: literal },
});
const calendar = (zone: string, count = 1): WindowNode => ({
  kind: "calendar",
  unit: "month",
  count,
  zone,
  skip: 0,
  current: false,
});

const where = (filter: FilterNode): RowNode => ({ kind: "rowWhere", filter, of: paid, otherwise: paid });
const nested = (depth: number): RowNode => (depth === 0 ? paid : { kind: "rowAbsolute", of: nested(depth - 1) });
const ofLatest = {
  kind: "ofLatest",
  parent: { kind: "stream", event: "payment", entity: "borrower", filter: null },
  parentField: "memo",
  childField: "memo",
} as const;

const refused: readonly (readonly [rule: string, ValueNode])[] = [
  ["UNKNOWN_EVENT", value({ event: "paymnt" })],
  ["OTHER_ENTITY", value({ event: "layoff", aggregate: "count", row: null })],
  ["UNKNOWN_FIELD", value({ row: field("pad", cents) })],
  ["OTHER_TYPE", value({ row: field("paid", integer) })],
  ["PROTECTED", value({ row: field("sex", integer) })],
  ["PROTECTED", value({ filter: atLeast(field("sex", integer), 1) })],
  ["RESERVED", value({ row: field("toString", integer) })],
  ["MIXED_SCALES", value({ row: { kind: "rowMinus", left: paid, right: field("days", integer) } })],
  ["NOT_A_NUMBER", value({ row: field("memo", text) })],
  ["NOT_A_NUMBER", value({ row: { kind: "rowPlus", left: paid, right: field("memo", text) } })],
  ["NOT_A_NUMBER", value({ filter: atLeast(field("memo", text), 1) })],
  ["NOT_A_NUMBER", value({ row: { kind: "rowIs", of: field("memo", text), test: { kind: "equals", value: 0 } } })],
  ["UNKNOWN_FIELD", value({ row: where(atLeast(field("pad", cents), 1)) })],
  ["PROTECTED", value({ row: where(atLeast(field("sex", integer), 1)) })],
  ["BAD_ROW", value({ row: { kind: "rowTimes", of: paid, factor: 0.5 } })],
  ["BAD_ROW", value({ row: { kind: "rowOver", left: paid, right: paid, decimals: 16 } })],
  ["BAD_ROW", value({ row: { kind: "rowClamp", of: paid, atLeast: 2 ** 53, atMost: null } })],
  ["BAD_ROW", value({ row: { kind: "rowDatePart", part: "hour", of: { kind: "rowAt" }, zone: "Mars/Olympus" } })],
  ["BAD_ROW", value({ row: { kind: "rowDatePart", part: "month", of: paid, zone: "UTC" } })],
  ["BAD_ROW", value({ row: nested(9) })],
  ["WINDOW", value({ window: { ...calendar("Asia/Taipei"), day: 32 } as WindowNode })],
  ["WINDOW", value({ window: { kind: "before", micros: 0 } })],
  ["UNKNOWN_EVENT", value({ window: { ...ofLatest, parent: { ...ofLatest.parent, event: "pull" } } })],
  ["OTHER_TYPE", value({ window: { ...ofLatest, parentField: "paid" } })],
  ["UNKNOWN_FIELD", value({ window: { ...ofLatest, childField: "pull" } })],
  ["UNKNOWN_AGGREGATE", value({ aggregate: "median" as AggregateName })],
  ["ROW", value({ row: null })],
  ["ROW", value({ aggregate: "count" })],
  ["LOOKAHEAD", value({ window: { kind: "nextFixed", micros: 1 } })],
  ["WINDOW", value({ window: { kind: "fixed", micros: 0, skipMicros: 0 } })],
  ["WINDOW", value({ window: { kind: "fixed", micros: 1.5, skipMicros: 0 } })],
  ["WINDOW", value({ window: { kind: "fixed", micros: 2 ** 52, skipMicros: 2 ** 52 } })],
  ["WINDOW", value({ window: { kind: "lastEvents", count: 1, skip: -1 } })],
  ["WINDOW", value({ window: calendar("America/Taipei") })],
  ["WINDOW", value({ window: calendar("Asia/Taipei", 0) })],
  ["LITERAL", value({ filter: atLeast(paid, 0.5) })],
  ["LITERAL", value({ filter: atLeast(paid, 2 ** 53) })],
  ["LITERAL", { kind: "times", of: value({}), factor: Number.POSITIVE_INFINITY }],
  ["NO_REQUEST", { kind: "asked", request: "application", field: "amount", type: cents }],
];

for (const [rule, broken] of refused) {
  test(`${rule} is told: ${JSON.stringify(broken).slice(0, 100)}`, () => {
    expect(problemsOf(value({}), broken).map(({ code, thing }) => [code, thing])).toEqual([
      [`ASSAY_COMPILE_${rule}`, 'feature "f1"'],
    ]);
  });
}

test("a row nested as deeply as allowed, and rows of the latest of their own type, are sound", () => {
  expect(problemsOf(value({ row: nested(8) }), value({ window: ofLatest }))).toEqual([]);
});

test("a problem offers the nearest name", () => {
  expect(problemsOf(value({ event: "paymnt" }))[0]!.nearest).toBe("payment");
  expect(problemsOf(value({ row: field("pad", cents) }))[0]!.nearest).toBe("paid");
  expect(problemsOf(value({ window: calendar("America/NewYork") }))[0]!.wayOut).toBe("Did you mean America/New_York?");
});

test("too long a row is refused, the longest allowed is not", () => {
  const long = (fields: number): RowNode =>
    fields === 1 ? paid : { kind: "rowPlus", left: long(fields - 1), right: paid };
  expect(problemsOf(value({ row: long(8) }))).toEqual([]);
  expect(problemsOf(value({ row: long(9) }))[0]!.code).toBe("ASSAY_COMPILE_LONG_ROW");
});

test("all mistakes are told at once, and a repeated name is one", () => {
  const feature = { value: value({ event: "x" }), unit: { kind: "number" }, missing: [], worse: null } as const;
  const set = {
    kind: "features",
    name: "set",
    entity: "borrower",
    features: [
      { name: "a", feature },
      { name: "a", feature },
    ],
  } as const;
  expect((planFeatures(set, schema) as Problem[]).map(({ code }) => code)).toEqual([
    "ASSAY_COMPILE_UNKNOWN_EVENT",
    "ASSAY_COMPILE_REPEATED",
    "ASSAY_COMPILE_UNKNOWN_EVENT",
  ]);
});

test("a label may not read the request, and matures after a whole time", () => {
  const bad: ValueNode = { kind: "asked", request: "application", field: "amount", type: cents };
  const label = {
    kind: "label",
    name: "l",
    entity: "borrower",
    bad,
    unclear: null,
    endedBy: null,
    observed: { kind: "matures", afterMicros: 0 },
  } as const;
  expect(() => compileLabel(label, schema)).toThrow("ASSAY_COMPILE_LABEL_ASKS");
  const ahead = value({ aggregate: "occurs", row: null, window: { kind: "nextFixed", micros: 1 } });
  const early = { ...label, bad: ahead, observed: { kind: "matures", afterMicros: -1 } } as const;
  expect(() => compileLabel(early, schema)).toThrow("matures after no whole time");
});
