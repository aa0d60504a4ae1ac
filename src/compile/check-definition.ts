// The guard before planning: everything a plan takes for granted is asked here, and every mistake is told at once.

import { canonicalJson, nearest, type Problem } from "../base/index.ts";
import {
  type AggregateParameters,
  type EventNode,
  endingsOf,
  type FeatureSetNode,
  type FieldNode,
  type FilterNode,
  type LabelNode,
  type PastDueNode,
  partsOf,
  pastDueColumns,
  type RequestNode,
  type RowNode,
  type SequenceNode,
  type StreamNode,
  typeOfRow,
  type ValueNode,
  type WindowNode,
} from "../define/index.ts";
import type { Aggregate } from "./aggregates/aggregate.ts";
import { aggregateNamed } from "./aggregates/all.ts";
import { checkRowParts } from "./check-row.ts";
import { literalsOf } from "./comparison.ts";
import { problems } from "./errors.ts";
import type { HistorySchema } from "./history.ts";
import { operationLiterals } from "./operations.ts";
import { isPlain } from "./past-due.ts";
import { entityNamed } from "./relations.ts";
import { fieldsOf, holdsText } from "./row.ts";
import { windowKind } from "./windows/all.ts";
import { isWhole } from "./windows/duration.ts";

interface Context {
  /** How a problem names the thing: `feature "lateCount180d"`. */
  readonly thing: string;
  readonly entity: string;
  /** A label's exclusions may look anywhere. */
  readonly looks: "back" | "ahead" | "anywhere";
  readonly schema: HistorySchema;
  readonly request: RequestNode | undefined;
  /** Within a value about a linked entity. */
  readonly linked: boolean;
}

type Found = readonly Problem[];

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
    const context: Context = { thing, entity: set.entity, looks: "back", schema, request, linked: false };
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
    linked: false,
  };
  const values = [label.bad, label.unclear, label.observed.kind === "by" ? label.observed.value : null];
  return [
    ...values.flatMap((value) => (value === null ? [] : checkValue(value, context))),
    ...(label.exclude ?? []).flatMap(({ value }) => checkValue(value, { ...context, looks: "anywhere" })),
    ...endingsOf(label).flatMap(({ stream }) => checkStream(stream, context)),
    ...checkMaturity(label, context),
  ];
}

export function checkSequence(sequence: SequenceNode, schema: HistorySchema): Problem[] {
  const thing = `sequence "${sequence.name}"`;
  const { entity } = sequence;
  const context: Context = { thing, entity, looks: "back", schema, request: undefined, linked: false };
  return sequence.steps.flatMap(({ stream, fields }) => {
    const found = checkStream(stream, context);
    if (found.length > 0) return found;
    return fields.flatMap(({ row }) => checkRow(row, schema[stream.event]!, thing));
  });
}

function checkMaturity({ observed }: LabelNode, { thing }: Context): Found {
  if (observed.kind === "by" || isWhole(observed.afterMicros, 0)) return [];
  return [problems.WINDOW(thing, { rule: "matures after no whole time", wayOut: "Write it as days(0) or more" })];
}

function checkValue(value: ValueNode, context: Context): Found {
  if (value.kind === "aggregate") return checkAggregate(value, context);
  if (value.kind === "daysPastDue") return checkPastDue(value, context);
  if (value.kind === "asked") return checkAsked(value, context);
  if (value.kind === "related") return checkRelated(value, context);
  return [...partsOf(value).flatMap((part) => checkValue(part, context)), ...checkLiterals(value, context)];
}

function checkRelated({ link, value }: ValueNode & { kind: "related" }, context: Context): Found {
  const { thing, looks, linked } = context;
  if (looks === "ahead") return [problems.LABEL_RELATES(thing, undefined)];
  if (linked) return [problems.TOO_FAR(thing, undefined)];
  const found = checkLink(link, context);
  if (found.length > 0 || link.kind !== "aggregate") return found;
  return checkValue(value, { ...context, entity: entityNamed(link), linked: true });
}

/** A link picks a reference as it stands in one row, by the row's place in time. */
function checkLink(link: ValueNode, context: Context): Found {
  const aggregate = link.kind === "aggregate" ? aggregateNamed(link.aggregate) : undefined;
  const row = link.kind === "aggregate" ? link.row : null;
  if (link.kind !== "aggregate" || row?.kind !== "field" || row.type.kind !== "ref" || !picksByTime(aggregate)) {
    return [problems.LINK(context.thing, undefined)];
  }
  const stream = checkStream(link.stream, context);
  if (stream.length > 0) return stream;
  const event = context.schema[link.stream.event]!;
  return [
    ...checkRow(row, event, context.thing),
    ...checkParameters(aggregate, link.parameters ?? {}, context),
    ...checkWindow(link, context),
  ];
}

function picksByTime(aggregate: Aggregate | undefined): aggregate is Aggregate {
  return aggregate?.picks === true && aggregate.reads === "number";
}

function checkLiterals(value: ValueNode, { thing }: Context): Found {
  return operationLiterals(value)
    .filter((literal) => !Number.isFinite(literal))
    .map((literal) => problems.LITERAL(thing, { value: literal, whole: false }));
}

function checkAsked(value: ValueNode & { kind: "asked" }, { thing, looks, request, linked }: Context): Found {
  if (linked) return [problems.ASKED_OF_ANOTHER(thing, undefined)];
  if (looks !== "back") return [problems.LABEL_ASKS(thing, undefined)];
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
    ...checkParameters(aggregate, value.parameters ?? {}, context),
    ...checkWindow(value, context),
    ...checkShared(value, context),
  ];
}

/** The text that an event shares with the latest of another type. */
function checkShared({ window, stream }: ValueNode & { kind: "aggregate" }, { thing, schema }: Context): Found {
  if (window.kind !== "ofLatest") return [];
  const { name, fields } = schema[stream.event]!;
  return checkField(`event "${name}"`, fields, window.childField, { kind: "text" }, thing);
}

function checkParameters({ name, parameters = {} }: Aggregate, given: AggregateParameters, { thing }: Context): Found {
  const unknown = Object.keys(given).filter((parameter) => !Object.hasOwn(parameters, parameter));
  const wrong = Object.entries(parameters).filter(([parameter, [least, most]]) => {
    const value = Object.hasOwn(given, parameter) ? given[parameter] : undefined;
    return value === undefined || !isWhole(value, least, most);
  });
  return [...unknown, ...wrong.map(([parameter]) => parameter)].map((parameter) =>
    problems.PARAMETER(thing, { aggregate: name, parameter, bounds: parameters[parameter] ?? null }),
  );
}

function checkPastDue(value: PastDueNode, context: Context): Found {
  const { thing } = context;
  const columns = pastDueColumns(value);
  const found = columns.flatMap(({ stream, row }) => {
    const wrong = checkStream(stream, context);
    return wrong.length > 0 ? wrong : checkRow(row, context.schema[stream.event]!, thing);
  });
  if (value.rule !== "dpd@1") found.push(problems.UNKNOWN_RULE(thing, { rule: String(value.rule) }));
  const streams = [...columns.map(({ stream }) => stream), ...(value.stops ?? [])];
  if (streams.some(({ filter }) => filter !== null && !isPlain(filter))) {
    found.push(problems.PAST_DUE_FILTER(thing, undefined));
  }
  const { window } = value;
  if (found.length > 0 || window === null) return found;
  if (windowKind(window).extent(window).kind === "span") return checkWindow({ window }, context);
  const rule = "days past due pass in time, not in events";
  return [problems.WINDOW(thing, { rule, wayOut: "Give a length of time" })];
}

function checkWindow({ window }: { readonly window: WindowNode }, context: Context): Found {
  if (window.kind === "ofLatest") return [...checkTense(window, context), ...checkLatest(window, context)];
  return checkTense(window, context);
}

/** Of the latest of what: an event of the same entity, with a text that both carry. */
function checkLatest({ parent, parentField }: WindowNode & { kind: "ofLatest" }, context: Context): Found {
  const found = checkStream(parent, context);
  if (found.length > 0) return found;
  const { name, fields } = context.schema[parent.event]!;
  return checkField(`event "${name}"`, fields, parentField, { kind: "text" }, context.thing);
}

function checkTense(window: WindowNode, { thing, looks }: Context): Found {
  const kind = windowKind(window);
  const mistake = kind.mistake(window);
  const tense =
    looks === "anywhere" || kind.looks === looks
      ? []
      : [looks === "back" ? problems.LOOKAHEAD(thing, undefined) : problems.LOOKS_BACK(thing, undefined)];
  return mistake === null ? tense : [...tense, problems.WINDOW(thing, mistake)];
}

function checkAggregatedRow(aggregate: Aggregate, row: RowNode | null, event: EventNode, { thing }: Context): Found {
  const needs = aggregate.reads !== "nothing";
  if (needs !== (row !== null)) return [problems.ROW(thing, { aggregate: aggregate.name, needs })];
  if (row === null) return [];
  const found = checkRow(row, event, thing);
  if (found.length > 0 || aggregate.reads === "identity") return found;
  if (holdsText(typeOfRow(row))) return [problems.NOT_A_NUMBER(thing, { aggregate: aggregate.name })];
  const classes = classesOf(row);
  if (aggregate.reads === "class" && classes === 0) return [problems.NOT_A_CLASS(thing, { aggregate: aggregate.name })];
  return aggregate.reads === "yesOrNo" && classes !== 2
    ? [problems.NOT_YES_OR_NO(thing, { aggregate: aggregate.name })]
    : [];
}

/** Of a category or of yes and no, how many there are; 0 of numbers. */
function classesOf(row: RowNode): number {
  const { kind } = typeOfRow(row);
  if (kind === "boolean") return 2;
  return kind === "category" ? Number.POSITIVE_INFINITY : 0;
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
  if (holdsText(typeOfRow(filter.row))) return [problems.NOT_A_NUMBER(thing, { aggregate: "a test" })];
  return literalsOf(filter.test)
    .filter((literal) => !Number.isSafeInteger(literal))
    .map((literal) => problems.LITERAL(thing, { value: literal, whole: true }));
}

function checkRow(row: RowNode, event: EventNode, thing: string): Found {
  const fields = fieldsOf(row);
  const found = fields.flatMap((field) =>
    checkField(`event "${event.name}"`, event.fields, field.field, field.type, thing),
  );
  return found.length > 0 ? found : checkRowParts(row, thing);
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
