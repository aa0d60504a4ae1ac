// From what a source sent to an event of the history, or to the first thing that is wrong with it. Pure: the door gives
// the time. Protected fields are checked like all others and then leave the event: they come back as rows for the vault.

import { formatInstant, type Instant, instant, MICROS_PER_SECOND, nearest, type Problem } from "../base/index.ts";
import type { HistoryEvent, HistorySchema } from "../compile/index.ts";
import type { EventNode, FieldNode } from "../define/index.ts";
import { problems } from "./errors.ts";
import { describeValue, isName, isToken, MAX_TOKEN_LENGTH, parseField, readInstant, showName } from "./field-value.ts";
import { type EventPart, type EventTemplates, templateOf } from "./row-template.ts";

/** A protected value on its way to the vault; `value` as the source wrote it. */
export interface DivertedValue {
  readonly entityType: string;
  readonly entity: string;
  readonly field: string;
  readonly value: string;
  readonly at: Instant;
}

/** A document on its way to whoever keeps it: canonical JSON, and the SHA-256 that stands in the event. */
export interface KeptDocument {
  readonly field: string;
  readonly hash: string;
  readonly text: string;
}

/** Where a door leaves documents before it logs the events that name them. */
export interface DocumentSink {
  /** Answers once all are durable; a hash that is kept already is no mistake. */
  keep(documents: readonly KeptDocument[]): Promise<void>;
  /** Takes documents away, durably; what is not there stays so. */
  forget(hashes: readonly string[]): Promise<void>;
}

export interface ValidEvent {
  readonly event: HistoryEvent;
  /** Whether the source gave `knownAt` itself; only then may the event revise another. */
  readonly ownKnownAt: boolean;
  readonly diverted: readonly DivertedValue[];
  readonly documents: readonly KeptDocument[];
}

export interface ValidationContext {
  readonly now: Instant;
  /** The source behind the door; an event may repeat it, not contradict it. */
  readonly source: string;
  /** Whether the door keeps documents; where it does not, an event with one is refused. */
  readonly keepsDocuments?: boolean;
}

/** How far the clock of a source may be ahead of ours. */
const CLOCK_TOLERANCE_MICROS = 5 * MICROS_PER_SECOND;

/** No loan of a living person began before it; what stands before it is the zero of somebody's calendar. */
const EARLIEST = instant("1900-01-01T00:00:00Z");

const EVENT_KEYS = ["event", "entity", "source", "eventId", "at", "knownAt", "seq", "retracted", "fields"] as const;

type Raw = { readonly [key: string]: unknown };

class Refusal extends Error {
  readonly problem: Problem;
  readonly part: EventPart | undefined;
  constructor(problem: Problem, part: EventPart | undefined) {
    super(problem.code);
    this.problem = problem;
    this.part = part;
  }
}

/**
 * An event, or the problem that keeps it out; `from` says where its parts came from, and the problem repeats it. Fields are
 * in stored units; `knownAt` defaults to `at` plus the delay.
 */
export function validateEvent(
  raw: unknown,
  schema: HistorySchema,
  context: ValidationContext,
  from?: EventTemplates,
): ValidEvent | Problem {
  try {
    return validate(raw, schema, context);
  } catch (error) {
    if (error instanceof Refusal) return saidFrom(error, from);
    throw error;
  }
}

/** `at, from "{closed_on}T00:00:00Z"`: which column to look at. */
function saidFrom({ problem, part }: Refusal, from: EventTemplates | undefined): Problem {
  const template = from === undefined || part === undefined ? undefined : templateOf(from, part);
  return template === undefined ? problem : { ...problem, thing: `${problem.thing}, from "${template}"` };
}

export function isValid(result: ValidEvent | Problem): result is ValidEvent {
  return "event" in result;
}

function validate(raw: unknown, schema: HistorySchema, context: ValidationContext): ValidEvent {
  const row = record(raw, () => problems.NOT_AN_EVENT("row", { got: describeValue(raw) }));
  const node = eventNode(row["event"], schema);
  for (const key of Object.keys(row))
    if (!KNOWN.has(key)) refuse(problems.UNKNOWN_KEY(`key ${showName(key)}`, {}, near(key, KNOWN)));
  const entity = token(row["entity"], "entity");
  const at = instantOf(row["at"], "at");
  if (at > context.now + CLOCK_TOLERANCE_MICROS) {
    refuse(problems.FUTURE(`event ${node.name}`, { at: formatInstant(at), now: formatInstant(context.now) }), {
      key: "at",
    });
  }
  if (at < EARLIEST) {
    refuse(
      problems.LONG_AGO(`event ${node.name}`, {
        at: formatInstant(at),
        earliest: formatInstant(EARLIEST).slice(0, 10),
      }),
      { key: "at" },
    );
  }
  const ownKnownAt = isThere(row["knownAt"]);
  const knownAt = ownKnownAt ? instantOf(row["knownAt"], "knownAt") : at + node.delayMicros;
  if (knownAt < at) {
    refuse(problems.KNOWN_BEFORE(`event ${node.name}`, { at: formatInstant(at), knownAt: formatInstant(knownAt) }), {
      key: "knownAt",
    });
  }
  if (ownKnownAt && knownAt > Math.max(context.now, at + node.delayMicros) + CLOCK_TOLERANCE_MICROS) {
    refuse(
      problems.KNOWN_LATER(`event ${node.name}`, { knownAt: formatInstant(knownAt), now: formatInstant(context.now) }),
      { key: "knownAt" },
    );
  }
  const retracted = flag(row["retracted"]);
  const { fields, diverted, documents } = readFields(row["fields"], node, retracted, entity, at);
  if (documents.length > 0 && context.keepsDocuments !== true) {
    refuse(problems.NO_DOCUMENTS(`field "${documents[0]!.field}" of event ${node.name}`, {}));
  }
  const source = sourceOf(row["source"], context.source);
  const eventId = token(row["eventId"], "eventId");
  const seq = seqOf(row["seq"]);
  return {
    event: { event: node.name, entity, source, eventId, seq, at, knownAt, retracted, fields },
    ownKnownAt,
    diverted,
    documents,
  };
}

const KNOWN: ReadonlySet<string> = new Set(EVENT_KEYS);

function refuse(problem: Problem, part?: EventPart): never {
  throw new Refusal(problem, part);
}

function near(word: string, candidates: Iterable<string>): { nearest?: string | undefined } {
  return { nearest: nearest(word, candidates) };
}

function record(raw: unknown, problem: () => Problem): Raw {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw) ? (raw as Raw) : refuse(problem());
}

function isThere(raw: unknown): boolean {
  return raw !== undefined && raw !== null;
}

function eventNode(name: unknown, schema: HistorySchema): EventNode {
  const node = typeof name === "string" && Object.hasOwn(schema, name) ? schema[name] : undefined;
  if (node !== undefined) return node;
  const where = typeof name === "string" ? near(name, Object.keys(schema)) : {};
  return refuse(problems.UNKNOWN_EVENT("event", { got: showName(name) }, where));
}

function token(raw: unknown, what: string): string {
  return isToken(raw) ? raw : refuse(problems.BAD_TOKEN(what, { maxLength: MAX_TOKEN_LENGTH }), { key: what });
}

function sourceOf(raw: unknown, expected: string): string {
  if (raw === undefined || raw === expected) return expected;
  return refuse(problems.WRONG_SOURCE(`source ${showName(raw)}`, { expected }));
}

function instantOf(raw: unknown, what: string): Instant {
  const value = readInstant(raw);
  return value ?? refuse(problems.NOT_AN_INSTANT(what, { got: describeValue(raw) }), { key: what });
}

/** Whether a refused row may keep this value of the envelope: only what validation takes, or a name like an event's. */
export function isKeepableKey(key: string, raw: unknown): boolean {
  switch (key) {
    case "event":
    case "source":
      return isName(raw);
    case "entity":
    case "eventId":
      return isToken(raw);
    case "at":
    case "knownAt":
      return raw === null || readInstant(raw) !== undefined;
    case "seq":
      return readSeq(raw) !== undefined;
    case "retracted":
      return readFlag(raw) !== undefined;
    default:
      return false;
  }
}

function seqOf(raw: unknown): number | null {
  const value = readSeq(raw);
  return value === undefined ? refuse(problems.BAD_SEQ("seq", { got: describeValue(raw) }), { key: "seq" }) : value;
}

/** Null where there is none, `undefined` where it is no number of that kind. */
function readSeq(raw: unknown): number | null | undefined {
  if (!isThere(raw)) return null;
  const value = typeof raw === "string" && /^\d+$/.test(raw) ? Number(raw) : raw;
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value + 0 : undefined;
}

function flag(raw: unknown): boolean {
  return readFlag(raw) ?? refuse(problems.BAD_RETRACTED("retracted", { got: describeValue(raw) }));
}

function readFlag(raw: unknown): boolean | undefined {
  if (!isThere(raw) || raw === false || raw === "false") return false;
  return raw === true || raw === "true" ? true : undefined;
}

function readFields(raw: unknown, node: EventNode, retracted: boolean, entity: string, at: Instant) {
  const given = isThere(raw) ? record(raw, () => problems.NOT_AN_EVENT("fields", { got: describeValue(raw) })) : {};
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(node.fields, name)) {
      refuse(
        problems.UNKNOWN_COLUMN(`column ${showName(name)}`, { event: node.name }, near(name, Object.keys(node.fields))),
      );
    }
  }
  const fields: Record<string, number | string | null> = {};
  const diverted: DivertedValue[] = [];
  const documents: KeptDocument[] = [];
  for (const named of sortedFields(node)) {
    const { name, field } = named;
    const said = Object.hasOwn(given, name) ? given[name] : null;
    const { value, document } = readField(said, named, retracted);
    if (field.protection === "none") {
      fields[name] = value;
      if (document !== undefined) documents.push({ field: name, hash: String(value), text: document });
    } else if (value !== null) {
      diverted.push({ entityType: node.entity, entity, field: name, value: asKept(said, field, value), at });
    }
  }
  return { fields, diverted, documents };
}

interface NamedField {
  readonly name: string;
  readonly field: FieldNode;
  /** What a problem is about. */
  readonly thing: string;
}

const sorted = new WeakMap<EventNode, readonly NamedField[]>();

/** In the order of canonical JSON, worked out once for a definition. */
function sortedFields(node: EventNode): readonly NamedField[] {
  const known = sorted.get(node);
  if (known !== undefined) return known;
  const named = Object.entries(node.fields).sort(([a], [b]) => (a < b ? -1 : 1));
  const fields = named.map(([name, field]) => ({ name, field, thing: `field "${name}" of event ${node.name}` }));
  sorted.set(node, fields);
  return fields;
}

/** As the source wrote it; of the spellings of true and false one, so that people are counted together. */
function asKept(raw: unknown, { type }: FieldNode, value: number | string): string {
  if (type.kind === "boolean") return String(value === 1);
  return typeof raw === "object" ? JSON.stringify(raw) : String(raw as string | number | boolean);
}

interface ReadValue {
  readonly value: number | string | null;
  readonly document?: string;
}

const NOTHING: ReadValue = { value: null };

/** A retraction takes the whole event back, so it need not repeat the fields. */
function readField(raw: unknown, { name, field, thing }: NamedField, retracted: boolean): ReadValue {
  const part = { field: name };
  if (!isThere(raw)) return field.optional || retracted ? NOTHING : refuse(problems.MISSING_FIELD(thing, {}), part);
  const parsed = parseField(raw, field, thing);
  return "value" in parsed ? parsed : refuse(parsed.problem, part);
}
