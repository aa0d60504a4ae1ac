// Definitions of every shape the grammar allows, drawn from the aggregates that exist: a new aggregate is tried here by
// being in the list.

import fc from "fast-check";
import { MICROS_PER_DAY, MICROS_PER_HOUR } from "../../src/base/index.ts";
import { aggregates } from "../../src/compile/index.ts";
import type {
  AggregateName,
  CalendarUnit,
  EventNode,
  FeatureSetNode,
  FieldType,
  FilterNode,
  LabelNode,
  RequestNode,
  RowNode,
  StreamNode,
  TestNode,
  ValueNode,
  WindowNode,
} from "../../src/define/index.ts";
import { schema } from "./random-histories.ts";

export const request: RequestNode = {
  kind: "request",
  name: "application",
  parties: { applicant: { entity: "borrower", optional: false } },
  fields: {
    amount: { type: { kind: "money", currency: "USD", scale: 2 }, protection: "none", optional: false },
    term: { type: { kind: "integer" }, protection: "none", optional: true },
  },
};

const units: readonly CalendarUnit[] = ["day", "week", "month", "year"];
const zones = ["America/New_York", "Asia/Taipei", "America/Sao_Paulo", "America/Havana", "Pacific/Apia", "UTC"];
const lengths = fc.constantFrom(
  1,
  MICROS_PER_HOUR,
  MICROS_PER_DAY,
  2 * MICROS_PER_DAY,
  7 * MICROS_PER_DAY,
  30 * MICROS_PER_DAY,
);
const few = fc.constantFrom(1, 2, 3, 5);

const lookingBack: fc.Arbitrary<WindowNode> = fc.oneof(
  fc.record({ kind: fc.constant("fixed" as const), micros: lengths, skipMicros: fc.oneof(fc.constant(0), lengths) }),
  fc.record({
    kind: fc.constant("calendar" as const),
    unit: fc.constantFrom(...units),
    count: few,
    zone: fc.constantFrom(...zones),
    skip: fc.constantFrom(0, 0, 1, 2),
    current: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("lastEvents" as const), count: few, skip: fc.constantFrom(0, 0, 1, 3) }),
  fc.constant<WindowNode>({ kind: "ever" }),
);

const lookingAhead: fc.Arbitrary<WindowNode> = fc.oneof(
  fc.record({ kind: fc.constant("nextFixed" as const), micros: lengths }),
  fc.record({
    kind: fc.constant("nextCalendar" as const),
    unit: fc.constantFrom<CalendarUnit>("day", "week", "month"),
    count: few,
    zone: fc.constantFrom(...zones),
  }),
);

type Fields = readonly (readonly [string, FieldType])[];

function fieldsOf(event: EventNode, wanted: (type: FieldType) => boolean): Fields {
  return Object.entries(event.fields)
    .filter(([, { type }]) => wanted(type))
    .map(([name, { type }]) => [name, type] as const);
}

const isText = (type: FieldType): boolean => type.kind === "text" || type.kind === "ref";
const isMoney = (type: FieldType): boolean => type.kind === "money";

function column(fields: Fields): fc.Arbitrary<RowNode> {
  return fc.constantFrom(...fields).map(([field, type]) => ({ kind: "field", field, type }));
}

/** Columns, and sums and differences of up to three of one scale. */
function rowsOf(event: EventNode, wanted: (type: FieldType) => boolean): fc.Arbitrary<RowNode> {
  const single = column(fieldsOf(event, wanted));
  const amounts = fieldsOf(event, isMoney);
  if (amounts.length === 0) return single;
  const kind = fc.constantFrom("rowMinus" as const, "rowPlus" as const);
  const pair = fc.record({ kind, left: column(amounts), right: column(amounts) });
  const nested = fc.record({ kind, left: pair, right: column(amounts) });
  return fc.oneof({ weight: 3, arbitrary: single }, pair, nested);
}

const literals = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -200, max: 200 }), fc.maxSafeInteger());

const tests: fc.Arbitrary<TestNode> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("equals", "atLeast", "atMost", "above", "below"),
    value: literals,
  }) as fc.Arbitrary<TestNode>,
  fc.record({
    kind: fc.constantFrom("anyOf", "noneOf"),
    values: fc.array(literals, { maxLength: 3 }),
  }) as fc.Arbitrary<TestNode>,
);

function filterOf(event: EventNode): fc.Arbitrary<FilterNode | null> {
  if (Object.keys(event.fields).length === 0) return fc.constant(null);
  const test = fc.record({
    kind: fc.constant("fieldTest" as const),
    row: rowsOf(event, (type) => !isText(type)),
    test: tests,
  });
  const several = fc.record({
    kind: fc.constantFrom("allOf" as const, "someOf" as const),
    filters: fc.array(test, { maxLength: 3 }),
  });
  return fc.oneof(fc.constant(null), test, several);
}

function streams(name: string): fc.Arbitrary<StreamNode> {
  return filterOf(schema[name]!).map((filter) => ({ kind: "stream", event: name, entity: "borrower", filter }));
}

function aggregated(windows: fc.Arbitrary<WindowNode>): fc.Arbitrary<ValueNode> {
  return fc.constantFrom(...aggregates).chain(({ name, reads }) => {
    const events = reads === "nothing" ? ["statement", "purchase", "closure"] : ["statement", "statement", "purchase"];
    return fc.constantFrom(...events).chain((event) =>
      fc.record({
        kind: fc.constant("aggregate" as const),
        aggregate: fc.constant(name as AggregateName),
        stream: streams(event),
        row:
          reads === "nothing"
            ? fc.constant(null)
            : rowsOf(schema[event]!, (type) => reads === "identity" || !isText(type)),
        window: windows,
      }),
    );
  });
}

const asked = fc.constantFrom("amount", "term").map(
  (field): ValueNode => ({
    kind: "asked",
    request: request.name,
    field,
    type: request.fields[field]!.type,
  }),
);

const constants = fc.constantFrom(0, 1, -1, 0.5, -2.25, 1e300, 3);

function operated(leaf: fc.Arbitrary<ValueNode>): fc.Arbitrary<ValueNode> {
  const kind = fc.constantFrom("over" as const, "minus" as const, "plus" as const, "both" as const, "either" as const);
  const grown = (part: fc.Arbitrary<ValueNode>): fc.Arbitrary<ValueNode> =>
    fc.oneof(
      { weight: 3, arbitrary: leaf },
      fc.record({ kind, left: part, right: part }),
      fc.record({ kind: fc.constant("times" as const), of: part, factor: constants }),
      fc.record({ kind: fc.constant("ifMissing" as const), of: part, then: constants }),
      fc.record({ kind: fc.constant("is" as const), of: part, test: tests }),
    );
  return grown(grown(leaf));
}

export const featureValues: fc.Arbitrary<ValueNode> = operated(
  fc.oneof({ weight: 8, arbitrary: aggregated(lookingBack) }, asked),
);

export function featureSet(values: readonly ValueNode[]): FeatureSetNode {
  return {
    kind: "features",
    name: "random",
    entity: "borrower",
    features: values.map((value, place) => ({
      name: `f${place}`,
      feature: { value, unit: { kind: "number" }, missing: [], worse: null },
    })),
  };
}

const outlook = operated(aggregated(lookingAhead));

export const labels: fc.Arbitrary<LabelNode> = fc.record({
  kind: fc.constant("label" as const),
  name: fc.constant("random"),
  entity: fc.constant("borrower"),
  bad: outlook,
  unclear: fc.option(outlook),
  endedBy: fc.option(streams("closure")),
  observed: fc.oneof(
    fc.record({ kind: fc.constant("by" as const), value: outlook }),
    fc.record({ kind: fc.constant("matures" as const), afterMicros: fc.constantFrom(0, 1, MICROS_PER_DAY) }),
  ),
});
