// Events and their subsets: typed facts about an entity. Each field is a column; `.where` gives a subset, which is an event too.

import type { Problem } from "../base/index.ts";
import { type Column, columnOf } from "./column.ts";
import type { Entity } from "./entity.ts";
import { problems } from "./errors.ts";
import { type Field, fieldNodeOf, type Gap } from "./field.ts";
import { type Fields, type Filter, filterNodeOf } from "./filter.ts";
import { at, called, checkColumnNames, checkName, type ReservedName } from "./names.ts";
import type { EntityNode, EventNode, FieldNode, StreamNode } from "./nodes.ts";
import { Origin } from "./place.ts";
import { passedOn } from "./protected.ts";
import { bothFilters } from "./row.ts";
import { checkSettings } from "./settings.ts";
import { define, definedAs, type Facts, factsAs, seal } from "./thing.ts";
import { fixedMicros, type Span } from "./window.ts";

declare const STREAM: unique symbol;

/** What the compiler compares of a stream: its marks without its methods. */
export interface MarkedStream<Ev extends string, E extends string, G extends Gap> {
  readonly [STREAM]: { readonly event: Ev; readonly entity: E; readonly gap: G };
}

/** Events of one type, all of them or those that pass a filter; `G` tells whether a history of them may pass none. */
export interface Stream<Ev extends string, E extends string, F, G extends Gap> extends MarkedStream<Ev, E, G> {
  /**
   * The events that pass all tests: `.where({ monthsLate: atLeast(1) })`, or in which a yes-or-no column is yes:
   * `.where(statement.billed.minus(statement.paid).is(above(usd(0))))`.
   */
  where<const W>(filter: Filter<Ev, F, W>): EventOf<Ev, E, F, "empty window">;
}

export type EventOf<Ev extends string, E extends string, F, G extends Gap> = Stream<Ev, E, F, G> & {
  readonly [K in keyof F]: F[K] extends Field<infer U, infer V, infer P, infer O>
    ? Column<Ev, E, P extends "none" ? U : `${P}:${K & string}`, V, G | O>
    : never;
};

/** Refuses field names that the grammar needs. */
export type Named<F> = { readonly [K in keyof F]: K extends ReservedName ? `"${K}" is a reserved name` : F[K] };

export interface StreamFacts extends Facts {
  readonly is: "stream";
  readonly node: StreamNode;
  readonly event: EventNode;
}

/** How an event type is declared; what is for people is part of no meaning. */
export interface EventShape<F> {
  readonly delay?: Span<"fixed">;
  readonly fields: Named<F>;
  readonly description?: string;
  /** Who answers for the source. */
  readonly owner?: string;
  readonly use?: string;
}

/**
 * Declares an event type. `delay` is how long after it happened the lender can know it, by default nothing. Its form needs no
 * version: fields may be added as optional and categories at the end; what would change a stored meaning is refused.
 *
 *     export const statement = event("statement", borrower, { delay: days(2), fields: { billed: usd } });
 */
export function event<const Ev extends string, E extends string, const F extends Fields>(
  name: Ev,
  about: Entity<E>,
  shape: EventShape<F>,
): EventOf<Ev, E, F, never> {
  const origin = new Origin();
  const thing = `event "${called(name)}"`;
  const entity = definedAs<EntityNode>(about, "entity");
  const read = readFields(thing, shape?.fields, origin);
  const delay =
    shape?.delay === undefined ? { micros: 0, problems: [] } : fixedMicros(shape.delay, `${thing}, delay`, origin);
  const found = [
    ...checkName("event", name, origin),
    ...checkSettings(thing, shape, ["delay", "fields", "description", "owner", "use"], origin),
    ...read.problems,
    ...delay.problems,
  ];
  if (entity === undefined) found.push(problems.BAD_ARGUMENT(thing, { expected: "an entity" }, at(origin)));
  const node: EventNode = {
    kind: "event",
    name: called(name),
    entity: entity?.name ?? "",
    delayMicros: delay.micros,
    fields: read.fields,
  };
  const face = withColumns(node, { kind: "stream", event: node.name, entity: node.entity, filter: null }, []);
  const { owner = null, use = null, description = null } = shape ?? {};
  return define(face, node, {
    problems: found,
    origin,
    document: { owner, use, description, texts: read.texts },
  }) as never;
}

/** Reads the fields of an event or a request. */
export function readFields(thing: string, fields: object, origin: Origin) {
  const entries = Object.entries(fields ?? {});
  const nodes: Record<string, FieldNode> = {};
  const texts: Record<string, string> = {};
  const found = checkColumnNames(thing, Object.keys(fields ?? {}), origin);
  if (typeof fields !== "object" || fields === null) {
    found.push(problems.BAD_ARGUMENT(thing, { expected: "fields: { name: type }" }, at(origin)));
  }
  for (const [name, field] of entries) {
    const facts = fieldNodeOf(field);
    nodes[name] = facts.node;
    if (facts.description !== null) texts[name] = facts.description;
    found.push(...facts.problems);
  }
  return { fields: nodes, texts, problems: found };
}

const streamFace = Object.freeze({
  where(this: object, filter: unknown): object {
    const origin = new Origin();
    const facts = streamFactsOf(this);
    if (facts === undefined) throw new TypeError("where belongs to an event");
    const read = filterNodeOf(filter, facts.event, origin);
    const inherited = passedOn(facts.problems, `filter of "${facts.event.name}"`);
    const node = { ...facts.node, filter: bothFilters(facts.node.filter, read.filter) };
    const found = [...inherited, ...read.problems];
    const made: StreamFacts = { is: "stream", node, event: facts.event, problems: found };
    return seal(withColumns(facts.event, node, found), made);
  },
});

function withColumns(event: EventNode, stream: StreamNode, inherited: readonly Problem[]): object {
  const face = Object.create(streamFace);
  for (const [name, field] of Object.entries(event.fields)) {
    if (name === "where") continue; // a reserved name, told as a problem
    Object.defineProperty(face, name, { value: columnOf(stream, name, field, inherited), enumerable: true });
  }
  return face;
}

/** A stream's facts, of an event itself or of a subset. An event's own problems are told with the event, not here. */
export function streamFactsOf(thing: unknown): StreamFacts | undefined {
  const event = definedAs<EventNode>(thing, "event");
  if (event === undefined) return factsAs<StreamFacts>(thing, "stream");
  const node: StreamNode = { kind: "stream", event: event.name, entity: event.entity, filter: null };
  return { is: "stream", node, event, problems: [] };
}
