// Sequences: the last events of an entity, of several types together, as tokens that an encoder reads. A sequence says which
// events are tokens and what each holds; like a value it is a function of t.

import type { Problem } from "../base/index.ts";
import { MICROS_PER_DAY } from "../base/index.ts";
import type { Entity } from "./entity.ts";
import { problems } from "./errors.ts";
import { type MarkedStream, streamFactsOf } from "./event.ts";
import type { Gap } from "./field.ts";
import { at, called, checkColumnNames, checkName } from "./names.ts";
import type { EntityNode, SequenceNode, StepNode, TokenFieldNode } from "./nodes.ts";
import { Origin } from "./place.ts";
import { passedOn, toldWithPath } from "./protected.ts";
import { checkSettings } from "./settings.ts";
import { deepFreeze, define, definedAs, type Facts, factsAs, problemsOf, seal } from "./thing.ts";
import { readToken, type TokenField } from "./token.ts";
import { fixedMicros, lastWindow, type Span, type SpanKind } from "./window.ts";

declare const STEP: unique symbol;
declare const SEQUENCE: unique symbol;

/** Events of one type as tokens. */
export interface Step<Ev extends string, E extends string> {
  readonly [STEP]: { readonly event: Ev; readonly entity: E };
}

/** A sequence: a definition. */
export interface Sequence<N extends string, E extends string> {
  readonly [SEQUENCE]: { readonly name: N; readonly entity: E };
}

/** A sequence that does not say yet how many events it holds. */
export interface SequenceOfSteps<N extends string, E extends string> {
  /** The last events of all steps together, 1 to 4,096: `.last(events(128))`. */
  last<K extends SpanKind>(
    length: K extends "events" ? Span<K> : "a sequence holds a count of events: .last(events(128))",
  ): Sequence<N, E>;
}

type StepOf<E extends string, X> =
  X extends Step<infer Ev, infer E2>
    ? [E2] extends [E]
      ? X
      : `"${Ev}" is about ${E2}, not ${E}`
    : "expected a step, such as step(statement, { billed: scaled(statement.billed) })";

const EVENTS_MAX = 4_096;
const STEPS_MAX = 255;

interface StepFacts extends Facts {
  readonly is: "step";
  readonly node: StepNode | null;
}

/**
 * Events of one type (or a subset of them), each a token with these fields: numbers and words of its own row, as they stand,
 * `scaled` or `coded`. Every token also has its type and its age.
 */
export function step<Ev extends string, E extends string, const F extends object>(
  events: MarkedStream<Ev, E, Gap>,
  fields: { readonly [K in keyof F]: TokenField<Ev, K & string, F[K]> },
): Step<Ev, E> {
  const origin = new Origin();
  const facts = streamFactsOf(events);
  if (facts === undefined) {
    const found = [...problemsOf(events), problems.BAD_ARGUMENT("step", { expected: "an event" }, at(origin))];
    return seal({}, { is: "step", node: null, problems: found } satisfies StepFacts) as Step<Ev, E>;
  }
  const user = `step of "${facts.event.name}"`;
  const read = Object.entries(fields ?? {}).map(([name, thing]) =>
    readToken(name, thing, facts.node, `field "${name}" of ${user}`, origin),
  );
  const found = [
    ...passedOn(facts.problems, user),
    ...checkColumnNames(user, Object.keys(fields ?? {}), origin),
    ...read.flatMap((field) => field.problems),
  ];
  const node = {
    stream: facts.node,
    fields: read.flatMap(({ field }): TokenFieldNode[] => (field === null ? [] : [field])),
  };
  return seal({}, { is: "step", node: deepFreeze(node), problems: found } satisfies StepFacts) as Step<Ev, E>;
}

export interface SequenceOptions {
  /** What ages of tokens are told in, whole ones of it; a day where it is not said. */
  readonly age?: Span<"fixed">;
  readonly owner?: string;
  readonly use?: string;
  readonly description?: string;
}

/**
 * Declares a sequence. Its tokens stand from the oldest to the newest, as known at t; of events of two types at one instant
 * those of the step written first come first.
 *
 *     export const behaviour = sequence("behaviour", borrower, [
 *       step(statement, { billed: scaled(statement.billed), monthsLate: statement.monthsLate }),
 *       step(purchase, { amount: scaled(purchase.amount), kind: purchase.kind }),
 *     ]).last(events(128));
 */
export function sequence<const N extends string, E extends string, const S extends readonly unknown[]>(
  name: N,
  about: Entity<E>,
  steps: { readonly [K in keyof S]: StepOf<E, S[K]> },
  options?: SequenceOptions,
): SequenceOfSteps<N, E> {
  const origin = new Origin();
  const thing = `sequence "${called(name)}"`;
  const entity = definedAs<EntityNode>(about, "entity");
  const age =
    options?.age === undefined
      ? { micros: MICROS_PER_DAY, problems: [] }
      : fixedMicros(options.age, `${thing}, age`, origin);
  const read = readSteps(thing, steps, entity?.name, origin);
  const found = [
    ...checkName("sequence", name, origin),
    ...checkSettings(thing, options, ["age", "owner", "use", "description"], origin),
    ...age.problems,
    ...toldWithPath(read.problems, thing),
  ];
  if (entity === undefined) found.push(problems.BAD_ARGUMENT(thing, { expected: "an entity" }, at(origin)));
  const node: SequenceNode = {
    kind: "sequence",
    name: called(name),
    entity: entity?.name ?? "",
    count: 0,
    ageMicros: age.micros === 0 ? MICROS_PER_DAY : age.micros,
    steps: read.steps,
  };
  const { owner = null, use = null, description = null } = options ?? {};
  const made = { origin, document: { owner, use, description } };
  const face = { last: (length: unknown) => withLength(node, length, found, made) };
  const unfinished = [...found, problems.NO_LENGTH(thing, at(origin))];
  return define(face, node, { ...made, problems: unfinished }) as SequenceOfSteps<N, E>;
}

type Made = Omit<Parameters<typeof define>[2], "problems">;

function withLength(node: SequenceNode, length: unknown, found: readonly Problem[], made: Made): never {
  const thing = `sequence "${node.name}"`;
  const { window, problems: wrong } = lastWindow(length, undefined, made.origin);
  const count = window?.kind === "lastEvents" ? window.count : 0;
  const all = [...found, ...wrong];
  if (wrong.length === 0 && !(count >= 1 && count <= EVENTS_MAX)) {
    const expected = `a count of events from 1 to ${EVENTS_MAX}: .last(events(128))`;
    all.push(problems.BAD_ARGUMENT(thing, { expected }, at(new Origin())));
  }
  return define({}, { ...node, count }, { ...made, problems: all }) as never;
}

function readSteps(thing: string, steps: unknown, about: string | undefined, origin: Origin) {
  const list: readonly unknown[] = Array.isArray(steps) ? steps : [];
  const read: StepNode[] = [];
  const found: Problem[] = [];
  for (const one of list) {
    const facts = factsAs<StepFacts>(one, "step");
    found.push(...problemsOf(one));
    if (facts === undefined) found.push(problems.BAD_ARGUMENT(thing, { expected: "step(event, { … })" }, at(origin)));
    else if (facts.node !== null) found.push(...besideOthers(thing, facts.node, read, about, origin));
    if (facts !== undefined && facts.node !== null) read.push(facts.node);
  }
  if (list.length === 0 || list.length > STEPS_MAX) {
    found.push(problems.BAD_ARGUMENT(thing, { expected: `1 to ${STEPS_MAX} steps` }, at(origin)));
  }
  return { steps: read, problems: found };
}

function besideOthers(
  thing: string,
  { stream }: StepNode,
  others: readonly StepNode[],
  about: string | undefined,
  origin: Origin,
): Problem[] {
  const found: Problem[] = [];
  const twice = others.some((other) => other.stream.event === stream.event);
  if (twice) found.push(problems.TWO_STEPS(thing, { event: stream.event }, at(origin)));
  if (about !== undefined && stream.entity !== about) {
    const params = { event: stream.event, about: stream.entity, wanted: about };
    found.push(problems.OTHER_STEP(thing, params, at(origin)));
  }
  return found;
}
