// Values: functions of t. This file holds their fluent face and the rules of units, missing kinds and time that come with
// each step. Nothing is computed here: a step makes a larger node.

import { type MissingKind, missingKinds, type Problem } from "../base/index.ts";
import { type Comparison, testNodeOf } from "./comparison.ts";
import { problems } from "./errors.ts";
import { at } from "./names.ts";
import type { UnitNode, ValueNode } from "./nodes.ts";
import type { NotACondition } from "./not-a-condition.ts";
import { Origin } from "./place.ts";
import { deepFreeze, type Facts, factsAs, factsOf, problemsOf, seal } from "./thing.ts";
import {
  type Addend,
  type AddSentence,
  type DivideSentence,
  type Divisor,
  isNumeric,
  type LiteralOf,
  type LiteralSentence,
  type NotNumeric,
  type SubtractSentence,
  sameUnit,
  unitName,
  valueLiterals,
} from "./unit.ts";

declare const VALUE: unique symbol;

/** Where a value looks: "no window" is an aggregate whose window has not been said yet. */
export type Tense = "past" | "future" | "no window";

/** Which way the risk grows with the value. */
export interface Direction {
  readonly worse: "higher" | "lower";
}

/** A value with a reason that does not say its direction; no feature set takes it. */
export interface Undirected {
  readonly [VALUE]: "no direction";
}

/** What the compiler compares of a value: its marks without its methods, so that a refusal stays one line. */
export interface Marked<E extends string, U extends string, V, M extends MissingKind, T extends Tense>
  extends NotACondition {
  readonly [VALUE]: {
    readonly entity: E;
    readonly unit: U;
    readonly value: V;
    readonly missing: M;
    readonly tense: T;
  };
}

/**
 * A function of t about entity `E`, in unit `U`; `V` is its TypeScript type, `M` the kinds it can be missing by and
 * `T` where it looks.
 */
export interface Value<E extends string, U extends string, V, M extends MissingKind, T extends Tense>
  extends Marked<E, U, V, M, T> {
  /** Quotient: of one unit a plain number; money by a number stays money. A zero divisor makes it "not applicable". */
  over<E2 extends string, U2 extends string, V2, M2 extends MissingKind, T2 extends Tense>(
    divisor: U2 extends Divisor<U> ? Marked<E2, U2, V2, M2, T2> : DivideSentence<U, U2>,
  ): Value<E | E2, U2 extends U ? "number" : U, number, M | M2 | "not applicable", T | T2>;

  minus<E2 extends string, U2 extends string, V2, M2 extends MissingKind, T2 extends Tense>(
    other: U2 extends Addend<U> ? Marked<E2, U2, V2, M2, T2> : SubtractSentence<U, U2>,
  ): Value<E | E2, U, number, M | M2, T | T2>;

  plus<E2 extends string, U2 extends string, V2, M2 extends MissingKind, T2 extends Tense>(
    other: U2 extends Addend<U> ? Marked<E2, U2, V2, M2, T2> : AddSentence<U, U2>,
  ): Value<E | E2, U, number, M | M2, T | T2>;

  /** Times a constant; the unit stays. */
  times(constant: U extends NotNumeric ? `cannot multiply ${U}` : number): Value<E, U, V, M, T>;

  /** Takes a literal of its own unit where it would be missing, by whatever kind. */
  ifMissing<const X>(
    literal: X extends LiteralOf<U, V> ? X : LiteralSentence<"this value", U>,
  ): Value<E, U, V, never, T>;

  /** Yes or no: `.is(below(3))`, `.is("rent")`. */
  is<const X>(
    test: X extends LiteralOf<U, V> | Comparison<LiteralOf<U, V>> ? X : LiteralSentence<"this value", U>,
  ): Value<E, "boolean", boolean, M, T>;

  /** What an adverse decision may say of it, and which way the risk grows. */
  reason<D extends Direction | undefined = undefined>(
    text: string | ReasonText,
    direction?: D,
  ): D extends Direction ? Value<E, U, V, M, T> : Undirected;
}

declare const REASON: unique symbol;
/** An entry of a reason library. */
export interface ReasonText {
  readonly [REASON]: string;
}

export interface ValueFacts extends Facts {
  readonly is: "value";
  readonly node: ValueNode | null;
  readonly unit: UnitNode | null;
  readonly missing: readonly MissingKind[];
  readonly tenses: readonly Tense[];
  readonly entities: readonly string[];
  readonly reason: { readonly text: string; readonly worse: "higher" | "lower" | null } | null;
  readonly origin: Origin;
  /** Set where nothing may read this: a protected request field, or one that no value can hold. Told at each use. */
  readonly refusal?: (user: string, origin: Origin) => Problem;
}

export interface ReasonFacts extends Facts {
  readonly is: "reason";
  readonly node: {
    readonly library: string;
    readonly name: string;
    readonly text: { readonly [language: string]: string };
  };
}

export const valueFace = Object.freeze({
  over(this: unknown, divisor: unknown): object {
    return combine("over", this, divisor, new Origin());
  },
  minus(this: unknown, other: unknown): object {
    return combine("minus", this, other, new Origin());
  },
  plus(this: unknown, other: unknown): object {
    return combine("plus", this, other, new Origin());
  },
  times(this: unknown, constant: unknown): object {
    const origin = new Origin();
    return grow("times", this, origin, (of) => timesStep(of, constant, origin));
  },
  ifMissing(this: unknown, literal: unknown): object {
    const origin = new Origin();
    return grow("ifMissing", this, origin, (of) => ifMissingStep(of, literal, origin));
  },
  is(this: unknown, test: unknown): object {
    const origin = new Origin();
    return grow("is", this, origin, (of) => isStep(of, test, origin));
  },
  reason(this: unknown, text: unknown, direction?: unknown): object {
    const origin = new Origin();
    return grow("reason", this, origin, () => reasonStep(text, direction, origin));
  },
});

/** Makes a value: the facts, frozen, under the fluent face. */
export function makeValue(facts: Omit<ValueFacts, "is">, face: object = valueFace): object {
  return seal(Object.create(face), { is: "value", ...facts, node: deepFreeze(facts.node) } as ValueFacts);
}

/** Reads a value for use; something else becomes a problem-carrying value, so that a chain never breaks. */
export function readValue(thing: unknown, user: string, origin: Origin): ValueFacts {
  const facts = factsAs<ValueFacts>(thing, "value");
  if (facts?.refusal !== undefined) return brokenFacts([facts.refusal(user, origin)], origin);
  if (facts !== undefined) return facts;
  const inherited = factsOf(thing)?.problems ?? [];
  const expected = "a value, such as sum(statement.billed).last(days(90))";
  return brokenFacts([...inherited, problems.BAD_ARGUMENT(user, { expected }, at(origin))], origin);
}

export function brokenFacts(found: readonly Problem[], origin: Origin): ValueFacts {
  const nothing = { node: null, unit: null, missing: [], tenses: [], entities: [], reason: null };
  return { is: "value", ...nothing, problems: found, origin };
}

export function brokenValue(found: readonly Problem[], origin: Origin, face: object = valueFace): object {
  return makeValue(brokenFacts(found, origin), face);
}

/** In the order of the format, each once. */
export function kindsOf(...lists: readonly (readonly MissingKind[])[]): MissingKind[] {
  const held = new Set(lists.flat());
  return missingKinds.filter((kind) => held.has(kind));
}

type Step = Partial<Pick<ValueFacts, "node" | "unit" | "missing" | "reason" | "problems">>;

function grow(user: string, thing: unknown, origin: Origin, step: (of: ValueFacts) => Step): object {
  const of = readValue(thing, user, origin);
  const change = step(of);
  const found = [...of.problems, ...(change.problems ?? [])];
  return makeValue({ ...of, ...change, origin, problems: found });
}

function timesStep(of: ValueFacts, constant: unknown, origin: Origin): Step {
  if (of.unit !== null && !isNumeric(of.unit)) {
    return {
      node: null,
      problems: [problems.UNIT("times", { sentence: `cannot multiply ${unitName(of.unit)}` }, at(origin))],
    };
  }
  if (typeof constant !== "number" || !Number.isFinite(constant)) {
    return { node: null, problems: [problems.BAD_ARGUMENT("times", { expected: "a finite number" }, at(origin))] };
  }
  return { node: of.node === null ? null : { kind: "times", of: of.node, factor: constant } };
}

function ifMissingStep(of: ValueFacts, literal: unknown, origin: Origin): Step {
  if (of.unit === null) return { missing: [] };
  const reader = valueLiterals(of.unit);
  const then = reader.read(literal);
  if (then === undefined) {
    const problem = problems.WRONG_LITERAL("ifMissing", { expected: reader.expected }, at(origin));
    return { node: null, missing: [], problems: [...problemsOf(literal), problem] };
  }
  return { node: of.node === null ? null : { kind: "ifMissing", of: of.node, then }, missing: [] };
}

function isStep(of: ValueFacts, test: unknown, origin: Origin): Step {
  if (of.unit === null) return { unit: { kind: "boolean" } };
  const read = testNodeOf(test, valueLiterals(of.unit), "is", origin);
  const node = of.node === null || read.test === null ? null : ({ kind: "is", of: of.node, test: read.test } as const);
  return { node, unit: { kind: "boolean" }, problems: read.problems };
}

function reasonStep(text: unknown, direction: unknown, origin: Origin): Step {
  const words = typeof text === "string" ? text : factsAs<ReasonFacts>(text, "reason")?.node.text["en"];
  const worse = (direction as Partial<Direction> | undefined)?.worse;
  if (words === undefined || words === "") {
    return {
      problems: [problems.BAD_ARGUMENT("reason", { expected: "a text or an entry of a reason library" }, at(origin))],
    };
  }
  const known = worse === "higher" || worse === "lower";
  return { reason: { text: words, worse: known ? worse : null } };
}

type Operator = "over" | "minus" | "plus";

function combine(kind: Operator, left: unknown, right: unknown, origin: Origin): object {
  const [a, b] = [readValue(left, kind, origin), readValue(right, kind, origin)];
  const refusal = a.unit === null || b.unit === null ? undefined : unitRefusal(kind, a.unit, b.unit);
  const found = [...a.problems, ...b.problems];
  if (refusal !== undefined) found.push(problems.UNIT(kind, { sentence: refusal }, at(origin)));
  const whole = a.node !== null && b.node !== null && refusal === undefined;
  return makeValue({
    node: whole ? { kind, left: a.node!, right: b.node! } : null,
    unit:
      kind === "over" && a.unit !== null && b.unit !== null && sameUnit(a.unit, b.unit) ? { kind: "number" } : a.unit,
    missing: kindsOf(a.missing, b.missing, kind === "over" ? ["not applicable"] : []),
    ...unionOf(a, b),
    problems: found,
    origin,
  });
}

/** What two operands say together about time and subject; their reasons end here. */
export function unionOf(a: ValueFacts, b: ValueFacts): Pick<ValueFacts, "tenses" | "entities" | "reason"> {
  return {
    tenses: [...new Set([...a.tenses, ...b.tenses])],
    entities: [...new Set([...a.entities, ...b.entities])],
    reason: null,
  };
}

function unitRefusal(kind: Operator, a: UnitNode, b: UnitNode): string | undefined {
  const [left, right] = [unitName(a), unitName(b)];
  if (isNumeric(a) && (left === right || (kind === "over" && right === "number"))) return undefined;
  if (kind === "over") return `cannot divide ${left} by ${right}`;
  return kind === "minus" ? `cannot subtract ${right} from ${left}` : `cannot add ${right} to ${left}`;
}
