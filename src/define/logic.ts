// `both` and `either`: the two connectives, for values, for policy conditions and, `either` alone, for filters.

import type { MissingKind, Problem } from "../base/index.ts";
import { type Condition, type ConditionFacts, condition, type MarkedMember, readCondition } from "./condition.ts";
import { problems } from "./errors.ts";
import type { Gap } from "./field.ts";
import type { Alternatives, AlternativesFacts } from "./filter.ts";
import { at } from "./names.ts";
import type { NotACondition } from "./not-a-condition.ts";
import { Origin } from "./place.ts";
import type { MarkedColumn } from "./row.ts";
import { factsOf, problemsOf, seal } from "./thing.ts";
import { type Marked, makeValue, type Value } from "./value.ts";
import { kindsOf, readValue, type Tense, unionOf, type ValueFacts } from "./value-facts.ts";

type YesNo<E extends string, M extends MissingKind, T extends Tense> = Marked<E, "boolean", boolean, M, T>;
type AnyMember = MarkedMember<string, "boolean", boolean, MissingKind>;

type Reads<A> = A extends Condition<infer R> ? R : never;

/** Both values: a value. Else, with a condition or a member among them: a condition. Else, for `either`: filters. */
type Combined<A, B, Filters> =
  A extends Marked<infer E, string, unknown, infer M, infer T>
    ? B extends Marked<infer E2, string, unknown, infer M2, infer T2>
      ? Value<E | E2, "boolean", boolean, M | M2, T | T2>
      : Condition<Reads<B>>
    : A | B extends RowTest
      ? Filters
      : A | B extends NotACondition
        ? Condition<Reads<A> | Reads<B>>
        : Filters;

type RowTest = MarkedColumn<string, string, "boolean", boolean, Gap>;
type EitherPart<A> = A extends RowTest ? A : Part<A>;

type Part<A> =
  A extends YesNo<infer _E, infer _M, infer _T>
    ? A
    : A extends Condition<string> | AnyMember
      ? A
      : A extends NotACondition
        ? "both and either take yes-or-no values: add .is(…)"
        : A;

/** Yes where both are. */
export function both<A extends NotACondition, B extends NotACondition>(a: Part<A>, b: Part<B>): Combined<A, B, never> {
  return combine("both", a, b, new Origin()) as never;
}

/** Yes where one of the two is; of two filters, objects or yes-or-no columns, the events that pass one of them. */
export function either<const A, const B>(a: EitherPart<A>, b: EitherPart<B>): Combined<A, B, Alternatives<A | B>> {
  const origin = new Origin();
  if (!isFilter(a) || !isFilter(b)) return combine("either", a, b, origin) as never;
  const node = { filters: Object.freeze([a, b]) };
  // The problems of a column are told where the filter reads it.
  const found = [a, b].flatMap((part) => (factsOf(part)?.is === "row" ? [] : problemsOf(part)));
  return seal({}, { is: "alternatives", node, problems: found } as AlternativesFacts) as never;
}

function isFilter(part: unknown): boolean {
  const facts = factsOf(part);
  return facts === undefined
    ? typeof part === "object" && part !== null
    : facts.is === "alternatives" || facts.is === "row";
}

function combine(kind: "both" | "either", a: unknown, b: unknown, origin: Origin): object {
  const values = [a, b].filter((part) => factsOf(part)?.is === "value").length;
  return values === 2 ? combineValues(kind, a, b, origin) : combineConditions(kind, a, b, origin);
}

function combineValues(kind: "both" | "either", a: unknown, b: unknown, origin: Origin): object {
  const [left, right] = [readValue(a, kind, origin), readValue(b, kind, origin)];
  const found = [...left.problems, ...right.problems, ...yesOrNo(kind, [left, right], origin)];
  const whole = left.node !== null && right.node !== null && found.length === 0;
  return makeValue({
    node: whole ? { kind, left: left.node!, right: right.node! } : null,
    unit: { kind: "boolean" },
    missing: kindsOf(left.missing, right.missing),
    ...unionOf(left, right),
    problems: found,
    origin,
  });
}

function yesOrNo(kind: string, parts: readonly ValueFacts[], origin: Origin): Problem[] {
  if (parts.every((part) => part.unit === null || part.unit.kind === "boolean")) return [];
  return [problems.BAD_ARGUMENT(kind, { expected: "yes-or-no values; add .is(…)" }, at(origin))];
}

function combineConditions(kind: "both" | "either", a: unknown, b: unknown, origin: Origin): object {
  const parts: ConditionFacts[] = [a, b].map((part) => readCondition(part, kind, origin));
  const found = parts.flatMap((part) => part.problems);
  const conditions = parts.flatMap((part) => part.node ?? []);
  const node = { kind: kind === "both" ? "every" : "some", conditions } as const;
  return condition(conditions.length === parts.length ? node : null, found);
}
