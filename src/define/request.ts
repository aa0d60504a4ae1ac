// Requests: what is asked now, and by which parties in which roles. A field of the request is a value, known at t.

import type { MissingKind, Problem } from "../base/index.ts";
import type { Entity, OptionalParty } from "./entity.ts";
import { problems } from "./errors.ts";
import { type Named, readFields } from "./event.ts";
import type { Field, OptionalPartyFacts } from "./field.ts";
import type { Fields } from "./filter.ts";
import { at, called, checkColumnNames, checkName } from "./names.ts";
import type { EntityNode, FieldNode, FieldType, RequestNode } from "./nodes.ts";
import { Origin } from "./place.ts";
import { barredReading } from "./protected.ts";
import { checkSettings } from "./settings.ts";
import { define, definedAs, factsAs, problemsOf } from "./thing.ts";
import { type Barred, type BarredSentence, unitOfField } from "./unit.ts";
import { type Marked, makeValue, type Value } from "./value.ts";
import { brokenFacts, type ValueFacts } from "./value-facts.ts";

declare const REQUEST: unique symbol;

export type Party = Entity<string> | OptionalParty<string>;

/** A field of the request as a value; it is about no entity, so any feature set may read it. */
export type Asked<U extends string, V, M extends MissingKind> = Value<never, U, V, M, "past">;

export type RequestOf<N extends string, P, F> = {
  readonly [REQUEST]: { readonly name: N; readonly parties: P };
} & {
  readonly [K in keyof F]: F[K] extends Field<infer U, infer V, infer B, infer O>
    ? Asked<B extends "none" ? U : `${B}:${K & string}`, V, [O] extends [never] ? never : "not applicable">
    : never;
};

/**
 * Declares what is asked. Roles name its parties; optional ones may be absent.
 *
 *     export const application = request("application", {
 *       parties: { applicant: borrower, coApplicant: optional(borrower) }, fields: { amount: usd } });
 */
export function request<
  const N extends string,
  const P extends { readonly [role: string]: Party },
  const F extends Fields,
>(name: N, shape: { readonly parties: P; readonly fields: Named<F> }): RequestOf<N, P, F> {
  const origin = new Origin();
  const thing = `request "${called(name)}"`;
  const read = readFields(thing, shape?.fields, origin);
  const parties = readParties(thing, shape?.parties, origin);
  const found = [
    ...checkName("request", name, origin),
    ...checkSettings(thing, shape, ["parties", "fields"], origin),
    ...read.problems,
    ...parties.problems,
  ];
  const node: RequestNode = { kind: "request", name: called(name), parties: parties.parties, fields: read.fields };
  const face = {};
  for (const [field, type] of Object.entries(read.fields)) {
    Object.defineProperty(face, field, { value: askedOf(node.name, field, type), enumerable: true });
  }
  return define(face, node, { problems: found, origin, document: { texts: read.texts } }) as never;
}

function readParties(thing: string, parties: object, origin: Origin) {
  const nodes: Record<string, RequestNode["parties"][string]> = {};
  const found: Problem[] = checkColumnNames(thing, Object.keys(parties ?? {}), origin);
  for (const [role, party] of Object.entries(parties ?? {})) {
    const optional = factsAs<OptionalPartyFacts>(party, "optionalParty")?.node;
    const entity = optional ?? definedAs<EntityNode>(party, "entity");
    if (entity === undefined) {
      found.push(problems.BAD_ARGUMENT(`${thing}, party "${role}"`, { expected: "an entity" }, at(origin)));
    } else {
      nodes[role] = { entity: entity.name, optional: optional !== undefined };
    }
  }
  return { parties: nodes, problems: found };
}

function askedOf(request: string, field: string, node: FieldNode): object {
  const refusal = refusalOf(request, field, node);
  const readable = refusal === undefined || (isMoment(node.type) && node.protection === "none");
  return makeValue({
    node: readable ? { kind: "asked", request, field, type: node.type } : null,
    unit: unitOfField(node.type),
    missing: node.optional ? ["not applicable"] : [],
    tenses: ["past"],
    entities: [],
    reason: null,
    problems: [],
    origin: new Origin(),
    ...(refusal === undefined ? {} : { refusal, picks: node.type }),
  });
}

function isMoment(type: FieldType): boolean {
  return type.kind === "instant" || type.kind === "date";
}

/**
 * Days from t to an instant or date that the request holds (a date begins at midnight, UTC); negative once it has passed, a
 * fraction where it is no whole day: `daysUntil(application.start)`.
 */
export function daysUntil<U extends string, V, M extends MissingKind>(
  field: U extends "instant" | "date" ? Marked<never, U, V, M, "past"> : DaysUntilSentence<U>,
): Value<never, "days", number, M, "past"> {
  const origin = new Origin();
  const of = factsAs<ValueFacts>(field, "value");
  if (of?.node?.kind === "asked" && isMoment(of.node.type)) {
    return makeValue({
      node: { kind: "daysUntil", of: of.node },
      unit: { kind: "days" },
      missing: of.missing,
      tenses: of.tenses,
      entities: of.entities,
      reason: null,
      problems: of.problems,
      origin,
    }) as never;
  }
  const barred = of?.picks !== undefined && isMoment(of.picks) ? of.refusal?.("daysUntil", origin) : undefined;
  const expected = "an instant or a date of the request, such as application.start";
  const problem = barred ?? problems.BAD_ARGUMENT("daysUntil", { expected }, at(origin));
  return makeValue(brokenFacts([...problemsOf(field), problem], origin)) as never;
}

type DaysUntilSentence<U extends string> = U extends Barred
  ? BarredSentence<U>
  : "expected an instant or a date of the request, such as application.start";

function refusalOf(request: string, field: string, { protection, type }: FieldNode): ValueFacts["refusal"] {
  if (protection !== "none") return (user, origin) => barredReading(user, request, field, protection, origin);
  if (unitOfField(type) !== null) return undefined;
  return (user, origin) => problems.UNIT(user, { sentence: `no feature can hold ${type.kind}` }, at(origin));
}
