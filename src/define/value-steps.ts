// Steps on one value: what each makes of the facts of the value before it, or what is wrong with it.

import type { Problem } from "../base/index.ts";
import { testNodeOf } from "./comparison.ts";
import { problems } from "./errors.ts";
import { at } from "./names.ts";
import type { ValueNode } from "./nodes.ts";
import type { Origin } from "./place.ts";
import { checkSettings } from "./settings.ts";
import { type Facts, factsAs, problemsOf } from "./thing.ts";
import { isNumeric, type LiteralReader, unitName, valueLiterals } from "./unit.ts";
import { readValue, type ValueFacts } from "./value-facts.ts";

export interface ReasonFacts extends Facts {
  readonly is: "reason";
  readonly node: {
    readonly library: string;
    readonly name: string;
    readonly text: { readonly [language: string]: string };
  };
}

type Change = Partial<Pick<ValueFacts, "node" | "unit" | "missing" | "reason" | "problems">>;
type Step = (of: ValueFacts, origin: Origin) => Change;

/** The facts of a value one step on; the problems of both are kept. */
export function grown(user: string, thing: unknown, origin: Origin, step: Step): ValueFacts {
  const of = readValue(thing, user, origin);
  const change = step(of, origin);
  const found = [...of.problems, ...(change.problems ?? [])];
  return { ...of, ...change, origin, problems: found };
}

function onNode(of: ValueFacts, make: (node: ValueNode) => ValueNode): ValueNode | null {
  return of.node === null ? null : make(of.node);
}

/** Why arithmetic does not take the value, or undefined. */
function notNumeric(of: ValueFacts, user: string, verb: string, origin: Origin): Problem | undefined {
  if (of.unit === null || isNumeric(of.unit)) return undefined;
  return problems.UNIT(user, { sentence: `cannot ${verb} ${unitName(of.unit)}` }, at(origin));
}

export function timesStep(constant: unknown): Step {
  return (of, origin) => {
    const refusal = notNumeric(of, "times", "multiply", origin);
    if (refusal !== undefined) return { node: null, problems: [refusal] };
    if (typeof constant !== "number" || !Number.isFinite(constant)) {
      return { node: null, problems: [problems.BAD_ARGUMENT("times", { expected: "a finite number" }, at(origin))] };
    }
    return { node: onNode(of, (node) => ({ kind: "times", of: node, factor: constant })) };
  };
}

export function logStep(of: ValueFacts, origin: Origin): Change {
  const refusal = notNumeric(of, "log", "take the logarithm of", origin);
  if (refusal !== undefined) return { node: null, problems: [refusal] };
  const missing = of.missing.includes("not applicable") ? of.missing : [...of.missing, "not applicable" as const];
  return { node: onNode(of, (node) => ({ kind: "log", of: node })), unit: { kind: "number" }, missing };
}

export function absoluteStep(of: ValueFacts, origin: Origin): Change {
  const refusal = notNumeric(of, "absolute", "take the absolute value of", origin);
  if (refusal !== undefined) return { node: null, problems: [refusal] };
  return { node: onNode(of, (node) => ({ kind: "absolute", of: node })) };
}

export function clampStep(bounds: unknown): Step {
  return (of, origin) => {
    const refusal = notNumeric(of, "clamp", "clamp", origin);
    if (refusal !== undefined) return { node: null, problems: [refusal] };
    if (of.unit === null) return { node: null };
    const { atLeast, atMost } = (bounds ?? {}) as { readonly atLeast?: unknown; readonly atMost?: unknown };
    const reader = valueLiterals(of.unit);
    const found = [...checkSettings("clamp", bounds as object, ["atLeast", "atMost"], origin)];
    const low = bound(atLeast, reader, origin, found);
    const high = bound(atMost, reader, origin, found);
    if (atLeast === undefined && atMost === undefined) found.push(noBounds(origin));
    if (low !== null && high !== null && low > high) {
      found.push(problems.UNIT("clamp", { sentence: "cannot clamp at least above at most" }, at(origin)));
    }
    if (found.length > 0) return { node: null, problems: found };
    return { node: onNode(of, (node) => ({ kind: "clamp", of: node, atLeast: low, atMost: high })) };
  };
}

function bound(literal: unknown, reader: LiteralReader, origin: Origin, found: Problem[]): number | null {
  if (literal === undefined) return null;
  const value = reader.read(literal);
  if (value === undefined) {
    found.push(...problemsOf(literal), problems.WRONG_LITERAL("clamp", { expected: reader.expected }, at(origin)));
  }
  return value ?? null;
}

function noBounds(origin: Origin): Problem {
  return problems.BAD_ARGUMENT("clamp", { expected: "{ atLeast: …, atMost: … }, or one of the two" }, at(origin));
}

export function ifMissingStep(literal: unknown): Step {
  return (of, origin) => {
    if (of.unit === null) return { missing: [] };
    const reader = valueLiterals(of.unit);
    const then = reader.read(literal);
    if (then === undefined) {
      const problem = problems.WRONG_LITERAL("ifMissing", { expected: reader.expected }, at(origin));
      return { node: null, missing: [], problems: [...problemsOf(literal), problem] };
    }
    return { node: onNode(of, (node) => ({ kind: "ifMissing", of: node, then })), missing: [] };
  };
}

export function isStep(test: unknown): Step {
  return (of, origin) => {
    if (of.unit === null) return { unit: { kind: "boolean" } };
    const read = testNodeOf(test, valueLiterals(of.unit), "is", origin);
    const node =
      of.node === null || read.test === null ? null : ({ kind: "is", of: of.node, test: read.test } as const);
    return { node, unit: { kind: "boolean" }, problems: read.problems };
  };
}

export function reasonStep(text: unknown, direction: unknown): Step {
  return (_, origin) => {
    const words = typeof text === "string" ? text : factsAs<ReasonFacts>(text, "reason")?.node.text["en"];
    const worse = (direction as { readonly worse?: unknown } | undefined)?.worse;
    if (words === undefined || words === "") {
      return {
        problems: [problems.BAD_ARGUMENT("reason", { expected: "a text or an entry of a reason library" }, at(origin))],
      };
    }
    const known = worse === "higher" || worse === "lower";
    return { reason: { text: words, worse: known ? worse : null } };
  };
}
