// Entities: what events and features are about.

import { called, checkName } from "./names.ts";
import { Origin } from "./place.ts";
import { define } from "./thing.ts";

declare const ENTITY: unique symbol;
declare const OPTIONAL: unique symbol;

/** A kind of thing that has a history: a borrower, an account, an employer. Its ids are opaque tokens. */
export interface Entity<E extends string> {
  readonly [ENTITY]: E;
}

/** A party that a request may come without. */
export interface OptionalParty<E extends string> {
  readonly [OPTIONAL]: E;
}

/** Declares an entity: `export const borrower = entity("borrower");` */
export function entity<const E extends string>(name: E): Entity<E> {
  const origin = new Origin();
  return define(
    {},
    { kind: "entity", name: called(name) },
    { problems: checkName("entity", name, origin), origin },
  ) as Entity<E>;
}
