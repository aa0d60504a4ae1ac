// Operations on values already computed. Each answers for itself: its operands, its step, its source, its words, and how it
// can be missing. A missing operand makes the result missing by the same kind, the left operand's before the right's; for
// `both` and `either` as well: there is no short cut around something unknown.

import { type MissingKind, missingCode } from "../base/index.ts";
import type { RequestNode, ValueNode } from "../define/index.ts";
import { testInWords, testSource } from "./comparison.ts";
import { numberLiteral, textLiteral } from "./literal.ts";
import type { OperationStep } from "./plan.ts";

/** How a literal beside an operand is shown. */
type Literal = (value: number) => string;

export type OperationNode = Exclude<ValueNode, { kind: "aggregate" }>;

interface Operation<K extends OperationNode["kind"]> {
  operands(node: OperationNode & { kind: K }): readonly ValueNode[];
  step(node: OperationNode & { kind: K }, of: readonly number[], request: RequestNode | undefined): OperationStep;
  /** Statements that set `v[index]` and `k[index]` (0 where present). */
  source(step: OperationStep & { kind: K }, index: number): string;
  /** Kinds it adds to those of its operands. */
  adds(step: OperationStep & { kind: K }): readonly MissingKind[];
  readonly clears?: boolean;
  words(step: OperationStep & { kind: K }, operands: readonly string[], literal: Literal): string;
}

const NOT_APPLICABLE = missingCode("not applicable");

type Binary = "over" | "minus" | "plus" | "both" | "either";

interface Pairing<K extends Binary> {
  readonly value: (left: string, right: string) => string;
  readonly sign: string;
  /** Condition, over `right`, under which there is no result. */
  readonly undefinedWhere?: (right: string) => string;
  readonly kind: K;
}

function binary<K extends Binary>({ kind, value, sign, undefinedWhere }: Pairing<K>): Operation<K> {
  return {
    operands: (node) => [(node as { left: ValueNode }).left, (node as { right: ValueNode }).right],
    step: (_, of) => ({ kind, of }),
    source: ({ of: [a, b] }, i) => {
      const guard =
        undefinedWhere === undefined ? "" : `else if (${undefinedWhere(`v[${b}]`)}) k[${i}] = ${NOT_APPLICABLE}; `;
      return `if ((k[${i}] = k[${a}] || k[${b}]) !== 0) ; ${guard}else ${finite(i, value(`v[${a}]`, `v[${b}]`))}`;
    },
    adds: () => (undefinedWhere === undefined ? [] : ["not applicable"]),
    words: (_, [left, right]) => `(${left} ${sign} ${right})`,
  };
}

// Doubles overflow only through absurd constants; what comes out then is no number (contract 5).
function finite(index: number, value: string): string {
  return `if (!Number.isFinite(v[${index}] = ${value})) k[${index}] = ${NOT_APPLICABLE};`;
}

const operations: { readonly [K in OperationNode["kind"]]: Operation<K> } = {
  over: binary({ kind: "over", sign: "/", value: (l, r) => `${l} / ${r}`, undefinedWhere: (r) => `${r} === 0` }),
  minus: binary({ kind: "minus", sign: "-", value: (l, r) => `${l} - ${r}` }),
  plus: binary({ kind: "plus", sign: "+", value: (l, r) => `${l} + ${r}` }),
  both: binary({ kind: "both", sign: "and", value: (l, r) => `${l} !== 0 && ${r} !== 0 ? 1 : 0` }),
  either: binary({ kind: "either", sign: "or", value: (l, r) => `${l} !== 0 || ${r} !== 0 ? 1 : 0` }),
  times: {
    operands: (node) => [node.of],
    step: ({ factor }, of) => ({ kind: "times", of, factor }),
    source: ({ of: [a], factor }, i) =>
      `if ((k[${i}] = k[${a}]) === 0) ${finite(i, `v[${a}] * ${numberLiteral(factor)}`)}`,
    adds: () => [],
    words: ({ factor }, [of]) => `(${of} times ${factor})`,
  },
  ifMissing: {
    operands: (node) => [node.of],
    step: (node, of) => ({ kind: "ifMissing", of, then: node.then }),
    source: ({ of: [a], then }, i) => `k[${i}] = 0; v[${i}] = k[${a}] === 0 ? v[${a}] : ${numberLiteral(then)};`,
    adds: () => [],
    clears: true,
    words: ({ then }, [of]) => `${of}, or ${then} where missing`,
  },
  is: {
    operands: (node) => [node.of],
    step: ({ test }, of) => ({ kind: "is", of, test }),
    source: ({ of: [a], test }, i) =>
      `if ((k[${i}] = k[${a}]) === 0) v[${i}] = ${testSource(test, `v[${a}]`)} ? 1 : 0;`,
    adds: () => [],
    words: ({ test }, [of], literal) => `(${of} is ${testInWords(test, literal)})`,
  },
  asked: {
    operands: () => [],
    step: ({ request, field }, _, declared) => {
      return { kind: "asked", of: [], request, field, optional: declared?.fields[field]?.optional ?? false };
    },
    source: ({ field }, i) =>
      `k[${i}] = Number.isFinite(v[${i}] = request[${textLiteral(field)}]) ? 0 : ${NOT_APPLICABLE};`,
    adds: ({ optional }) => (optional ? ["not applicable"] : []),
    words: ({ request, field }) => `${request}.${field} as asked`,
  },
};

function operation(kind: OperationNode["kind"]): Operation<OperationNode["kind"]> {
  return operations[kind] as unknown as Operation<OperationNode["kind"]>;
}

export function operandsOf(node: OperationNode): readonly ValueNode[] {
  return operation(node.kind).operands(node);
}

export function operationStep(node: OperationNode, of: readonly number[], request?: RequestNode): OperationStep {
  return operation(node.kind).step(node, of, request);
}

export function operationSource(step: OperationStep, index: number): string {
  return operation(step.kind).source(step, index);
}

export function operationInWords(step: OperationStep, operands: readonly string[], literal: Literal): string {
  return operation(step.kind).words(step, operands, literal);
}

/** The kinds a step can be missing by, given those of its operands. */
export function operationMissing(
  step: OperationStep,
  operands: readonly (readonly MissingKind[])[],
): readonly MissingKind[] {
  const { adds, clears } = operation(step.kind);
  return clears === true ? [] : [...new Set([...operands.flat(), ...adds(step)])];
}
