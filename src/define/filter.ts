// Filters: an object of tests, all of which must hold, or one yes-or-no column; `either` of two holds where one of them does.

import type { Problem } from "../base/index.ts";
import { nearest } from "../base/index.ts";
import { type Comparison, testNodeOf } from "./comparison.ts";
import { problems } from "./errors.ts";
import type { AnyField, Field, Gap } from "./field.ts";
import { at } from "./names.ts";
import type { EventNode, FilterNode, Protection } from "./nodes.ts";
import type { Origin } from "./place.ts";
import { barredReading } from "./protected.ts";
import type { MarkedColumn } from "./row.ts";
import { subsetOf } from "./subset.ts";
import { type Facts, factsAs, factsOf } from "./thing.ts";
import { type Barred, type BarredSentence, type LiteralOf, type LiteralSentence, storedLiterals } from "./unit.ts";

declare const ALTERNATIVES: unique symbol;

/** Two or more filters of which one must hold. */
export interface Alternatives<A> {
  readonly [ALTERNATIVES]: A;
}

export interface AlternativesFacts extends Facts {
  readonly is: "alternatives";
  readonly node: { readonly filters: readonly unknown[] };
}

export type Fields = { readonly [name: string]: AnyField };

/** The sentence that refuses one entry of a filter, or never. */
type EntryRefusal<Ev extends string, F, K extends string, X> = K extends keyof F
  ? F[K] extends Field<infer U, infer V, infer P, Gap>
    ? P extends Exclude<Protection, "none">
      ? BarredSentence<`${P}:${K}`>
      : X extends LiteralOf<U, V> | Comparison<LiteralOf<U, V>>
        ? never
        : LiteralSentence<`"${K}"`, U>
    : never
  : `"${Ev}" has no field "${K}"`;

/** The sentence that refuses a yes-or-no column as a filter, or never. */
type TestRefusal<Ev extends string, Ev2 extends string, U extends string> = Ev2 extends Ev
  ? U extends "boolean"
    ? never
    : U extends Barred
      ? BarredSentence<U>
      : "a filter takes yes-or-no columns: add .is(…)"
  : `a row of "${Ev}" cannot read a row of "${Ev2}"`;

type AlternativeRefusal<Ev extends string, F, A> =
  A extends Alternatives<infer B>
    ? AlternativeRefusal<Ev, F, B>
    : A extends MarkedColumn<infer Ev2, string, infer U, unknown, Gap>
      ? TestRefusal<Ev, Ev2, U>
      : { readonly [K in keyof A & string]: EntryRefusal<Ev, F, K, A[K]> }[keyof A & string];

type Accept<X, R> = [R] extends [never] ? X : R;

/** What `.where` takes: each entry is itself where it is right, and a sentence where it is not. */
export type Filter<Ev extends string, F, W> =
  W extends Alternatives<infer A>
    ? Accept<W, AlternativeRefusal<Ev, F, A>>
    : W extends MarkedColumn<infer Ev2, string, infer U, unknown, Gap>
      ? Accept<W, TestRefusal<Ev, Ev2, U>>
      : { readonly [K in keyof W]: Accept<W[K], EntryRefusal<Ev, F, K & string, W[K]>> };

type FilterResult = { readonly filter: FilterNode | null; readonly problems: readonly Problem[] };

/** Reads a filter object against an event. A filter with a problem is left out, and the problem told. */
export function filterNodeOf(filter: unknown, event: EventNode, origin: Origin): FilterResult {
  const alternatives = factsAs<AlternativesFacts>(filter, "alternatives");
  if (alternatives !== undefined) {
    const parts = alternatives.node.filters.map((part) => filterNodeOf(part, event, origin));
    const found = [...alternatives.problems, ...parts.flatMap((part) => part.problems)];
    const filters = parts.map((part) => part.filter ?? EVERY_ROW);
    return { filter: { kind: "someOf", filters }, problems: found };
  }
  if (factsOf(filter)?.is === "row") return subsetOf(filter, event.name, `filter of "${event.name}"`, origin);
  if (typeof filter !== "object" || filter === null) return notAFilter(event, origin);
  const entries = Object.entries(filter).map(([name, test]) => entryOf(name, test, event, origin));
  const filters = entries.flatMap((entry) => entry.filter ?? []);
  const found = entries.flatMap((entry) => entry.problems);
  if (entries.length === 0) return notAFilter(event, origin);
  return { filter: filters.length === 1 ? filters[0]! : { kind: "allOf", filters }, problems: found };
}

const EVERY_ROW: FilterNode = { kind: "allOf", filters: [] };

function entryOf(name: string, test: unknown, event: EventNode, origin: Origin): FilterResult {
  const thing = `filter of "${event.name}"`;
  const field = Object.hasOwn(event.fields, name) ? event.fields[name] : undefined;
  if (field === undefined) {
    const close = nearest(name, Object.keys(event.fields));
    const where = { ...at(origin), nearest: close };
    return { filter: null, problems: [problems.UNKNOWN_FIELD(thing, { event: event.name, field: name }, where)] };
  }
  if (field.protection !== "none") {
    return { filter: null, problems: [barredReading(thing, event.name, name, field.protection, origin)] };
  }
  const read = testNodeOf(test, storedLiterals(field.type), `${thing}, field "${name}"`, origin);
  if (read.test === null) return { filter: null, problems: read.problems };
  const row = { kind: "field", field: name, type: field.type } as const;
  return { filter: { kind: "fieldTest", row, test: read.test }, problems: read.problems };
}

function notAFilter(event: EventNode, origin: Origin): FilterResult {
  const expected = "an object of tests such as { monthsLate: atLeast(1) }";
  return { filter: null, problems: [problems.BAD_ARGUMENT(`filter of "${event.name}"`, { expected }, at(origin))] };
}
