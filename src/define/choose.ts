// Functions of several values: the greater or the lesser of two, and one of two by a yes-or-no value.

import type { MissingKind } from "../base/index.ts";
import { Origin } from "./place.ts";
import type { Addend, AddendLiteral, Barred, BarredSentence } from "./unit.ts";
import { type Marked, makeValue, type Value } from "./value.ts";
import type { Tense } from "./value-facts.ts";
import { chosen, paired } from "./value-pairs.ts";

type CompareSentence<U extends string, U2 extends string> = [Extract<U | U2, Barred>] extends [never]
  ? `cannot compare ${U} with ${U2}`
  : BarredSentence<Extract<U | U2, Barred>>;

type Other<
  U extends string,
  X,
  E2 extends string,
  U2 extends string,
  V2,
  M2 extends MissingKind,
  T2 extends Tense,
> = U2 extends "a literal"
  ? AddendLiteral<U, X>
  : U2 extends Addend<U>
    ? Marked<E2, U2, V2, M2, T2>
    : CompareSentence<U, U2>;

/** The greater of a value and another of its unit, or a literal: `greatest(owed, usd(0))`. Missing where one of them is. */
export function greatest<
  E extends string,
  U extends string,
  V,
  M extends MissingKind,
  T extends Tense,
  E2 extends string = never,
  U2 extends string = "a literal",
  V2 = never,
  M2 extends MissingKind = never,
  T2 extends Tense = never,
  const X = unknown,
>(a: Marked<E, U, V, M, T>, b: Other<U, X, E2, U2, V2, M2, T2>): Value<E | E2, U, number, M | M2, T | T2> {
  return makeValue(paired("greatest", a, b, new Origin())) as never;
}

/** The lesser of a value and another of its unit, or a literal. Missing where one of them is. */
export function least<
  E extends string,
  U extends string,
  V,
  M extends MissingKind,
  T extends Tense,
  E2 extends string = never,
  U2 extends string = "a literal",
  V2 = never,
  M2 extends MissingKind = never,
  T2 extends Tense = never,
  const X = unknown,
>(a: Marked<E, U, V, M, T>, b: Other<U, X, E2, U2, V2, M2, T2>): Value<E | E2, U, number, M | M2, T | T2> {
  return makeValue(paired("least", a, b, new Origin())) as never;
}

type Of<X, Part extends "entity" | "unit" | "value" | "missing" | "tense"> =
  X extends Marked<infer E, infer U, infer V, infer M, infer T>
    ? { entity: E; unit: U; value: V; missing: M; tense: T }[Part]
    : never;

/** A branch as it stands, or the sentence that refuses it beside the other. */
type Branch<X, Y> =
  X extends Marked<string, infer U, unknown, MissingKind, Tense>
    ? U extends Barred
      ? BarredSentence<U>
      : Y extends Marked<string, infer U2, unknown, MissingKind, Tense>
        ? U2 extends U
          ? X
          : `cannot choose between ${U} and ${U2}`
        : X
    : Y extends Marked<string, infer U2, infer V2, MissingKind, Tense>
      ? U2 extends "boolean" | "category"
        ? X extends V2
          ? X
          : `expected a value or literal of ${U2}`
        : AddendLiteral<U2, X>
      : "expected a value in at least one of yes and no";

/**
 * `yes` where the yes-or-no value holds, else `no`; the branch that is not taken is not looked at, so what it lacks does not
 * matter. Missing where the question is, or the branch that is taken. One branch may be a literal in the unit of the other.
 *
 *     choose(count(statement).ever().is(above(2)), { yes: mean(statement.billed).ever(), no: usd(0) })
 */
export function choose<
  EC extends string,
  UC extends string,
  VC,
  MC extends MissingKind,
  TC extends Tense,
  const Y,
  const N,
>(
  when: UC extends "boolean" ? Marked<EC, UC, VC, MC, TC> : "choose asks a yes-or-no value: add .is(…)",
  branches: { readonly yes: Branch<Y, N>; readonly no: Branch<N, Y> },
): Value<
  EC | Of<Y | N, "entity">,
  Of<Y extends Marked<string, string, unknown, MissingKind, Tense> ? Y : N, "unit">,
  Of<Y | N, "value">,
  MC | Of<Y | N, "missing">,
  TC | Of<Y | N, "tense">
> {
  return makeValue(chosen(when, branches, new Origin())) as never;
}
