// Operations on values already computed. Each answers for itself: its operands, its step, its source, its words, and how it
// can be missing. A missing operand makes the result missing by the same kind, the left operand's before the right's; for
// `both` and `either` as well: there is no short cut around something unknown. `choose` looks only at the branch it takes.

import { log, MICROS_PER_DAY, type MissingKind, missingCode } from "../base/index.ts";
import type { RequestNode, ValueNode } from "../define/index.ts";
import { literalsOf, testInWords, testSource } from "./comparison.ts";
import { numberLiteral, textLiteral } from "./literal.ts";
import { pastDueInWords } from "./past-due.ts";
import type { OperationStep } from "./plan.ts";

/** How a literal beside an operand is shown. */
type Literal = (value: number) => string;

/** Steps that read other places than steps before them are made in `plan-values.ts`. */
export type OperationNode = Exclude<ValueNode, { kind: "aggregate" | "related" | "daysPastDue" }>;
type Kind = OperationNode["kind"] | "related" | "daysPastDue";

interface Operation<K extends Kind> {
  step(node: OperationNode & { kind: K }, of: readonly number[], request: RequestNode | undefined): OperationStep;
  /** Statements that set `v[index]` and `k[index]` (0 where present). */
  source(step: OperationStep & { kind: K }, index: number): string;
  /** Kinds it adds to those of its operands. */
  adds(step: OperationStep & { kind: K }): readonly MissingKind[];
  readonly clears?: boolean;
  /** A kind of its operands that it turns into one that it adds. */
  readonly replaces?: MissingKind;
  /** Numbers written in it, in the value's own unit. */
  literals?(node: OperationNode & { kind: K }): readonly number[];
  /** Functions the source calls, by name. */
  readonly calls?: { readonly [name: string]: (...operands: never[]) => unknown };
  words(step: OperationStep & { kind: K }, operands: readonly string[], literal: Literal): string;
}

const NOT_APPLICABLE = missingCode("not applicable");
const NO_HISTORY = missingCode("no history");
const EMPTY_WINDOW = missingCode("empty window");
const STALE = missingCode("stale");

type Binary = "over" | "minus" | "plus" | "product" | "greatest" | "least" | "both" | "either";

interface Pairing<K extends Binary> {
  readonly value: (left: string, right: string) => string;
  readonly sign: string;
  /** Condition, over `right`, under which there is no result. */
  readonly undefinedWhere?: (right: string) => string;
  readonly kind: K;
}

function binary<K extends Binary>({ kind, value, sign, undefinedWhere }: Pairing<K>): Operation<K> {
  return {
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

/** On one present operand; what comes out is present too, or no number. */
function unary<K extends "log" | "absolute">(kind: K, value: (of: string) => string, also: Partial<Operation<K>>) {
  return {
    step: (_: unknown, of: readonly number[]): OperationStep => ({ kind, of }),
    source: ({ of: [a] }: OperationStep, i: number) => `if ((k[${i}] = k[${a}]) === 0) ${finite(i, value(`v[${a}]`))}`,
    adds: () => [],
    words: (_: unknown, [of]: readonly string[]) => `(${kind} of ${of})`,
    ...also,
  } satisfies Operation<K>;
}

type Operations = { readonly [K in OperationNode["kind"]]: Operation<K> } & {
  readonly related: Omit<Operation<"related">, "step">;
  readonly daysPastDue: Omit<Operation<"daysPastDue">, "step">;
};

const operations: Operations = {
  over: binary({ kind: "over", sign: "/", value: (l, r) => `${l} / ${r}`, undefinedWhere: (r) => `${r} === 0` }),
  minus: binary({ kind: "minus", sign: "-", value: (l, r) => `${l} - ${r}` }),
  plus: binary({ kind: "plus", sign: "+", value: (l, r) => `${l} + ${r}` }),
  product: binary({ kind: "product", sign: "*", value: (l, r) => `${l} * ${r}` }),
  greatest: binary({ kind: "greatest", sign: "or if greater", value: (l, r) => `(${l} > ${r} ? ${l} : ${r})` }),
  least: binary({ kind: "least", sign: "or if less", value: (l, r) => `(${l} < ${r} ? ${l} : ${r})` }),
  both: binary({ kind: "both", sign: "and", value: (l, r) => `${l} !== 0 && ${r} !== 0 ? 1 : 0` }),
  either: binary({ kind: "either", sign: "or", value: (l, r) => `${l} !== 0 || ${r} !== 0 ? 1 : 0` }),
  times: {
    literals: ({ factor }) => [factor],
    step: ({ factor }, of) => ({ kind: "times", of, factor }),
    source: ({ of: [a], factor }, i) =>
      `if ((k[${i}] = k[${a}]) === 0) ${finite(i, `v[${a}] * ${numberLiteral(factor)}`)}`,
    adds: () => [],
    words: ({ factor }, [of]) => `(${of} times ${factor})`,
  },
  ifMissing: {
    literals: (node) => [node.then],
    step: (node, of) => ({ kind: "ifMissing", of, then: node.then }),
    source: ({ of: [a], then }, i) => `k[${i}] = 0; v[${i}] = k[${a}] === 0 ? v[${a}] : ${numberLiteral(then)};`,
    adds: () => [],
    clears: true,
    words: ({ then }, [of]) => `${of}, or ${then} where missing`,
  },
  is: {
    literals: ({ test }) => literalsOf(test),
    step: ({ test }, of) => ({ kind: "is", of, test }),
    source: ({ of: [a], test }, i) =>
      `if ((k[${i}] = k[${a}]) === 0) v[${i}] = ${testSource(test, `v[${a}]`)} ? 1 : 0;`,
    adds: () => [],
    words: ({ test }, [of], literal) => `(${of} is ${testInWords(test, literal)})`,
  },
  clamp: {
    literals: ({ atLeast, atMost }) => [atLeast, atMost].filter((bound) => bound !== null),
    step: ({ atLeast, atMost }, of) => ({ kind: "clamp", of, atLeast, atMost }),
    source: ({ of: [a], atLeast, atMost }, i) => {
      const low =
        atLeast === null ? "" : ` if (v[${i}] < ${numberLiteral(atLeast)}) v[${i}] = ${numberLiteral(atLeast)};`;
      const high =
        atMost === null ? "" : ` if (v[${i}] > ${numberLiteral(atMost)}) v[${i}] = ${numberLiteral(atMost)};`;
      return `if ((k[${i}] = k[${a}]) === 0) { v[${i}] = v[${a}];${low}${high} }`;
    },
    adds: () => [],
    words: ({ atLeast, atMost }, [of], literal) => {
      const low = atLeast === null ? [] : [`at least ${literal(atLeast)}`];
      const high = atMost === null ? [] : [`at most ${literal(atMost)}`];
      return `(${of} held ${[...low, ...high].join(" and ")})`;
    },
  },
  log: unary("log", (of) => `(${of} > 0 ? log(${of}) : NaN)`, { adds: () => ["not applicable"], calls: { log } }),
  absolute: unary("absolute", (of) => `Math.abs(${of})`, {}),
  choose: {
    step: (_, of) => ({ kind: "choose", of }),
    source: ({ of: [when, yes, no] }, i) => {
      const take = (from: number | undefined) => `{ k[${i}] = k[${from}]; v[${i}] = v[${from}]; }`;
      return `if ((k[${i}] = k[${when}]) === 0) if (v[${when}] !== 0) ${take(yes)} else ${take(no)}`;
    },
    adds: () => [],
    words: (_, [when, yes, no]) => `(${yes} where ${when}, else ${no})`,
  },
  literal: {
    literals: ({ value }) => [value],
    step: ({ value }, of) => ({ kind: "literal", of, value }),
    source: ({ value }, i) => `k[${i}] = 0; v[${i}] = ${numberLiteral(value)};`,
    adds: () => [],
    words: ({ value }) => String(value),
  },
  fresh: {
    step: (_, of) => ({ kind: "fresh", of }),
    source: ({ of: [a] }, i) => `k[${i}] = k[${a}] === ${EMPTY_WINDOW} ? ${STALE} : k[${a}]; v[${i}] = v[${a}];`,
    adds: () => ["stale"],
    replaces: "empty window",
    words: (_, [of]) => `(${of}, else stale)`,
  },
  related: {
    source: ({ place }, i) =>
      `if ((k[${i}] = related.kinds[related.offset + ${place}]) === 0) v[${i}] = related.numbers[related.offset + ${place}];`,
    adds: () => ["not linked"],
    words: (_, [value, link]) => `(${value}, of the one that is the ${link})`,
  },
  daysUntil: {
    step: ({ of: asked }, of) => {
      const date = asked.kind === "asked" && asked.type.kind === "date";
      return { kind: "daysUntil", of, unitMicros: date ? MICROS_PER_DAY : 1 };
    },
    source: ({ of: [a], unitMicros }, i) =>
      `if ((k[${i}] = k[${a}]) === 0) v[${i}] = (v[${a}] * ${unitMicros} - t) / ${MICROS_PER_DAY};`,
    adds: () => [],
    words: (_, [of]) => `(days until ${of})`,
  },
  daysPastDue: {
    source: (_, i) => `v[${i}] = pastDue${i}(history, t, known); k[${i}] = v[${i}] === v[${i}] ? 0 : ${NO_HISTORY};`,
    adds: () => ["no history"],
    words: ({ rule }) => pastDueInWords(rule),
  },
  asked: {
    step: ({ request, field }, _, declared) => {
      return { kind: "asked", of: [], request, field, optional: declared?.fields[field]?.optional ?? false };
    },
    source: ({ field }, i) =>
      `k[${i}] = Number.isFinite(v[${i}] = request[${textLiteral(field)}]) ? 0 : ${NOT_APPLICABLE};`,
    adds: ({ optional }) => (optional ? ["not applicable"] : []),
    words: ({ request, field }) => `${request}.${field} as asked`,
  },
};

function operation(kind: Kind): Omit<Operation<Kind>, "step"> {
  return operations[kind] as unknown as Operation<Kind>;
}

export function operationStep(node: OperationNode, of: readonly number[], request?: RequestNode): OperationStep {
  return (operations[node.kind] as unknown as Operation<OperationNode["kind"]>).step(node as never, of, request);
}

/** Numbers that a value itself writes down; none of an aggregate. */
export function operationLiterals(node: ValueNode): readonly number[] {
  return (
    (operations as { readonly [kind: string]: Partial<Operation<Kind>> })[node.kind]?.literals?.(node as never) ?? []
  );
}

export function operationSource(step: OperationStep, index: number): string {
  return operation(step.kind).source(step as never, index);
}

export function operationCalls(step: OperationStep): { readonly [name: string]: unknown } {
  return operation(step.kind).calls ?? {};
}

export function operationInWords(step: OperationStep, operands: readonly string[], literal: Literal): string {
  return operation(step.kind).words(step as never, operands, literal);
}

/** The kinds a step can be missing by, given those of its operands. */
export function operationMissing(
  step: OperationStep,
  operands: readonly (readonly MissingKind[])[],
): readonly MissingKind[] {
  const { adds, clears, replaces } = operation(step.kind);
  if (clears === true) return [];
  const inherited = operands.flat().filter((kind) => kind !== replaces);
  return [...new Set([...inherited, ...adds(step as never)])];
}
