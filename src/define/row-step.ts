// What every step on a column shares: it reads the columns, makes a larger expression of their row, or says what is wrong.

import type { Problem } from "../base/index.ts";
import { problems } from "./errors.ts";
import { at } from "./names.ts";
import type { FieldType, RowNode } from "./nodes.ts";
import type { Origin } from "./place.ts";
import { bothFilters, brokenFacts, type RowFacts, readRow } from "./row.ts";
import { nestingOf } from "./row-parts.ts";
import { factsOf, problemsOf } from "./thing.ts";
import { storedLiterals } from "./unit.ts";

/** What a step makes of one column, or of one column and what stands beside it. */
export interface Made {
  readonly node: RowNode;
  readonly type: FieldType;
  /** True where the step itself can leave nothing. */
  readonly gap?: boolean;
}

export type Mistakes = readonly Problem[];

const NESTING_MAX = 8;

/** The facts of one column one step on. */
export function grown(
  user: string,
  thing: unknown,
  origin: Origin,
  step: (of: RowFacts & { node: RowNode }) => Made | Mistakes,
): RowFacts {
  const of = readRow(thing, user, origin);
  if (!("node" in of)) return brokenFacts(of.problems);
  return of.node === null ? of : finished(user, of, [of], step({ ...of, node: of.node }), origin);
}

/** Facts of what was made from one row's columns: the rows of all, and missing where one of them is. */
export function finished(
  user: string,
  first: RowFacts,
  read: readonly RowFacts[],
  made: Made | Mistakes,
  origin: Origin,
): RowFacts {
  const inherited = read.flatMap((facts) => facts.problems);
  if (!("node" in made)) return brokenFacts([...inherited, ...made], first);
  if (nestingOf(made.node) > NESTING_MAX) {
    return brokenFacts([...inherited, problems.TOO_DEEP(user, { most: NESTING_MAX }, at(origin))], first);
  }
  const filter = read.map((facts) => facts.stream.filter).reduce(bothFilters, null);
  const optional = made.gap === true || read.some((facts) => facts.optional);
  return {
    is: "row",
    node: made.node,
    stream: { ...first.stream, filter },
    type: made.type,
    optional,
    problems: inherited,
  };
}

export function refused(user: string, sentence: string, origin: Origin): Mistakes {
  return [problems.UNIT(user, { sentence }, at(origin))];
}

/** A literal of a column's own kind in stored units, or the problem. */
export function literalRow(user: string, type: FieldType, literal: unknown, origin: Origin): RowNode | Mistakes {
  const reader = storedLiterals(type);
  const value = reader.read(literal);
  if (value !== undefined) return { kind: "rowLiteral", value, type };
  return [...problemsOf(literal), problems.WRONG_LITERAL(user, { expected: reader.expected }, at(origin))];
}

export function isLiteral(thing: unknown): boolean {
  return typeof thing === "number" || factsOf(thing)?.is === "amount";
}

/** What stands beside a column: another of the same event, or something with a problem. */
export function other(user: string, a: RowFacts, thing: unknown, origin: Origin): RowFacts {
  const b = readRow(thing, user, origin);
  if (!("node" in b)) return brokenFacts(b.problems);
  if (b.node === null || a.stream.event === b.stream.event) return b;
  const sentence = { event: a.stream.event, other: b.stream.event };
  return brokenFacts([...b.problems, problems.OTHER_ROW(user, sentence, at(origin))]);
}

export function paired(
  user: string,
  left: unknown,
  right: unknown,
  origin: Origin,
  pair: (a: RowFacts & { node: RowNode }, b: RowFacts & { node: RowNode }) => Made | Mistakes,
): RowFacts {
  const a = readRow(left, user, origin);
  if (!("node" in a)) return brokenFacts(a.problems);
  const b = other(user, a, right, origin);
  if (a.node === null || b.node === null) return brokenFacts([...a.problems, ...b.problems], a);
  return finished(user, a, [a, b], pair({ ...a, node: a.node }, { ...b, node: b.node }), origin);
}
