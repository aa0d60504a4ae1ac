// Labels: what happened after t. Only here may a value look ahead. A label says what shows that its outcome was observed,
// so that an outcome nobody has seen yet is missing and never good.

import type { MissingKind, Problem } from "../base/index.ts";
import type { Entity } from "./entity.ts";
import { problems } from "./errors.ts";
import { type MarkedStream, streamFactsOf } from "./event.ts";
import type { Gap } from "./field.ts";
import { at, called, checkName } from "./names.ts";
import type { EntityNode, LabelNode, StreamNode, ValueNode, WindowNode } from "./nodes.ts";
import { Origin } from "./place.ts";
import { checkSettings } from "./settings.ts";
import { define, definedAs, problemsOf } from "./thing.ts";
import { brokenFacts, type Marked, readValue, type Tense } from "./value.ts";
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

type Observation<E extends string, O> =
  | { readonly matures: Span<"fixed">; readonly observedBy?: never }
  | { readonly observedBy: Outcome<E, "observedBy", O>; readonly matures?: never };

/**
 * Declares a label. `bad` is the outcome, `unclear` sets rows aside, `endedBy` censors; `matures` is how long after the
 * window the outcome counts as observed, `observedBy` an event in the window that shows it.
 *
 *     export const defaulted = label("defaulted", borrower, {
 *       bad: occurs(late).next(months(12, newYork)), endedBy: closure, matures: days(45) });
 */
export function label<const N extends string, E extends string, B, C = never, O = never>(
  name: N,
  about: Entity<E>,
  outcome: {
    readonly bad: Outcome<E, "bad", B>;
    readonly unclear?: Outcome<E, "unclear", C>;
    readonly endedBy?: MarkedStream<string, NoInfer<E>, Gap>;
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
  const bad = reader.value("bad", outcome?.bad);
  const node: LabelNode = {
    kind: "label",
    name: called(name),
    entity: entity?.name ?? "",
    bad: bad ?? NEVER,
    unclear: outcome?.unclear === undefined ? null : reader.value("unclear", outcome.unclear),
    endedBy: outcome?.endedBy === undefined ? null : reader.stream("endedBy", outcome.endedBy),
    observed: reader.observed(outcome ?? {}, bad),
  };
  return define({}, node, { problems: found, origin }) as Label<N, E>;
}

const SETTINGS = ["bad", "unclear", "endedBy", "matures", "observedBy"];

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

  value(part: string, thing: unknown): ValueNode | null {
    const facts =
      streamFactsOf(thing) === undefined
        ? readValue(thing, `${this.#thing}, ${part}`, this.#origin)
        : this.#notAValue(part);
    this.#found.push(...facts.problems);
    const where = at(facts.origin);
    const ahead = facts.tenses.every((tense: Tense) => tense === "future") && facts.tenses.length > 0;
    if (facts.node !== null || facts.tenses.length > 0) {
      if (!ahead) this.#found.push(problems.NO_NEXT(this.#thing, { part }, where));
    }
    if (facts.unit !== null && facts.unit.kind !== "boolean") {
      this.#found.push(problems.BAD_ARGUMENT(`${this.#thing}, ${part}`, { expected: "a yes-or-no value" }, where));
    }
    this.#about(part, facts.entities, where);
    return facts.node;
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

/** The window of the first aggregate of a value. */
function windowOf(node: ValueNode): WindowNode | null {
  if (node.kind === "aggregate") return node.window;
  if ("of" in node) return windowOf(node.of);
  return "left" in node ? (windowOf(node.left) ?? windowOf(node.right)) : null;
}
