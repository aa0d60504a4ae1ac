// What each test of a number is, in words and in source. A missing number passes none.

import type { TestNode } from "../define/index.ts";
import { numberLiteral } from "./literal.ts";

interface Comparison<N extends TestNode> {
  readonly literals: (test: N) => readonly number[];
  readonly source: (value: string, literals: readonly string[]) => string;
  readonly words: (literals: readonly string[]) => string;
}

type Single = Exclude<TestNode, { values: unknown }>;
type Several = Extract<TestNode, { values: unknown }>;

const single = (operator: string, words: string): Comparison<Single> => ({
  literals: (test) => [test.value],
  source: (value, [literal]) => `${value} ${operator} ${literal}`,
  words: ([literal]) => `${words}${literal}`,
});

const comparisons: { readonly [K in TestNode["kind"]]: Comparison<TestNode & { kind: K }> } = {
  equals: single("===", ""),
  atLeast: single(">=", "at least "),
  atMost: single("<=", "at most "),
  above: single(">", "above "),
  below: single("<", "below "),
  anyOf: several("||", "===", "false", " or "),
  noneOf: several("&&", "!==", "true", " nor "),
};

function several(join: string, operator: string, none: string, words: string): Comparison<Several> {
  return {
    literals: (test) => test.values,
    source: (value, literals) => {
      const parts = literals.map((literal) => `${value} ${operator} ${literal}`);
      return `${value} === ${value} && (${parts.length === 0 ? none : parts.join(` ${join} `)})`;
    },
    words: (literals) => (operator === "===" ? "" : "neither ") + literals.join(words),
  };
}

function comparisonOf(test: TestNode): Comparison<TestNode> {
  return comparisons[test.kind] as unknown as Comparison<TestNode>;
}

export function literalsOf(test: TestNode): readonly number[] {
  return comparisonOf(test).literals(test);
}

/** A condition over the variable `value`; false where that is NaN. */
export function testSource(test: TestNode, value: string): string {
  return `(${comparisonOf(test).source(value, literalsOf(test).map(numberLiteral))})`;
}

export function testInWords(test: TestNode, literal: (value: number) => string): string {
  return comparisonOf(test).words(literalsOf(test).map(literal));
}
