// The guard before planning: everything a plan takes for granted is asked here, and every mistake is told at once.

import { canonicalJson, nearest, type Problem } from "../base/index.ts";
import type {
  EventNode,
  FeatureSetNode,
  FieldNode,
  FilterNode,
  LabelNode,
  RequestNode,
  RowNode,
  StreamNode,
  ValueNode,
} from "../define/index.ts";
import type { Aggregate } from "./aggregates/aggregate.ts";
import { aggregateNamed } from "./aggregates/all.ts";
import { literalsOf } from "./comparison.ts";
import { problems } from "./errors.ts";
import type { HistorySchema } from "./history.ts";
import { operandsOf } from "./operations.ts";
import { fieldsOf, holdsText, scaleOf } from "./row.ts";
import { windowKind } from "./windows/all.ts";
import { isWhole } from "./windows/duration.ts";

interface Context {
  /** How a problem names the thing: `feature "lateCount180d"`. */
  readonly thing: string;
  readonly entity: string;
  readonly looks: "back" | "ahead";
  readonly schema: HistorySchema;
  readonly request: RequestNode | undefined;
}

type Found = readonly Problem[];

/** Exact sums have room for 2^22 rows of this many fields (see base/exact.ts). */
const FIELDS_MAX = 8;

export function checkFeatureSet(
  set: FeatureSetNode,
  schema: HistorySchema,
  request: RequestNode | undefined,
): Problem[] {
  const seen = new Set<string>();
  return set.features.flatMap(({ name, feature }) => {
    const thing = `feature "${name}"`;
    const repeated = seen.has(name) ? [problems.REPEATED(`features "${set.name}"`, { name })] : [];
    seen.add(name);
    const context: Context = { thing, entity: set.entity, looks: "back", schema, request };
    return [...repeated, ...checkValue(feature.value, context)];
  });
}

export function checkLabel(label: LabelNode, schema: HistorySchema): Problem[] {
  const context: Context = {
    thing: `label "${label.name}"`,
    entity: label.entity,
    looks: "ahead",
    schema,
    request: undefined,
  };
  const values = [label.bad, label.unclear, label.observed.kind === "by" ? label.observed.value : null];
  return [
    ...values.flatMap((value) => (value === null ? [] : checkValue(value, context))),
    ...(label.endedBy === null ? [] : checkStream(label.endedBy, context)),
    ...checkMaturity(label, context),
  ];
}

function checkMaturity({ observed }: LabelNode, { thing }: Context): Found {
  if (observed.kind === "by" || isWhole(observed.afterMicros, 0)) return [];
  return [problems.WINDOW(thing, { rule: "matures after no whole time", wayOut: "Write it as days(0) or more" })];
}

function checkValue(value: ValueNode, context: Context): Found {
  if (value.kind === "aggregate") return checkAggregate(value, context);
  if (value.kind === "asked") return checkAsked(value, context);
  return [...operandsOf(value).flatMap((operand) => checkValue(operand, context)), ...checkLiterals(value, context)];
}

function checkLiterals(value: ValueNode, { thing }: Context): Found {
  const literals =
    value.kind === "times"
      ? [value.factor]
      : value.kind === "ifMissing"
        ? [value.then]
        : value.kind === "is"
          ? literalsOf(value.test)
          : [];
  return literals
    .filter((literal) => !Number.isFinite(literal))
    .map((literal) => problems.LITERAL(thing, { value: literal, whole: false }));
}

function checkAsked(value: ValueNode & { kind: "asked" }, { thing, looks, request }: Context): Found {
  if (looks === "ahead") return [problems.LABEL_ASKS(thing, undefined)];
  if (request?.name !== value.request) return [problems.NO_REQUEST(thing, { request: value.request })];
  const found = checkField(`request "${request.name}"`, request.fields, value.field, value.type, thing);
  return holdsText(value.type) ? [...found, problems.ASKED_TEXT(thing, { field: value.field })] : found;
}

function checkAggregate(value: ValueNode & { kind: "aggregate" }, context: Context): Found {
  const aggregate = aggregateNamed(value.aggregate);
  if (aggregate === undefined) return [problems.UNKNOWN_AGGREGATE(context.thing, { aggregate: value.aggregate })];
  const stream = checkStream(value.stream, context);
  if (stream.length > 0) return stream;
  return [
    ...checkAggregatedRow(aggregate, value.row, context.schema[value.stream.event]!, context),
    ...checkWindow(value, context),
  ];
}

function checkWindow({ window }: ValueNode & { kind: "aggregate" }, { thing, looks }: Context): Found {
  const kind = windowKind(window);
  const mistake = kind.mistake(window);
  const tense =
    kind.looks === looks
      ? []
      : [looks === "back" ? problems.LOOKAHEAD(thing, undefined) : problems.LOOKS_BACK(thing, undefined)];
  return mistake === null ? tense : [...tense, problems.WINDOW(thing, mistake)];
}

function checkAggregatedRow(aggregate: Aggregate, row: RowNode | null, event: EventNode, { thing }: Context): Found {
  const needs = aggregate.reads !== "nothing";
  if (needs !== (row !== null)) return [problems.ROW(thing, { aggregate: aggregate.name, needs })];
  if (row === null) return [];
  const found = checkRow(row, event, thing);
  if (found.length > 0 || aggregate.reads === "identity" || !holdsText(fieldsOf(row)[0]!.type)) return found;
  return [problems.NOT_A_NUMBER(thing, { aggregate: aggregate.name })];
}

function checkStream(stream: StreamNode, { thing, entity, schema }: Context): Found {
  const event = Object.hasOwn(schema, stream.event) ? schema[stream.event] : undefined;
  if (event === undefined) {
    return [
      problems.UNKNOWN_EVENT(thing, { event: stream.event }, { nearest: nearest(stream.event, Object.keys(schema)) }),
    ];
  }
  if (stream.event in {}) return [problems.RESERVED(thing, { name: stream.event })];
  if (event.entity !== entity) {
    return [problems.OTHER_ENTITY(thing, { event: stream.event, about: event.entity, wanted: entity })];
  }
  return stream.filter === null ? [] : checkFilter(stream.filter, event, thing);
}

function checkFilter(filter: FilterNode, event: EventNode, thing: string): Found {
  if (filter.kind !== "fieldTest") return filter.filters.flatMap((part) => checkFilter(part, event, thing));
  const found = checkRow(filter.row, event, thing);
  if (found.length > 0) return found;
  if (holdsText(fieldsOf(filter.row)[0]!.type)) return [problems.NOT_A_NUMBER(thing, { aggregate: "a test" })];
  return literalsOf(filter.test)
    .filter((literal) => !Number.isSafeInteger(literal))
    .map((literal) => problems.LITERAL(thing, { value: literal, whole: true }));
}

function checkRow(row: RowNode, event: EventNode, thing: string): Found {
  const fields = fieldsOf(row);
  const found = fields.flatMap((field) =>
    checkField(`event "${event.name}"`, event.fields, field.field, field.type, thing),
  );
  if (found.length > 0 || fields.length === 1) return found;
  if (fields.length > FIELDS_MAX) return [problems.LONG_ROW(thing, { fields: fields.length, most: FIELDS_MAX })];
  if (fields.some((field) => holdsText(field.type)))
    return [problems.NOT_A_NUMBER(thing, { aggregate: "a sum or difference" })];
  const left = scaleOf(fields[0]!.type);
  const other = fields.map((field) => scaleOf(field.type)).find((scale) => scale !== left);
  return other === undefined ? [] : [problems.MIXED_SCALES(thing, { left, right: other })];
}

function checkField(
  of: string,
  fields: { readonly [name: string]: FieldNode },
  field: string,
  type: FieldNode["type"],
  thing: string,
): Found {
  const declared = Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (declared === undefined) {
    return [problems.UNKNOWN_FIELD(thing, { of, field }, { nearest: nearest(field, Object.keys(fields)) })];
  }
  if (field in {}) return [problems.RESERVED(thing, { name: field })];
  if (declared.protection !== "none") return [problems.PROTECTED(thing, { field, protection: declared.protection })];
  return canonicalJson(declared.type) === canonicalJson(type) ? [] : [problems.OTHER_TYPE(thing, { field })];
}
