// Values: functions of t. This file holds their fluent face and the rules of units, missing kinds and time that come with
// each step. Nothing is computed here: a step makes a larger node.

import type { MissingKind, Problem } from "../base/index.ts";
import type { Comparison } from "./comparison.ts";
import type { NotACondition } from "./not-a-condition.ts";
import { Origin } from "./place.ts";
import { relatedFacts } from "./related.ts";
import { deepFreeze, factsAs, seal } from "./thing.ts";
import type {
  Addend,
  AddendLiteral,
  AddSentence,
  DivideSentence,
  Divisor,
  LiteralOf,
  LiteralSentence,
  MultiplySentence,
  NotNumeric,
  SubtractSentence,
} from "./unit.ts";
import { brokenFacts, type Tense, type ValueFacts } from "./value-facts.ts";
import { paired } from "./value-pairs.ts";
import {
  absoluteStep,
  clampStep,
  grown,
  ifMissingStep,
  isStep,
  logStep,
  reasonStep,
  timesStep,
} from "./value-steps.ts";

declare const VALUE: unique symbol;

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

/** A link that a value about `E` may be read through, or the sentence that refuses it. */
type Link<
  E extends string,
  M extends MissingKind,
  E2 extends string,
  U2 extends string,
  V2,
  M2 extends MissingKind,
  T2 extends Tense,
> = "not linked" extends M
  ? "a relation reaches one entity further, no more"
  : [E] extends [never]
    ? "what was asked is about no other entity"
    : U2 extends "ref"
      ? [E] extends [V2]
        ? Marked<E2, U2, V2, M2, T2>
        : `this value is about ${E}, and the reference is to ${V2 & string}`
      : "expected a reference, such as latest(employment.employer)";

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

  /** Less another value of its unit, or less a literal. */
  minus<
    E2 extends string = never,
    U2 extends string = "a literal",
    V2 = never,
    M2 extends MissingKind = never,
    T2 extends Tense = never,
    const X = unknown,
  >(
    other: U2 extends "a literal"
      ? AddendLiteral<U, X>
      : U2 extends Addend<U>
        ? Marked<E2, U2, V2, M2, T2>
        : SubtractSentence<U, U2>,
  ): Value<E | E2, U, number, M | M2, T | T2>;

  /** Plus another value of its unit, or plus a literal. */
  plus<
    E2 extends string = never,
    U2 extends string = "a literal",
    V2 = never,
    M2 extends MissingKind = never,
    T2 extends Tense = never,
    const X = unknown,
  >(
    other: U2 extends "a literal"
      ? AddendLiteral<U, X>
      : U2 extends Addend<U>
        ? Marked<E2, U2, V2, M2, T2>
        : AddSentence<U, U2>,
  ): Value<E | E2, U, number, M | M2, T | T2>;

  /** Times a constant, or times a value that is a plain number; the unit stays. */
  times<
    E2 extends string = never,
    U2 extends string = "a literal",
    V2 = never,
    M2 extends MissingKind = never,
    T2 extends Tense = never,
  >(
    factor: U extends NotNumeric
      ? `cannot multiply ${U}`
      : U2 extends "a literal"
        ? number
        : U2 extends "number"
          ? Marked<E2, U2, V2, M2, T2>
          : MultiplySentence<U, U2>,
  ): Value<E | E2, U, V, M | M2, T | T2>;

  /** Held within bounds of its own unit: `.clamp({ atLeast: usd(0), atMost: usd(5000) })`. */
  clamp<const A = never, const B = never>(
    bounds: U extends NotNumeric
      ? `cannot clamp ${U}`
      : { readonly atLeast?: AddendLiteral<U, A>; readonly atMost?: AddendLiteral<U, B> },
  ): Value<E, U, V, M, T>;

  /** Natural logarithm of the number in major units, by the product's own `log`; "not applicable" at zero and below. */
  log(
    this: U extends NotNumeric ? `cannot take the logarithm of ${U}` : unknown,
  ): Value<E, "number", number, M | "not applicable", T>;

  /** Without its sign. */
  absolute(this: U extends NotNumeric ? `cannot take the absolute value of ${U}` : unknown): Value<E, U, V, M, T>;

  /**
   * This value of another entity, the one that a reference names at t: `count(layoff).last(days(365))` is about an employer,
   * and with `.of(latest(employment.employer))` about a borrower. "not linked" where the reference is missing.
   */
  of<E2 extends string, U2 extends string, V2, M2 extends MissingKind, T2 extends Tense>(
    link: Link<E, M, E2, U2, V2, M2, T2>,
  ): Value<E2, U, V, M | "not linked", T | T2>;

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

export const valueFace = Object.freeze({
  over(this: unknown, divisor: unknown): object {
    return makeValue(paired("over", this, divisor, new Origin()));
  },
  minus(this: unknown, other: unknown): object {
    return makeValue(paired("minus", this, other, new Origin()));
  },
  plus(this: unknown, other: unknown): object {
    return makeValue(paired("plus", this, other, new Origin()));
  },
  times(this: unknown, factor: unknown): object {
    const origin = new Origin();
    const product = factsAs<ValueFacts>(factor, "value") !== undefined;
    return makeValue(
      product ? paired("product", this, factor, origin) : grown("times", this, origin, timesStep(factor)),
    );
  },
  clamp(this: unknown, bounds: unknown): object {
    return makeValue(grown("clamp", this, new Origin(), clampStep(bounds)));
  },
  log(this: unknown): object {
    return makeValue(grown("log", this, new Origin(), logStep));
  },
  absolute(this: unknown): object {
    return makeValue(grown("absolute", this, new Origin(), absoluteStep));
  },
  of(this: unknown, link: unknown): object {
    return makeValue(relatedFacts(this, link, new Origin()));
  },
  ifMissing(this: unknown, literal: unknown): object {
    return makeValue(grown("ifMissing", this, new Origin(), ifMissingStep(literal)));
  },
  is(this: unknown, test: unknown): object {
    return makeValue(grown("is", this, new Origin(), isStep(test)));
  },
  reason(this: unknown, text: unknown, direction?: unknown): object {
    return makeValue(grown("reason", this, new Origin(), reasonStep(text, direction)));
  },
});

/** Makes a value: the facts, frozen, under the fluent face. */
export function makeValue(facts: Omit<ValueFacts, "is">, face: object = valueFace): object {
  return seal(Object.create(face), { ...facts, is: "value", node: deepFreeze(facts.node) } as ValueFacts);
}

export function brokenValue(found: readonly Problem[], origin: Origin, face: object = valueFace): object {
  return makeValue(brokenFacts(found, origin), face);
}
