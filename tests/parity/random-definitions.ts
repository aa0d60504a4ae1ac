// Definitions of every shape the grammar allows, drawn from the aggregates that exist: a new aggregate is tried here by
// being in the list.

import fc from "fast-check";
import { MICROS_PER_DAY, MICROS_PER_HOUR } from "../../src/base/index.ts";
import { aggregates } from "../../src/compile/index.ts";
import type {
  AggregateName,
  AggregateParameters,
  CalendarUnit,
  EventNode,
  FeatureSetNode,
  FieldType,
  FilterNode,
  LabelNode,
  RequestNode,
  RowNode,
  StreamNode,
  ValueNode,
  WindowNode,
} from "../../src/define/index.ts";
import { schema } from "./random-histories.ts";
import { columns, fieldsOf, filterOf, isText, rowsOf, tests, zones } from "./random-rows.ts";

export const request: RequestNode = {
  kind: "request",
  name: "application",
  parties: { applicant: { entity: "borrower", optional: false } },
  fields: {
    amount: { type: { kind: "money", currency: "USD", scale: 2 }, protection: "none", optional: false },
    term: { type: { kind: "integer" }, protection: "none", optional: true },
    start: { type: { kind: "instant" }, protection: "none", optional: false },
    birthday: { type: { kind: "date" }, protection: "none", optional: true },
  },
};

const units: readonly CalendarUnit[] = ["day", "week", "month", "year"];
const lengths = fc.constantFrom(
  1,
  MICROS_PER_HOUR,
  MICROS_PER_DAY,
  2 * MICROS_PER_DAY,
  7 * MICROS_PER_DAY,
  30 * MICROS_PER_DAY,
);
const cycleDays = fc.constantFrom(2, 15, 28, 29, 30, 31);
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
  fc.record({
    kind: fc.constant("calendar" as const),
    unit: fc.constant("month" as const),
    count: few,
    zone: fc.constantFrom(...zones),
    skip: fc.constantFrom(0, 0, 1),
    current: fc.boolean(),
    day: cycleDays,
  }),
  fc.record({ kind: fc.constant("before" as const), micros: lengths }),
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
  fc.record({
    kind: fc.constant("nextCalendar" as const),
    unit: fc.constant("month" as const),
    count: few,
    zone: fc.constantFrom(...zones),
    day: cycleDays,
  }),
);

function streams(name: string): fc.Arbitrary<StreamNode> {
  return filterOf(schema[name]!).map((filter) => ({
    kind: "stream",
    event: name,
    entity: schema[name]!.entity,
    filter,
  }));
}

/** Of a borrower's events, or of those named. */
function aggregated(windows: fc.Arbitrary<WindowNode>, named?: readonly string[]): fc.Arbitrary<ValueNode> {
  const readable = aggregates.filter(({ reads }) => eventsFor(reads, named).length > 0);
  return fc.constantFrom(...readable).chain(({ name, reads, parameters }) =>
    fc.constantFrom(...eventsFor(reads, named)).chain((event) =>
      fc
        .record({
          kind: fc.constant("aggregate" as const),
          aggregate: fc.constant(name as AggregateName),
          stream: streams(event),
          row: rowFor(schema[event]!, reads),
          window: windows,
        })
        .chain((value) => parametersFor(parameters).map((taken): ValueNode => ({ ...value, ...taken }))),
    ),
  );
}

type Reads = (typeof aggregates)[number]["reads"];

const isClass = ({ kind }: FieldType): boolean => kind === "category" || kind === "boolean";
const suits: { readonly [R in Reads]: (type: FieldType) => boolean } = {
  nothing: () => true,
  identity: () => true,
  number: (type) => !isText(type),
  class: isClass,
  yesOrNo: ({ kind }) => kind === "boolean",
};

function eventsFor(reads: Reads, named: readonly string[] | undefined): readonly string[] {
  if (reads === "nothing") return named ?? ["statement", "purchase", "closure"];
  const events = named ?? ["statement", "statement", "purchase"];
  return events.filter((event) => fieldsOf(schema[event]!, suits[reads]).length > 0);
}

function rowFor(event: EventNode, reads: Reads): fc.Arbitrary<RowNode | null> {
  if (reads === "nothing") return fc.constant(null);
  return reads === "class" ? columns(fieldsOf(event, isClass)) : rowsOf(event, suits[reads]);
}

const likely: { readonly [parameter: string]: readonly number[] } = {
  place: [1, 2, 3, 5],
  hundredths: [1, 1_000, 2_500, 3_333, 5_000, 9_000, 9_999, 10_000],
  halfLifeMicros: [1, MICROS_PER_HOUR, MICROS_PER_DAY, 7 * MICROS_PER_DAY, 3_650 * MICROS_PER_DAY],
};

type Taken = { readonly parameters?: AggregateParameters };

function parametersFor(bounds: (typeof aggregates)[number]["parameters"]): fc.Arbitrary<Taken> {
  if (bounds === undefined) return fc.constant({});
  const drawn = Object.entries(bounds).map(([name, [least, most]]) => [
    name,
    fc.constantFrom(...(likely[name] ?? []), least, most),
  ]);
  return fc
    .record(Object.fromEntries(drawn) as { [name: string]: fc.Arbitrary<number> })
    .map((parameters) => ({ parameters: parameters as AggregateParameters }));
}

const asked = fc.constantFrom("amount", "term").map(
  (field): ValueNode => ({
    kind: "asked",
    request: request.name,
    field,
    type: request.fields[field]!.type,
  }),
);

const daysUntil = fc.constantFrom("start", "birthday").map((field): ValueNode => {
  const { type } = request.fields[field]!;
  return { kind: "daysUntil", of: { kind: "asked", request: request.name, field, type } };
});

const constants = fc.constantFrom(0, 1, -1, 0.5, -2.25, 1e300, 3);

const pairs = ["over", "minus", "plus", "product", "greatest", "least", "both", "either"] as const;

const literal = constants.map((value): ValueNode => ({ kind: "literal", value, unit: { kind: "number" } }));

/** The latest of a row within a time: as published features are read. */
const fresh = fc.tuple(streams("statement"), lengths).map(([stream, micros]): ValueNode => {
  const row = { kind: "field", field: "billed", type: schema["statement"]!.fields["billed"]!.type } as const;
  const window = { kind: "fixed", micros, skipMicros: 0 } as const;
  return { kind: "fresh", of: { kind: "aggregate", aggregate: "latest", stream, row, window } };
});

/** A value about the merchant that some purchase names. */
function related(value: fc.Arbitrary<ValueNode>): fc.Arbitrary<ValueNode> {
  const row: RowNode = { kind: "field", field: "shop", type: { kind: "ref", entity: "merchant" } };
  const link = fc.record({
    kind: fc.constant("aggregate" as const),
    aggregate: fc.constantFrom("latest" as const, "latest" as const, "first" as const),
    stream: streams("purchase"),
    row: fc.constant(row),
    window: fc.oneof(fc.constant<WindowNode>({ kind: "ever" }), lookingBack),
  });
  return fc.record({ kind: fc.constant("related" as const), link, value });
}

function operated(leaf: fc.Arbitrary<ValueNode>): fc.Arbitrary<ValueNode> {
  const kind = fc.constantFrom(...pairs);
  const bounds = fc.record({ atLeast: fc.option(fc.integer({ max: 0 })), atMost: fc.option(fc.nat()) });
  const grown = (part: fc.Arbitrary<ValueNode>): fc.Arbitrary<ValueNode> =>
    fc.oneof(
      { weight: 3, arbitrary: leaf },
      fc.record({ kind, left: part, right: part }),
      fc.record({ kind: fc.constant("times" as const), of: part, factor: constants }),
      fc.record({ kind: fc.constant("ifMissing" as const), of: part, then: constants }),
      fc.record({ kind: fc.constant("is" as const), of: part, test: tests }),
      fc.record({ kind: fc.constantFrom("log" as const, "absolute" as const), of: part }),
      fc.tuple(part, bounds).map(([of, at]): ValueNode => ({ kind: "clamp", of, ...at })),
      fc.record({ kind: fc.constant("choose" as const), when: part, yes: part, no: part }),
    );
  return grown(grown(leaf));
}

/** Lines of the latest pull, or of the latest that passes a filter. */
const ofLatestPull = streams("pull").map(
  (parent): WindowNode => ({ kind: "ofLatest", parent, parentField: "pull", childField: "pull" }),
);

/** Purchases as instalments, and those that pass a filter as payments; short windows, for the twin asks every day. */
const pastDue = fc
  .record({
    schedule: streams("purchase"),
    payments: streams("purchase"),
    zone: fc.constantFrom(...zones),
    returned: fc.option(streams("purchase")),
    window: fc.constantFrom<WindowNode | null>(
      null,
      { kind: "fixed", micros: 2 * MICROS_PER_DAY, skipMicros: 0 },
      { kind: "fixed", micros: 7 * MICROS_PER_DAY, skipMicros: MICROS_PER_DAY },
    ),
  })
  .filter(({ schedule, payments, returned }) =>
    [schedule, payments, returned].every((stream) => isPlain(stream?.filter)),
  )
  .map(({ schedule, payments, returned, zone, window }): ValueNode => {
    const amountOf = (stream: StreamNode) => ({ stream, row: plainColumn("purchase", "amount") });
    return {
      kind: "daysPastDue",
      rule: "dpd@1",
      zone,
      due: { stream: schedule, row: plainColumn("purchase", "when") },
      amount: amountOf(schedule),
      cause: null,
      paid: amountOf(payments),
      returned: returned && amountOf(returned),
      window,
    };
  });

function plainColumn(event: string, field: string) {
  return { kind: "field", field, type: schema[event]!.fields[field]!.type } as const;
}

function isPlain(filter: FilterNode | null | undefined): boolean {
  if (filter === null || filter === undefined) return true;
  return filter.kind === "fieldTest" ? filter.row.kind === "field" : filter.filters.every(isPlain);
}

export const featureValues: fc.Arbitrary<ValueNode> = operated(
  fc.oneof(
    pastDue,
    { weight: 8, arbitrary: aggregated(lookingBack) },
    asked,
    literal,
    fresh,
    daysUntil,
    related(operated(aggregated(lookingBack, ["visit"]))),
    { weight: 2, arbitrary: aggregated(ofLatestPull, ["line"]) },
  ),
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

const endings = fc.record({
  kind: fc.constant("endings" as const),
  endings: fc
    .record({ closed: streams("closure"), paid: streams("statement") })
    .map((by) => Object.entries(by).map(([name, stream]) => ({ name, stream }))),
});
const exclusions = fc
  .record({ before: aggregated(lookingBack), after: aggregated(lookingAhead) })
  .map((by) => Object.entries(by).map(([name, value]) => ({ name, value })));

export const labels: fc.Arbitrary<LabelNode> = fc.record({
  kind: fc.constant("label" as const),
  name: fc.constant("random"),
  entity: fc.constant("borrower"),
  bad: outlook,
  unclear: fc.option(outlook),
  endedBy: fc.oneof(fc.constant(null), streams("closure"), endings),
  exclude: fc.oneof(fc.constant([]), exclusions),
  observed: fc.oneof(
    fc.record({ kind: fc.constant("by" as const), value: outlook }),
    fc.record({ kind: fc.constant("matures" as const), afterMicros: fc.constantFrom(0, 1, MICROS_PER_DAY) }),
  ),
});
