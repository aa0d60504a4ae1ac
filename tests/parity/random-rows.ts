// Row expressions of every kind over the fields of an event, nested up to three deep, and filters over them.

import fc from "fast-check";
import {
  type EventNode,
  type FieldType,
  type FilterNode,
  type RowNode,
  type TestNode,
  typeOfRow,
} from "../../src/define/index.ts";

type Fields = readonly (readonly [string, FieldType])[];
type Wanted = (type: FieldType) => boolean;

export function fieldsOf(event: EventNode, wanted: Wanted): Fields {
  return Object.entries(event.fields)
    .filter(([, { type }]) => wanted(type))
    .map(([name, { type }]) => [name, type] as const);
}

export const isText: Wanted = ({ kind }) =>
  kind === "text" || kind === "ref" || kind === "vector" || kind === "document";
const isTime: Wanted = ({ kind }) => kind === "instant" || kind === "date";
const isNumber: Wanted = ({ kind }) => kind === "money" || kind === "integer" || kind === "decimal";
const isWord: Wanted = ({ kind }) => kind === "category" || kind === "boolean";

export const zones = ["America/New_York", "Asia/Taipei", "America/Sao_Paulo", "America/Havana", "Pacific/Apia", "UTC"];
const zone = fc.constantFrom(...zones);
const decimals = fc.constantFrom(0, 2, 4, 15);
const literals = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -200, max: 200 }), fc.maxSafeInteger());

export const tests: fc.Arbitrary<TestNode> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("equals", "atLeast", "atMost", "above", "below"),
    value: literals,
  }) as fc.Arbitrary<TestNode>,
  fc.record({
    kind: fc.constantFrom("anyOf", "noneOf"),
    values: fc.array(literals, { maxLength: 3 }),
  }) as fc.Arbitrary<TestNode>,
);

function column([field, type]: readonly [string, FieldType]): RowNode {
  return { kind: "field", field, type };
}

export function columns(fields: Fields): fc.Arbitrary<RowNode> {
  return fc.constantFrom(...fields).map(column);
}

function oneOf(...arbitraries: (fc.Arbitrary<RowNode> | null)[]): fc.Arbitrary<RowNode> {
  return fc.oneof(...arbitraries.filter((one) => one !== null));
}

function timesOf(event: EventNode): fc.Arbitrary<RowNode> {
  const fields = fieldsOf(event, isTime);
  const at = fc.constant<RowNode>({ kind: "rowAt" });
  return fields.length === 0 ? at : fc.oneof(at, columns(fields));
}

function partOf(of: RowNode, part: "hour" | "weekday" | "dayOfMonth" | "month" | "year", where: string): RowNode {
  if (typeOfRow(of).kind !== "date") return { kind: "rowDatePart", part, of, zone: where };
  return { kind: "rowDatePart", part: part === "hour" ? "weekday" : part, of, zone: null };
}

function readsOf(event: EventNode): fc.Arbitrary<RowNode> {
  const numbers = fieldsOf(event, isNumber);
  const vectors = fieldsOf(event, ({ kind }) => kind === "vector");
  const parts = fc.constantFrom(
    "hour" as const,
    "weekday" as const,
    "dayOfMonth" as const,
    "month" as const,
    "year" as const,
  );
  return oneOf(
    numbers.length === 0 ? null : columns(numbers),
    numbers.length === 0 ? null : columns(numbers),
    fc.tuple(timesOf(event), parts, zone).map(([of, part, where]) => partOf(of, part, where)),
    fc.record({ kind: fc.constant("rowDays" as const), from: timesOf(event), to: timesOf(event), zone }),
    vectors.length === 0
      ? null
      : fc.tuple(fc.constantFrom(...vectors), fc.nat({ max: 2 }), decimals).map(([[field, type], place, kept]) => {
          const { dim } = type as { readonly dim: number };
          return { kind: "rowElement", field, dim, place, decimals: kept };
        }),
  );
}

/** The same number at the scale of another. */
function atScaleOf(row: RowNode, other: RowNode): RowNode {
  const [from, to] = [row, other].map((one) => scaleOf(typeOfRow(one)));
  return from === to ? row : { kind: "rowScaled", of: row, factor: 1, decimals: to! };
}

function scaleOf(type: FieldType): number {
  return type.kind === "money" || type.kind === "decimal" ? type.scale : 0;
}

function grown(part: fc.Arbitrary<RowNode>, filter: fc.Arbitrary<FilterNode>): fc.Arbitrary<RowNode> {
  const sum = fc.constantFrom("rowMinus" as const, "rowPlus" as const);
  const literalLike = (of: RowNode, value: number): RowNode => ({ kind: "rowLiteral", value, type: typeOfRow(of) });
  const bounds = fc.record({ atLeast: fc.option(fc.integer({ max: 0 })), atMost: fc.option(fc.nat()) });
  const factor = fc.constantFrom(0, 1, -1, 3, -12, 2 ** 20);
  return oneOf(
    part,
    fc.tuple(sum, part, part).map(([kind, left, right]) => ({ kind, left, right: atScaleOf(right, left) })),
    fc.tuple(sum, part, literals).map(([kind, left, value]) => ({ kind, left, right: literalLike(left, value) })),
    fc.record({ kind: fc.constant("rowTimes" as const), of: part, factor }),
    fc.record({
      kind: fc.constant("rowScaled" as const),
      of: part,
      factor: fc.constantFrom(0.19, -1.5, 1e-7, 1 / 3),
      decimals,
    }),
    fc.record({ kind: fc.constant("rowOver" as const), left: part, right: part, decimals }),
    fc.tuple(part, bounds).map(([of, at]) => ({ kind: "rowClamp", of, ...at })),
    fc.record({ kind: fc.constant("rowLog" as const), of: part, decimals }),
    fc.record({ kind: fc.constant("rowAbsolute" as const), of: part }),
    fc.tuple(filter, part, literals).map(([passing, of, value]) => {
      return { kind: "rowWhere", filter: passing, of, otherwise: literalLike(of, value) };
    }),
    fc.tuple(filter, part, part).map(([passing, of, otherwise]) => {
      return { kind: "rowWhere", filter: passing, of, otherwise: atScaleOf(otherwise, of) };
    }),
  );
}

function filterOver(row: fc.Arbitrary<RowNode>): fc.Arbitrary<FilterNode> {
  const test = fc.record({ kind: fc.constant("fieldTest" as const), row, test: tests });
  const several = fc.record({
    kind: fc.constantFrom("allOf" as const, "someOf" as const),
    filters: fc.array(test, { maxLength: 3 }),
  });
  return fc.oneof({ weight: 2, arbitrary: test }, several);
}

/** Expressions whose result is of a wanted type; columns most of all. */
export function rowsOf(event: EventNode, wanted: Wanted): fc.Arbitrary<RowNode> {
  const fields = fieldsOf(event, wanted);
  const plain = fieldsOf(event, (type) => !isText(type));
  const reads = readsOf(event);
  const filter = filterOver(plain.length === 0 ? reads : fc.oneof(columns(plain), reads));
  const one = grown(reads, filter);
  const deep = grown(grown(one, filter), filter);
  const words = fieldsOf(event, isWord);
  const yesOrNo = fc.record({
    kind: fc.constant("rowIs" as const),
    of: fc.oneof(one, words.length === 0 ? one : columns(words)),
    test: tests,
  });
  return oneOf(
    fields.length === 0 ? null : columns(fields),
    fields.length === 0 ? null : columns(fields),
    wanted({ kind: "integer" }) ? one : null,
    wanted({ kind: "integer" }) ? deep : null,
    wanted({ kind: "boolean" }) ? yesOrNo : null,
  );
}

/** Filters over columns and expressions, or none. */
export function filterOf(event: EventNode): fc.Arbitrary<FilterNode | null> {
  if (Object.keys(event.fields).length === 0) return fc.constant(null);
  return fc.oneof(fc.constant(null), filterOver(rowsOf(event, (type) => !isText(type))));
}
