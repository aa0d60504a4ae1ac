// Tests: what a literal is compared with. A test knows neither field nor unit until it meets one.

import type { Problem } from "../base/index.ts";
import { nearest } from "../base/index.ts";
import { problems } from "./errors.ts";
import type { Amount } from "./field.ts";
import { at } from "./names.ts";
import type { TestNode } from "./nodes.ts";
import type { Origin } from "./place.ts";
import { type Facts, factsAs, problemsOf, seal } from "./thing.ts";
import type { LiteralReader } from "./unit.ts";

declare const COMPARISON: unique symbol;

type Orderable = number | Amount<string>;
export type Literal = number | string | boolean | Amount<string>;

/** A test of one field or value against literals of type `L`. */
export interface Comparison<L> {
  readonly [COMPARISON]: L;
}

interface ComparisonFacts extends Facts {
  readonly is: "comparison";
  readonly node: { readonly kind: TestNode["kind"]; readonly literals: readonly unknown[] };
}

/** Equal to a literal; a plain literal means the same. */
export function is<const L extends Literal>(literal: L): Comparison<L> {
  return comparison("equals", [literal]);
}
export function atLeast<L extends Orderable>(literal: L): Comparison<L> {
  return comparison("atLeast", [literal]);
}
export function atMost<L extends Orderable>(literal: L): Comparison<L> {
  return comparison("atMost", [literal]);
}
export function above<L extends Orderable>(literal: L): Comparison<L> {
  return comparison("above", [literal]);
}
export function below<L extends Orderable>(literal: L): Comparison<L> {
  return comparison("below", [literal]);
}
export function anyOf<const L extends Literal>(...literals: readonly L[]): Comparison<L> {
  return comparison("anyOf", literals);
}
export function noneOf<const L extends Literal>(...literals: readonly L[]): Comparison<L> {
  return comparison("noneOf", literals);
}

function comparison<L>(kind: TestNode["kind"], literals: readonly unknown[]): Comparison<L> {
  const facts: ComparisonFacts = {
    is: "comparison",
    node: { kind, literals: Object.freeze([...literals]) },
    problems: literals.flatMap((literal) => problemsOf(literal)),
  };
  return seal({}, facts) as Comparison<L>;
}

/** Reads a test, or a plain literal, in one unit. The node is null where a problem was found. */
export function testNodeOf(
  test: unknown,
  reader: LiteralReader,
  thing: string,
  origin: Origin,
): { test: TestNode | null; problems: readonly Problem[] } {
  const facts = factsAs<ComparisonFacts>(test, "comparison");
  const { kind, literals } = facts?.node ?? { kind: "equals" as const, literals: [test] };
  const found = [...(facts?.problems ?? problemsOf(test))];
  const numbers = literals.map((literal) => reader.read(literal));
  const ordering = kind !== "equals" && kind !== "anyOf" && kind !== "noneOf";
  if (numbers.includes(undefined) || literals.length === 0 || (ordering && !reader.ordered)) {
    const wrong = literals[numbers.indexOf(undefined)];
    found.push(problems.WRONG_LITERAL(thing, { expected: expectation(reader, ordering) }, near(wrong, reader, origin)));
  }
  return { test: found.length > 0 ? null : testOf(kind, numbers as number[]), problems: found };
}

function expectation(reader: LiteralReader, ordering: boolean): string {
  return ordering && !reader.ordered ? `${reader.expected}, without an order` : reader.expected;
}

function near(literal: unknown, reader: LiteralReader, origin: Origin) {
  const candidates = [...reader.expected.matchAll(/"([^"]*)"/g)].map((match) => String(match[1]));
  return { ...at(origin), nearest: typeof literal === "string" ? nearest(literal, candidates) : undefined };
}

function testOf(kind: TestNode["kind"], numbers: readonly number[]): TestNode {
  if (kind === "anyOf" || kind === "noneOf") return { kind, values: numbers };
  return { kind, value: numbers[0]! };
}
