// Feature sets: named values about one entity, in the order written, which is the column order everywhere.

import type { Missing, MissingKind, Problem } from "../base/index.ts";
import type { BreakdownFacts, MarkedBreakdown } from "./breakdown.ts";
import { type Member, operandOf } from "./condition.ts";
import type { Entity } from "./entity.ts";
import { problems } from "./errors.ts";
import { at, called, checkColumnNames, checkName, memberParts, type ReservedName } from "./names.ts";
import type { EntityNode, FeatureNode, FeatureSetNode } from "./nodes.ts";
import { Origin } from "./place.ts";
import { toldWithPath } from "./protected.ts";
import { checkSettings } from "./settings.ts";
import { define, definedAs, factsAs } from "./thing.ts";
import type { Barred, BarredSentence, Unreadable } from "./unit.ts";
import type { Marked, Undirected } from "./value.ts";
import { readValue, type Tense, type ValueFacts } from "./value-facts.ts";

declare const SET: unique symbol;

/** A feature set: a definition, and a record of its named members. */
export type FeatureSet<N extends string, E extends string, F> = {
  readonly [SET]: { readonly name: N; readonly entity: E; readonly features: F };
} & {
  readonly [K in keyof F]: F[K] extends Marked<string, infer U, infer V, infer M, Tense>
    ? Member<E, U, V, M>
    : F[K] extends MarkedBreakdown<string, infer U, infer V, infer M, Tense, infer C>
      ? { readonly [N in C]: Member<E, U, V, M> }
      : never;
};

export interface AnyFeatureSet {
  readonly [SET]: { readonly name: string; readonly entity: string; readonly features: unknown };
}

/** One row of a feature set in TypeScript: each value, or which kind of nothing it is. */
export type FeatureRow<S extends AnyFeatureSet> = {
  readonly [K in keyof S[typeof SET]["features"]]: S[typeof SET]["features"][K] extends Marked<
    infer _E,
    string,
    infer V,
    infer M,
    Tense
  >
    ? OrMissing<V, M>
    : S[typeof SET]["features"][K] extends MarkedBreakdown<string, string, infer V, infer M, Tense, infer C>
      ? { readonly [N in C]: OrMissing<V, M> }
      : never;
};

type OrMissing<V, M extends MissingKind> = [M] extends [never] ? V : V | Missing<M>;

/** A feature as it stands, or the sentence that refuses it. */
type Feature<E extends string, K extends string, X> = X extends Undirected
  ? `"${K}" has a reason without a direction: add { worse: "higher" } or { worse: "lower" }`
  : X extends Marked<infer VE, infer U, unknown, MissingKind, infer T>
    ? K extends ReservedName
      ? `"${K}" is a reserved name`
      : string extends VE // refused already, further in
        ? X
        : "no window" extends T
          ? `"${K}" has no window: add .last(days(…)) or .ever()`
          : "future" extends T
            ? `"${K}" looks into the future: only a label may`
            : [VE] extends [E]
              ? U extends Unreadable
                ? U extends Barred
                  ? BarredSentence<U>
                  : `"${K}" is ${U}: no feature can hold it`
                : X
              : `"${K}" is about ${Exclude<VE, E>}, not ${E}: add .of(latest(…))`
    : X extends MarkedBreakdown<infer VE, string, unknown, MissingKind, infer T, string>
      ? K extends ReservedName
        ? `"${K}" is a reserved name`
        : "future" extends T
          ? `"${K}" looks into the future: only a label may`
          : [VE] extends [E]
            ? X
            : `"${K}" is about ${Exclude<VE, E>}, not ${E}: write one feature a category, each with .of(latest(…))`
      : `"${K}" is not a value`;

export type FeatureList<E extends string, F> = { readonly [K in keyof F]: Feature<E, K & string, F[K]> };

const FEATURES_MAX = 5_000;

/** Who answers for a set, what it may be used for, and a description; none of it changes a value. */
export interface SetDocument {
  readonly owner: string;
  readonly use: string;
  readonly description?: string;
}

/**
 * Declares a feature set.
 *
 *     export const review = features("review", borrower, {
 *       lateCount180d: count(late).last(days(180)).reason("Number of recent late payments", { worse: "higher" }),
 *     }, { owner: "card-risk", use: "credit" });
 */
export function features<const N extends string, E extends string, F>(
  name: N,
  about: Entity<E>,
  members: FeatureList<E, F>,
  document: SetDocument,
): FeatureSet<N, E, F> {
  const origin = new Origin();
  const entity = definedAs<EntityNode>(about, "entity");
  const found: Problem[] = [
    ...checkName("features", name, origin),
    ...checkSettings(`features "${called(name)}"`, document, ["owner", "use", "description"], origin),
    ...checkColumnNames(`features "${called(name)}"`, Object.keys(members ?? {}), origin),
  ];
  const count = Object.keys(members ?? {}).length;
  if (count > FEATURES_MAX) {
    found.push(problems.TOO_MANY(`features "${called(name)}"`, { count, most: FEATURES_MAX }, at(origin)));
  }
  if (entity === undefined) {
    found.push(problems.BAD_ARGUMENT(`features "${called(name)}"`, { expected: "an entity" }, at(origin)));
  }
  const read = readMembers(members, entity?.name ?? "", origin);
  const node: FeatureSetNode = {
    kind: "features",
    name: called(name),
    entity: entity?.name ?? "",
    features: read.features,
  };
  const { owner = null, use = null, description = null } = document ?? {};
  return define(faceOf(node), node, {
    problems: [...found, ...read.problems],
    origin,
    document: { owner, use, description, texts: read.texts },
  }) as never;
}

function readMembers(members: object, entity: string, origin: Origin) {
  const texts: Record<string, string> = {};
  const found: Problem[] = [];
  const list: { name: string; feature: FeatureNode }[] = [];
  for (const [name, thing] of membersOf(members ?? {})) {
    const facts = readValue(thing, `feature "${name}"`, origin);
    found.push(...toldWithPath(facts.problems, `feature "${name}"`), ...refusals(name, facts, entity));
    if (facts.reason !== null) texts[name] = facts.reason.text;
    if (facts.node === null || facts.unit === null) continue;
    const { node: value, unit, missing } = facts;
    list.push({ name, feature: { value, unit, missing, worse: facts.reason?.worse ?? null } });
  }
  return { features: list, texts, problems: found };
}

/** Each value by its column's name: those of a breakdown are `name.category`. */
function membersOf(members: object): (readonly [name: string, thing: unknown])[] {
  return Object.entries(members).flatMap(([name, thing]) => {
    const breakdown = factsAs<BreakdownFacts>(thing, "breakdown");
    if (breakdown === undefined) return [[name, thing] as const];
    return breakdown.parts.map(({ category, value }) => [`${name}.${category}`, value] as const);
  });
}

/** The run-time twins of `Feature`'s sentences, each at the line of the value. */
function refusals(name: string, facts: ValueFacts, entity: string): Problem[] {
  const thing = `feature "${name}"`;
  const where = at(facts.origin);
  const found: Problem[] = [];
  if (facts.tenses.includes("no window")) found.push(problems.NO_WINDOW(thing, where));
  if (facts.tenses.includes("future")) found.push(problems.LOOKAHEAD(thing, where));
  const others = facts.entities.filter((about) => about !== entity);
  if (others.length > 0) found.push(problems.OTHER_ENTITY(thing, { about: others.join(", "), wanted: entity }, where));
  if (facts.reason?.worse === null) found.push(problems.NO_DIRECTION(thing, where));
  return found;
}

function faceOf(node: FeatureSetNode): object {
  const face: Record<string, object> = {};
  for (const { name, feature } of node.features) {
    const operand = operandOf({ kind: "value", set: node.name, entity: node.entity, feature: name }, feature.unit);
    const [first, category] = memberParts(name);
    if (category !== "") face[first] ??= {};
    const holder = category === "" ? face : face[first]!;
    Object.defineProperty(holder, category === "" ? name : category, { value: operand, enumerable: true });
  }
  for (const holder of Object.values(face)) Object.freeze(holder);
  return face;
}
