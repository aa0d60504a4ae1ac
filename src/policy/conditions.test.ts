import { describe, expect, test } from "vitest";
import type { MissingKind } from "../base/index.ts";
import type { ConditionNode, TestNode } from "../define/index.ts";
import { operandName, operandsOf, type Reader, truthOf } from "./conditions.ts";

const known: { readonly [feature: string]: number | MissingKind } = { one: 1, two: 2, none: "no history" };
const read: Reader = (operand) => {
  const value = known[operand.kind === "value" ? operand.feature : ""]!;
  if (typeof value === "number") return { shown: value, number: value, missing: null };
  return { shown: { missing: value }, number: Number.NaN, missing: value };
};
const operand = (feature: string) => ({ kind: "value", role: "a", set: "s", feature }) as const;
const is = (feature: string, value: number): ConditionNode => ({
  kind: "compare",
  operand: operand(feature),
  test: { kind: "equals", value },
});
const [yes, no, unknown] = [is("one", 1), is("one", 2), is("none", 1)];
const every = (...conditions: ConditionNode[]): ConditionNode => ({ kind: "every", conditions });
const some = (...conditions: ConditionNode[]): ConditionNode => ({ kind: "some", conditions });

describe("three values", () => {
  test.each<[string, ConditionNode, boolean | null]>([
    ["every: all true", every(yes, yes), true],
    ["every: one false settles it, known or not", every(unknown, no), false],
    ["every: unknown beside true", every(yes, unknown), null],
    ["some: one true settles it, known or not", some(unknown, yes), true],
    ["some: unknown beside false", some(no, unknown), null],
    ["some: all false", some(no, no), false],
    ["missing by any kind", { kind: "isMissing", operand: operand("none"), missing: null }, true],
    ["missing by this kind", { kind: "isMissing", operand: operand("none"), missing: "no history" }, true],
    ["missing by another kind", { kind: "isMissing", operand: operand("none"), missing: "stale" }, false],
    ["not missing", { kind: "isMissing", operand: operand("one"), missing: null }, false],
  ])("%s", (_, condition, truth) => {
    expect(truthOf(condition, read)).toBe(truth);
  });
});

describe("a comparison with 2", () => {
  test.each<[TestNode, boolean]>([
    [{ kind: "equals", value: 2 }, true],
    [{ kind: "atLeast", value: 2 }, true],
    [{ kind: "atMost", value: 2 }, true],
    [{ kind: "above", value: 2 }, false],
    [{ kind: "below", value: 2 }, false],
    [{ kind: "above", value: 1 }, true],
    [{ kind: "below", value: 3 }, true],
    [{ kind: "anyOf", values: [1, 2] }, true],
    [{ kind: "noneOf", values: [1, 2] }, false],
  ])("%o is %s", (node, truth) => {
    expect(truthOf({ kind: "compare", operand: operand("two"), test: node }, read)).toBe(truth);
  });
});

test("operands are listed once, in the order written", () => {
  const condition = every(is("two", 2), some(is("one", 1), is("two", 1)));
  expect(operandsOf(condition).map(operandName)).toEqual(["a.two", "a.one"]);
});
