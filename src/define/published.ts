// Published features: what another system computed (a warehouse, another team, an encoder) comes in as events with a producer,
// `at` being when it was computed. It is a value too: the latest, unless that has grown older than it may be.

import type { Problem } from "../base/index.ts";
import type { Entity } from "./entity.ts";
import { problems } from "./errors.ts";
import { type EventOf, event } from "./event.ts";
import type { Field } from "./field.ts";
import { at, called } from "./names.ts";
import type { EventNode, ValueNode } from "./nodes.ts";
import { Origin } from "./place.ts";
import { checkSettings } from "./settings.ts";
import { define, definitionOf } from "./thing.ts";
import { type Barred, type BarredSentence, type Unreadable, unitNameOfField, unitOfField } from "./unit.ts";
import { brokenValue, makeValue, type Value } from "./value.ts";
import { fixedMicros, type Span } from "./window.ts";

/** A published feature: its events, with one column `value`, and the value that stands at t. */
export type Published<N extends string, E extends string, U extends string, V> = EventOf<
  N,
  E,
  { readonly value: Field<U, V> },
  never
> & {
  /** The latest result: "stale" where it is older than the maximum age, "no history" where there never was one. */
  current(): Value<E, U, V, "no history" | "stale", "past">;
};

interface Publication<U extends string, V> {
  /** Who computes it; part of its meaning. */
  readonly producer: string;
  readonly type: U extends Barred
    ? BarredSentence<U>
    : U extends Unreadable
      ? `no feature can hold ${U}: publish a number, money, a category or a boolean`
      : Field<U, V>;
  readonly maximumAge: Span<"fixed">;
  /** How long after it was computed the lender can know it, by default nothing. */
  readonly delay?: Span<"fixed">;
}

/**
 * Declares a feature that another system computes. Its events hold `value`; an event's `at` is when it was computed.
 *
 *     export const bureauIncome = published("bureauIncome", borrower,
 *       { producer: "warehouse", type: usd, maximumAge: days(30) });
 *     bureauIncome.current();                           // a value: missing "stale" after 30 days
 *     mean(bureauIncome.value).last(days(365));         // and events, like others
 */
export function published<const N extends string, E extends string, U extends string, V>(
  name: N,
  about: Entity<E>,
  settings: Publication<U, V>,
): Published<N, E, U, V> {
  const origin = new Origin();
  const thing = `published "${called(name)}"`;
  const { producer, type, maximumAge, delay } = (settings ?? {}) as Partial<Publication<string, unknown>>;
  const fields = { value: type as Field<U, V> };
  const made = event(name, about, { fields, ...(delay === undefined ? {} : { delay }) });
  const age = fixedMicros(maximumAge, `${thing}, maximumAge`, origin);
  const { node, problems: found, document } = definitionOf(made);
  const whole: EventNode = {
    ...(node as EventNode),
    published: { producer: called(producer), maximumAgeMicros: age.micros },
  };
  const refused = [...found, ...checkPublication(thing, settings, whole, origin), ...age.problems];
  const value = currentOf(whole, refused.length === 0, origin);
  // An event with one verb more: columns and `where` are the event's own.
  const face = Object.create(made as object, { current: { value: () => value, enumerable: true } });
  return define(face, whole, { problems: refused, origin, document }) as never;
}

const SETTINGS = ["producer", "type", "maximumAge", "delay"];

function checkPublication(
  thing: string,
  settings: unknown,
  { fields, published }: EventNode,
  origin: Origin,
): Problem[] {
  const found = checkSettings(thing, settings, SETTINGS, origin);
  if (published?.producer === "") {
    found.push(
      problems.BAD_ARGUMENT(`${thing}, producer`, { expected: "who computes it, such as warehouse" }, at(origin)),
    );
  }
  const { type, protection, optional } = fields["value"]!;
  if (unitOfField(type) === null || protection !== "none" || optional) {
    const what = optional ? "nothing" : protection === "none" ? unitNameOfField(type) : `a ${protection} field`;
    const sentence = `cannot publish ${what}: publish a number, money, a category or a boolean`;
    found.push(problems.UNIT(thing, { sentence }, at(origin)));
  }
  return found;
}

/** The latest result within the maximum age: an empty window is a stale one, and ages are compared in microseconds. */
function currentOf(event: EventNode, sound: boolean, origin: Origin): object {
  const { type } = event.fields["value"]!;
  const of: ValueNode = {
    kind: "aggregate",
    aggregate: "latest",
    stream: { kind: "stream", event: event.name, entity: event.entity, filter: null },
    row: { kind: "field", field: "value", type },
    window: { kind: "fixed", micros: event.published!.maximumAgeMicros, skipMicros: 0 },
  };
  if (!sound) return brokenValue([], origin);
  return makeValue({
    node: { kind: "fresh", of },
    unit: unitOfField(type),
    missing: ["no history", "stale"],
    tenses: ["past"],
    entities: [event.entity],
    reason: null,
    problems: [],
    origin,
  });
}
