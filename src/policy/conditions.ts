// Conditions in three values. A comparison with something missing is neither true nor false but unknown, and unknown never
// fires a rule: only a rule that asks for it, with a missing(…) condition, may act on nothing. Every operand is read, also
// where the verdict was clear before, so that a trace is complete.

import { type MissingKind, unreachable } from "../base/index.ts";
import type { ConditionNode, OperandNode, TestNode } from "../define/index.ts";
import type { RecordedValue, TracedRead } from "./decision.ts";

/** `null`: unknown. */
export type Truth = boolean | null;

export interface Reading {
  /** As the record shows it. */
  readonly shown: RecordedValue | string;
  /** In the unit of the condition's literal; NaN where missing. */
  readonly number: number;
  readonly missing: MissingKind | null;
}
export type Reader = (operand: OperandNode) => Reading;

export function truthOf(condition: ConditionNode, read: Reader): Truth {
  switch (condition.kind) {
    case "compare": {
      const { number, missing } = read(condition.operand);
      return missing === null ? passes(condition.test, number) : null;
    }
    case "isMissing": {
      const { missing } = read(condition.operand);
      return missing !== null && (condition.missing === null || condition.missing === missing);
    }
    case "every":
      return everyOf(condition.conditions.map((part) => truthOf(part, read)));
    case "some":
      return negated(everyOf(condition.conditions.map((part) => negated(truthOf(part, read)))));
    default:
      return unreachable(condition);
  }
}

function everyOf(parts: readonly Truth[]): Truth {
  if (parts.includes(false)) return false;
  return parts.includes(null) ? null : true;
}

function negated(truth: Truth): Truth {
  return truth === null ? null : !truth;
}

function passes(test: TestNode, number: number): boolean {
  switch (test.kind) {
    case "equals":
      return number === test.value;
    case "atLeast":
      return number >= test.value;
    case "atMost":
      return number <= test.value;
    case "above":
      return number > test.value;
    case "below":
      return number < test.value;
    case "anyOf":
      return test.values.includes(number);
    case "noneOf":
      return !test.values.includes(number);
    default:
      return unreachable(test);
  }
}

/** Every operand of a condition once, in the order written. */
export function operandsOf(condition: ConditionNode): OperandNode[] {
  const all =
    condition.kind === "every" || condition.kind === "some"
      ? condition.conditions.flatMap(operandsOf)
      : [condition.operand];
  return all.filter((operand, i) => all.findIndex((other) => operandName(other) === operandName(operand)) === i);
}

/** How a trace names an operand: `applicant.statusNow`, `output:pd.pd` or `asked.increase`. */
export function operandName(operand: OperandNode): string {
  switch (operand.kind) {
    case "value":
      return `${operand.role}.${operand.feature}`;
    case "output":
      return `output:${operand.model}.${operand.output}`;
    case "asked":
      return `asked.${operand.field}`;
    default:
      return unreachable(operand);
  }
}

export function readsOf(operands: readonly OperandNode[], read: Reader): TracedRead[] {
  return operands.map((operand) => ({ operand: operandName(operand), value: read(operand).shown }));
}
