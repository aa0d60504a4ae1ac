// Steps on two values: their units must fit, and what they say about time, subject and missing kinds goes together. Where a
// literal may stand for the second one, it takes the first one's unit.

import type { Problem } from "../base/index.ts";
import { problems } from "./errors.ts";
import { at } from "./names.ts";
import type { UnitNode, ValueNode } from "./nodes.ts";
import type { Origin } from "./place.ts";
import { factsAs, problemsOf } from "./thing.ts";
import { isNumeric, sameUnit, unitName, valueLiterals } from "./unit.ts";
import { brokenFacts, kindsOf, readValue, unionOf, type ValueFacts } from "./value-facts.ts";

type Operator = "over" | "minus" | "plus" | "product" | "greatest" | "least";

interface Pairing {
  /** What the author calls it. */
  readonly user: string;
  readonly literals: boolean;
  readonly refusal: (left: string, right: string) => string;
}

const pairings: { readonly [K in Operator]: Pairing } = {
  over: { user: "over", literals: false, refusal: (left, right) => `cannot divide ${left} by ${right}` },
  minus: { user: "minus", literals: true, refusal: (left, right) => `cannot subtract ${right} from ${left}` },
  plus: { user: "plus", literals: true, refusal: (left, right) => `cannot add ${right} to ${left}` },
  product: { user: "times", literals: false, refusal: (left, right) => `cannot multiply ${left} by ${right}` },
  greatest: { user: "greatest", literals: true, refusal: (left, right) => `cannot compare ${left} with ${right}` },
  least: { user: "least", literals: true, refusal: (left, right) => `cannot compare ${left} with ${right}` },
};

export function paired(kind: Operator, left: unknown, right: unknown, origin: Origin): ValueFacts {
  const { user, literals } = pairings[kind];
  const a = readValue(left, user, origin);
  const b = literals ? readOperand(right, a.unit, user, origin) : readValue(right, user, origin);
  const refusal = a.unit === null || b.unit === null ? undefined : unitRefusal(kind, a.unit, b.unit);
  const found = [...a.problems, ...b.problems];
  if (refusal !== undefined) found.push(problems.UNIT(user, { sentence: refusal }, at(origin)));
  const whole = a.node !== null && b.node !== null && refusal === undefined;
  return {
    is: "value",
    node: whole ? { kind, left: a.node!, right: b.node! } : null,
    unit: pairUnit(kind, a.unit, b.unit),
    missing: kindsOf(a.missing, b.missing, kind === "over" ? ["not applicable"] : []),
    ...unionOf(a, b),
    problems: found,
    origin,
  };
}

function pairUnit(kind: Operator, a: UnitNode | null, b: UnitNode | null): UnitNode | null {
  return kind === "over" && a !== null && b !== null && sameUnit(a, b) ? { kind: "number" } : a;
}

function unitRefusal(kind: Operator, a: UnitNode, b: UnitNode): string | undefined {
  const [left, right] = [unitName(a), unitName(b)];
  const fits = kind === "product" ? right === "number" : left === right || (kind === "over" && right === "number");
  return isNumeric(a) && fits ? undefined : pairings[kind].refusal(left, right);
}

/** A value, or a literal in `unit`. */
function readOperand(thing: unknown, unit: UnitNode | null, user: string, origin: Origin): ValueFacts {
  if (factsAs<ValueFacts>(thing, "value") !== undefined || unit === null) return readValue(thing, user, origin);
  const reader = valueLiterals(unit);
  const value = reader.read(thing);
  if (value !== undefined) return literalFacts({ kind: "literal", value, unit }, origin);
  const expected = `a value, or ${reader.expected}`;
  return brokenFacts([...problemsOf(thing), problems.WRONG_LITERAL(user, { expected }, at(origin))], origin);
}

function literalFacts(node: ValueNode & { kind: "literal" }, origin: Origin): ValueFacts {
  return {
    is: "value",
    node,
    unit: node.unit,
    missing: [],
    tenses: [],
    entities: [],
    reason: null,
    problems: [],
    origin,
  };
}

/** `yes` where `when` holds, else `no`. One of the two may be a literal in the unit of the other. */
export function chosen(when: unknown, branches: unknown, origin: Origin): ValueFacts {
  const { yes, no } = (branches ?? {}) as { readonly yes?: unknown; readonly no?: unknown };
  const question = readValue(when, "choose", origin);
  const [a, b] = readBranches(yes, no, origin);
  const found = [...question.problems, ...a.problems, ...b.problems, ...branchProblems(question, a, b, origin)];
  const whole = question.node !== null && a.node !== null && b.node !== null && found.length === 0;
  return {
    is: "value",
    node: whole ? { kind: "choose", when: question.node!, yes: a.node!, no: b.node! } : null,
    unit: a.unit,
    missing: kindsOf(question.missing, a.missing, b.missing),
    ...unionOf(question, a, b),
    problems: found,
    origin,
  };
}

function readBranches(yes: unknown, no: unknown, origin: Origin): readonly [ValueFacts, ValueFacts] {
  if (factsAs<ValueFacts>(yes, "value") === undefined) {
    const b = readValue(no, "choose, no", origin);
    return [readOperand(yes, b.unit, "choose, yes", origin), b];
  }
  const a = readValue(yes, "choose, yes", origin);
  return [a, readOperand(no, a.unit, "choose, no", origin)];
}

function branchProblems(question: ValueFacts, a: ValueFacts, b: ValueFacts, origin: Origin): Problem[] {
  const found: Problem[] = [];
  if (question.unit !== null && question.unit.kind !== "boolean") {
    found.push(problems.BAD_ARGUMENT("choose", { expected: "a yes-or-no value; add .is(…)" }, at(origin)));
  }
  if (a.unit !== null && b.unit !== null && !oneUnit(a.unit, b.unit)) {
    const sentence = `cannot choose between ${unitName(a.unit)} and ${unitName(b.unit)}`;
    found.push(problems.UNIT("choose", { sentence }, at(origin)));
  }
  return found;
}

/** Codes of categories are places in a list, so two lists are two units. */
function oneUnit(a: UnitNode, b: UnitNode): boolean {
  if (a.kind !== "category" || b.kind !== "category") return sameUnit(a, b);
  return JSON.stringify(a.values) === JSON.stringify(b.values);
}
