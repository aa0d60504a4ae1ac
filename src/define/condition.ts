// Conditions: what a policy rule asks. A condition reads things by name, so that the trace can hold what it read. Roles are
// unknown until a policy meets its request, so an operand here still names the set and its entity.

import type { MissingKind, Problem } from "../base/index.ts";
import { scaledInteger } from "./amount.ts";
import type { Comparison } from "./comparison.ts";
import { testNodeOf } from "./comparison.ts";
import { problems } from "./errors.ts";
import { scaleOf } from "./field.ts";
import { at } from "./names.ts";
import type { TestNode, UnitNode, ValueNode } from "./nodes.ts";
import type { NotACondition } from "./not-a-condition.ts";
import { Origin } from "./place.ts";
import { deepFreeze, type Facts, factsAs, factsOf, seal } from "./thing.ts";
import { type LiteralOf, type LiteralSentence, valueLiterals } from "./unit.ts";
import { readValue, type ValueFacts } from "./value-facts.ts";

declare const CONDITION: unique symbol;
declare const OPERAND: unique symbol;

/** A yes-or-no question a policy may ask; `R` are the models it reads. */
export interface Condition<R extends string> extends NotACondition {
  readonly [CONDITION]: R;
}

/** What the compiler compares of a member: its marks without its methods. */
export interface MarkedMember<E extends string, U extends string, V, M extends MissingKind> extends NotACondition {
  readonly [OPERAND]: { readonly entity: E; readonly unit: U; readonly value: V; readonly missing: M };
}

export type AnyMember = MarkedMember<string, string, unknown, MissingKind>;

/** A member of a feature set, by name. */
export interface Member<E extends string, U extends string, V, M extends MissingKind> extends MarkedMember<E, U, V, M> {
  is<const X>(
    test: X extends LiteralOf<U, V> | Comparison<LiteralOf<U, V>> ? X : LiteralSentence<"this feature", U>,
  ): Condition<never>;
  /** Whether it is missing, by one kind or by any. */
  isMissing(kind?: M): Condition<never>;
}

/** A named output of a model: a number from 0 to 1. */
export interface Output<Mo extends string> extends NotACondition {
  readonly [OPERAND]: { readonly model: Mo };
  is<const X>(test: X extends number | Comparison<number> ? X : "a probability is tested with a number"): Condition<Mo>;
}

export type DraftOperand =
  | { readonly kind: "value"; readonly set: string; readonly entity: string; readonly feature: string }
  | { readonly kind: "output"; readonly model: string; readonly output: string }
  | { readonly kind: "asked"; readonly request: string; readonly field: string };

export type DraftCondition =
  | { readonly kind: "compare"; readonly operand: DraftOperand; readonly test: TestNode }
  | { readonly kind: "isMissing"; readonly operand: DraftOperand; readonly missing: MissingKind | null }
  | { readonly kind: "every" | "some"; readonly conditions: readonly DraftCondition[] };

export interface ConditionFacts extends Facts {
  readonly is: "condition";
  readonly node: DraftCondition | null;
}

export interface OperandFacts extends Facts {
  readonly is: "operand";
  readonly node: DraftOperand;
  readonly unit: UnitNode;
}

export type MemberFacts = OperandFacts & { readonly node: Extract<DraftOperand, { kind: "value" }> };
export type OutputFacts = OperandFacts & { readonly node: Extract<DraftOperand, { kind: "output" }> };

const operandFace = Object.freeze({
  is(this: unknown, test: unknown): object {
    const origin = new Origin();
    const facts = factsAs<OperandFacts>(this, "operand")!;
    const read = testNodeOf(test, valueLiterals(facts.unit), operandName(facts.node), origin);
    const node = read.test === null ? null : ({ kind: "compare", operand: facts.node, test: read.test } as const);
    return condition(node, read.problems);
  },
  isMissing(this: unknown, kind?: MissingKind): object {
    const facts = factsAs<OperandFacts>(this, "operand")!;
    return condition({ kind: "isMissing", operand: facts.node, missing: kind ?? null }, []);
  },
});

export function operandOf(node: DraftOperand, unit: UnitNode): object {
  const facts: OperandFacts = { is: "operand", node: deepFreeze(node), unit, problems: [] };
  return seal(Object.create(operandFace), facts);
}

export function memberFactsOf(thing: unknown): MemberFacts | undefined {
  const facts = factsAs<OperandFacts>(thing, "operand");
  return facts?.node.kind === "value" ? (facts as MemberFacts) : undefined;
}

export function outputFactsOf(thing: unknown): OutputFacts | undefined {
  const facts = factsAs<OperandFacts>(thing, "operand");
  return facts?.node.kind === "output" ? (facts as OutputFacts) : undefined;
}

export function condition(node: DraftCondition | null, found: readonly Problem[]): object {
  return seal({}, { is: "condition", node: deepFreeze(node), problems: found } satisfies ConditionFacts);
}

/** Reads anything that may stand as a condition: a condition, a yes-or-no member, a question about the request. */
export function readCondition(thing: unknown, user: string, origin: Origin): ConditionFacts {
  const facts = factsOf(thing);
  if (facts?.is === "condition") return facts as ConditionFacts;
  const operand = factsAs<OperandFacts>(thing, "operand");
  if (operand?.unit.kind === "boolean") {
    return read({ kind: "compare", operand: operand.node, test: { kind: "equals", value: 1 } }, []);
  }
  if (facts?.is === "value") return fromValue(readValue(thing, user, origin), user, origin);
  const expected = "a condition, such as review.lateCount180d.is(atLeast(1))";
  return read(null, [...(facts?.problems ?? []), problems.BAD_ARGUMENT(user, { expected }, at(origin))]);
}

function read(node: DraftCondition | null, found: readonly Problem[]): ConditionFacts {
  return { is: "condition", node, problems: found };
}

function fromValue(facts: ValueFacts, user: string, origin: Origin): ConditionFacts {
  if (facts.node === null) return read(null, facts.problems);
  const node = draftOf(facts.node);
  if (node !== null) return read(node, facts.problems);
  return read(null, [...facts.problems, problems.NOT_IN_CONDITION(user, at(origin))]);
}

/** A value over request fields alone, as a condition; null where it reads anything else. */
function draftOf(node: ValueNode): DraftCondition | null {
  if (node.kind === "both" || node.kind === "either") {
    const [left, right] = [draftOf(node.left), draftOf(node.right)];
    if (left === null || right === null) return null;
    return { kind: node.kind === "both" ? "every" : "some", conditions: [left, right] };
  }
  if (node.kind === "asked" && node.type.kind === "boolean") return askedTest(node, { kind: "equals", value: 1 });
  return node.kind === "is" && node.of.kind === "asked" ? askedTest(node.of, node.test) : null;
}

/** Request fields are compared as they are stored: scaled integers. */
function askedTest(asked: Extract<ValueNode, { kind: "asked" }>, test: TestNode): DraftCondition | null {
  const scale = scaleOf(asked.type);
  const values = ("values" in test ? test.values : [test.value]).map((value) => scaledInteger(value, scale));
  if (values.includes(undefined)) return null;
  const scaled = values as number[];
  const operand = { kind: "asked", request: asked.request, field: asked.field } as const;
  return {
    kind: "compare",
    operand,
    test: "values" in test ? { kind: test.kind, values: scaled } : { kind: test.kind, value: scaled[0]! },
  };
}

/** As sentences name it: `review.statusNow`, `pd.pd`, `lineRequest.increase`. */
export function operandName(operand: DraftOperand): string {
  if (operand.kind === "value") return `${operand.set}.${operand.feature}`;
  return operand.kind === "output" ? `${operand.model}.${operand.output}` : `${operand.request}.${operand.field}`;
}
