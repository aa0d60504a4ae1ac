// Labels: what happened after t. Only here may a value look ahead. A label says what shows that its outcome was observed,
// so that an outcome nobody has seen yet is missing and never good.

import type { MissingKind, Problem } from "../base/index.ts";
import type { Entity } from "./entity.ts";
import { problems } from "./errors.ts";
import { type MarkedStream, streamFactsOf } from "./event.ts";
import type { Gap } from "./field.ts";
import { endingsOf } from "./label-parts.ts";
import { at, called, checkColumnNames, checkName } from "./names.ts";
import type { EndingsNode, EntityNode, LabelNode, StreamNode, ValueNode, WindowNode } from "./nodes.ts";
import { Origin } from "./place.ts";
import { toldWithPath } from "./protected.ts";
import { checkSettings } from "./settings.ts";
import { define, definedAs, factsOf, problemsOf } from "./thing.ts";
import type { Marked } from "./value.ts";
import { brokenFacts, readValue, type Tense, type ValueFacts } from "./value-facts.ts";
import { mapParts, partsOf } from "./value-parts.ts";
import { fixedMicros, type Span } from "./window.ts";

declare const LABEL: unique symbol;

export interface Label<N extends string, E extends string> {
  readonly [LABEL]: { readonly name: N; readonly entity: E };
}

type Outcome<E extends string, Part extends string, X> =
  X extends Marked<infer VE, infer U, unknown, MissingKind, infer T>
    ? [T] extends ["future"]
      ? U extends "boolean"
        ? [VE] extends [E]
          ? X
          : `"${Part}" is about ${Exclude<VE, E>}, not ${E}`
        : `"${Part}" must be yes or no: add .is(…) or use occurs(…)`
      : `"${Part}" must look into the future: end it with .next(…)`
    : X extends MarkedStream<string, infer SE, Gap>
      ? Part extends "observedBy"
        ? [SE] extends [E]
          ? X
          : `"${Part}" is about ${SE}, not ${E}`
        : `"${Part}" must be yes or no: add .is(…) or use occurs(…)`
      : `"${Part}" is not a value`;

/** Yes or no, about the label's entity, looking either way. */
type Exclusion<E extends string, X> =
  X extends Marked<infer VE, infer U, unknown, MissingKind, infer T>
    ? [T] extends ["past" | "future"]
      ? U extends "boolean"
        ? [VE] extends [E]
          ? X
          : `this exclusion is about ${Exclude<VE, E>}, not ${E}`
        : "an exclusion must be yes or no: add .is(…) or use occurs(…)"
      : "an exclusion must say when: end it with .ever(), .last(…) or .next(…)"
    : "an exclusion is a value, such as occurs(fraudConfirmed).ever()";

type Ending<E extends string, S> =
  S extends MarkedStream<string, infer SE, Gap>
    ? [SE] extends [E]
      ? S
      : `"endedBy" is about ${Exclude<SE, E>}, not ${E}`
    : '"endedBy" names events, such as { sold, prepaid: paidOff }';

/** One event, or several by name. */
type EndedBy<E extends string, N> =
  N extends MarkedStream<string, string, Gap> ? Ending<E, N> : { readonly [K in keyof N]: Ending<E, N[K]> };

type Observation<E extends string, O> =
  | { readonly matures: Span<"fixed">; readonly observedBy?: never }
  | { readonly observedBy: Outcome<E, "observedBy", O>; readonly matures?: never };

/**
 * Declares a label. `bad` is the outcome, `unclear` sets rows aside (indeterminate), `endedBy` censors, by name where there are
 * several; `exclude` takes out rows that never belong, each named and counted; `matures` is how long after the window the
 * outcome counts as observed, `observedBy` an event in the window that shows it.
 *
 * The order of judgement: excluded, immature, bad, indeterminate, censored (by the first of `endedBy` that holds), not
 * observed, good. Days past due stop at the first ending of the window. An exclusion that cannot be told excludes nothing; one that looks ahead is waited for as `bad` is.
 *
 *     export const defaulted = label("defaulted", account, {
 *       bad: pastDue.next(months(12, newYork)).is(atLeast(90)),
 *       unclear: pastDue.next(months(12, newYork)).is(atLeast(30)),
 *       exclude: { fraud: occurs(fraudConfirmed).ever(), deceased: occurs(deceased).ever() },
 *       endedBy: { sold, prepaid: paidOff, rescinded }, matures: days(45) });
 */
export function label<
  const N extends string,
  E extends string,
  B,
  C = never,
  O = never,
  X extends object = object,
  S = never,
>(
  name: N,
  about: Entity<E>,
  outcome: {
    readonly bad: Outcome<E, "bad", B>;
    readonly unclear?: Outcome<E, "unclear", C>;
    readonly endedBy?: EndedBy<E, S>;
    readonly exclude?: { readonly [K in keyof X]: Exclusion<E, X[K]> };
  } & Observation<E, O>,
): Label<N, E> {
  const origin = new Origin();
  const entity = definedAs<EntityNode>(about, "entity");
  const found = [
    ...checkName("label", name, origin),
    ...checkSettings(`label "${called(name)}"`, outcome, SETTINGS, origin),
  ];
  if (entity === undefined)
    found.push(problems.BAD_ARGUMENT(`label "${called(name)}"`, { expected: "an entity" }, at(origin)));
  const reader = new LabelReader(called(name), entity?.name ?? "", origin, found);
  const endedBy = outcome?.endedBy === undefined ? null : reader.endings(outcome.endedBy);
  const bad = reader.value("bad", outcome?.bad);
  const unclear = outcome?.unclear === undefined ? null : reader.value("unclear", outcome.unclear);
  const node: LabelNode = {
    kind: "label",
    name: called(name),
    entity: entity?.name ?? "",
    bad: stoppedBy(bad ?? NEVER, endedBy),
    unclear: unclear && stoppedBy(unclear, endedBy),
    endedBy,
    ...(outcome?.exclude === undefined ? {} : { exclude: reader.exclusions(outcome.exclude) }),
    observed: reader.observed(outcome ?? {}, bad),
  };
  return define({}, node, { problems: found, origin }) as Label<N, E>;
}

const SETTINGS = ["bad", "unclear", "endedBy", "exclude", "matures", "observedBy"];

/** Stands where a mistake left no value; a definition with problems is never compiled. */
const NEVER: ValueNode = {
  kind: "aggregate",
  aggregate: "occurs",
  stream: { kind: "stream", event: "", entity: "", filter: null },
  row: null,
  window: { kind: "ever" },
};

class LabelReader {
  readonly #thing: string;
  readonly #entity: string;
  readonly #origin: Origin;
  readonly #found: Problem[];

  constructor(name: string, entity: string, origin: Origin, found: Problem[]) {
    this.#thing = `label "${name}"`;
    this.#entity = entity;
    this.#origin = origin;
    this.#found = found;
  }

  value(part: string, thing: unknown, looks: "ahead" | "anywhere" = "ahead"): ValueNode | null {
    const facts =
      streamFactsOf(thing) === undefined
        ? readValue(thing, `${this.#thing}, ${part}`, this.#origin)
        : this.#notAValue(part);
    this.#found.push(...toldWithPath(facts.problems, `${this.#thing}, ${part}`));
    const where = at(facts.origin);
    if (looks === "ahead") this.#ahead(part, facts);
    else if (facts.tenses.includes("no window")) this.#found.push(problems.NO_WINDOW(`${this.#thing}, ${part}`, where));
    if (facts.unit !== null && facts.unit.kind !== "boolean") {
      this.#found.push(problems.BAD_ARGUMENT(`${this.#thing}, ${part}`, { expected: "a yes-or-no value" }, where));
    }
    this.#about(part, facts.entities, where);
    return facts.node;
  }

  #ahead(part: string, { node, tenses, origin }: ValueFacts): void {
    if (node === null && tenses.length === 0) return;
    if (tenses.length > 0 && tenses.every((tense: Tense) => tense === "future")) return;
    this.#found.push(problems.NO_NEXT(this.#thing, { part }, at(origin)));
  }

  /** One stream, or several by name. */
  endings(given: unknown): StreamNode | EndingsNode | null {
    if (streamFactsOf(given) !== undefined || !isRecord(given)) return this.stream("endedBy", given);
    const endings = this.#named("endedBy", given, (part, thing) => this.stream(part, thing));
    return { kind: "endings", endings: endings.map(({ name, node }) => ({ name, stream: node })) };
  }

  exclusions(given: object): NonNullable<LabelNode["exclude"]> {
    const excluded = this.#named("exclude", given, (part, thing) => this.value(part, thing, "anywhere"));
    return excluded.map(({ name, node }) => ({ name, value: node }));
  }

  #named<T>(
    setting: string,
    given: unknown,
    read: (part: string, thing: unknown) => T | null,
  ): { name: string; node: T }[] {
    const entries = isRecord(given) ? Object.entries(given) : [];
    if (entries.length === 0) {
      const expected = `{ name: … } with at least one name`;
      this.#found.push(problems.BAD_ARGUMENT(`${this.#thing}, ${setting}`, { expected }, at(this.#origin)));
    }
    const names = entries.map(([name]) => name);
    this.#found.push(...checkColumnNames(`${this.#thing}, ${setting}`, names, this.#origin));
    return entries.flatMap(([name, thing]) => {
      const node = read(`${setting}.${name}`, thing);
      return node === null ? [] : [{ name, node }];
    });
  }

  stream(part: string, thing: unknown): StreamNode | null {
    const facts = streamFactsOf(thing);
    if (facts === undefined) {
      const problem = problems.BAD_ARGUMENT(`${this.#thing}, ${part}`, { expected: "an event" }, at(this.#origin));
      this.#found.push(...problemsOf(thing), problem);
      return null;
    }
    this.#found.push(...facts.problems);
    this.#about(part, [facts.node.entity], at(this.#origin));
    return facts.node;
  }

  observed(outcome: { matures?: unknown; observedBy?: unknown }, bad: ValueNode | null): LabelNode["observed"] {
    if (outcome.observedBy !== undefined) return { kind: "by", value: this.#observedBy(outcome.observedBy, bad) };
    if (outcome.matures === undefined) {
      this.#found.push(problems.NO_OBSERVATION(this.#thing, at(this.#origin)));
      return { kind: "matures", afterMicros: 0 };
    }
    const delay = fixedMicros(outcome.matures, `${this.#thing}, matures`, this.#origin);
    this.#found.push(...delay.problems);
    return { kind: "matures", afterMicros: delay.micros };
  }

  #observedBy(thing: unknown, bad: ValueNode | null): ValueNode {
    if (streamFactsOf(thing) === undefined) return this.value("observedBy", thing) ?? NEVER;
    const stream = this.stream("observedBy", thing);
    const window = bad === null ? null : windowOf(bad);
    if (stream === null || window === null) return NEVER;
    return { kind: "aggregate", aggregate: "occurs", stream, row: null, window };
  }

  #notAValue(part: string) {
    const expected = "a yes-or-no value such as occurs(…).next(…)";
    return brokenFacts(
      [problems.BAD_ARGUMENT(`${this.#thing}, ${part}`, { expected }, at(this.#origin))],
      this.#origin,
    );
  }

  #about(part: string, entities: readonly string[], where: ReturnType<typeof at>): void {
    const others = entities.filter((about) => about !== this.#entity);
    if (others.length === 0) return;
    const params = { about: others.join(", "), wanted: this.#entity };
    this.#found.push(problems.OTHER_ENTITY(`${this.#thing}, ${part}`, params, where));
  }
}

/**
 * An ending also stops the days past due, which would grow for ever on a loan that was sold or paid off: nobody pays a lender who
 * no longer holds it. What was reached before stays reached.
 */
function stoppedBy(value: ValueNode, endedBy: LabelNode["endedBy"]): ValueNode {
  if (endedBy === null) return value;
  if (value.kind !== "daysPastDue") return mapParts(value, (part) => stoppedBy(part, endedBy));
  return { ...value, stops: endingsOf({ endedBy }).map(({ stream }) => stream) };
}

function isRecord(thing: unknown): thing is { readonly [name: string]: unknown } {
  return typeof thing === "object" && thing !== null && factsOf(thing) === undefined;
}

/** The window of the first aggregate of a value. */
function windowOf(node: ValueNode): WindowNode | null {
  if (node.kind === "aggregate" || node.kind === "daysPastDue") return node.window;
  return partsOf(node).reduce<WindowNode | null>((window, part) => window ?? windowOf(part), null);
}
