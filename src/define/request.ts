// Requests: what is asked now, and by which parties in which roles. A field of the request is a value, known at t.

import type { MissingKind, Problem } from "../base/index.ts";
import type { Entity, OptionalParty } from "./entity.ts";
import { problems } from "./errors.ts";
import { type Named, readFields } from "./event.ts";
import type { Field, OptionalPartyFacts } from "./field.ts";
import type { Fields } from "./filter.ts";
import { at, called, checkColumnNames, checkName } from "./names.ts";
import type { EntityNode, FieldNode, RequestNode } from "./nodes.ts";
import { Origin } from "./place.ts";
import { barredProblem } from "./row.ts";
import { checkSettings } from "./settings.ts";
import { define, definedAs, factsAs } from "./thing.ts";
import { unitOfField } from "./unit.ts";
import { makeValue, type Value, type ValueFacts } from "./value.ts";

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
  return define(face, node, { problems: found, origin }) as never;
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
  const refusal = refusalOf(field, node);
  return makeValue({
    node: refusal === undefined ? { kind: "asked", request, field, type: node.type } : null,
    unit: unitOfField(node.type),
    missing: node.optional ? ["not applicable"] : [],
    tenses: ["past"],
    entities: [],
    reason: null,
    problems: [],
    origin: new Origin(),
    ...(refusal === undefined ? {} : { refusal }),
  });
}

function refusalOf(field: string, { protection, type }: FieldNode): ValueFacts["refusal"] {
  if (protection !== "none") return (user, origin) => barredProblem(user, field, protection, origin);
  if (unitOfField(type) !== null) return undefined;
  return (user, origin) => problems.UNIT(user, { sentence: `no feature can hold ${type.kind}` }, at(origin));
}
