// All numbers of a vector as features: the representation that the latest event carries.

import type { Aggregate } from "./aggregate.ts";
import type { Column, Kept } from "./column.ts";
import type { Gap } from "./field.ts";
import { latest } from "./pick.ts";
import type { ColumnFacts, MarkedColumn } from "./row.ts";
import { factsAs } from "./thing.ts";
import type { Barred, BarredSentence } from "./unit.ts";

type Elements<E extends string, G extends Gap, N extends string> = {
  readonly [K in `${N}${number}`]: Aggregate<
    E,
    "number",
    number,
    "no history" | "empty window",
    "no history" | "empty window" | G,
    "past"
  >;
};

/**
 * The numbers of the latest vector, each to so many decimals, as features `name0`, `name1`, … to spread into a set:
 * `...elements(spending.embedding, { decimals: 6 }).each("spending")`.
 */
export function elements<Ev extends string, E extends string, U extends string, V, G extends Gap>(
  column: U extends "vector"
    ? MarkedColumn<Ev, E, U, V, G>
    : U extends Barred
      ? BarredSentence<U>
      : `${U} has no elements`,
  kept: Kept,
): { each<const N extends string>(name: N): Elements<E, G, N> } {
  const type = factsAs<ColumnFacts>(column, "row")?.type;
  const dim = type?.kind === "vector" ? type.dim : 1;
  const numbers = Array.from({ length: dim }, (_, place) => latest(elementOf(column, place, kept)));
  return Object.freeze({
    each: (name: string) => Object.freeze(Object.fromEntries(numbers.map((of, place) => [`${name}${place}`, of]))),
  }) as never;
}

type AnyVector = Column<string, string, "vector", never, never>;

/** A thing that is no column is refused by `latest`. */
function elementOf(column: unknown, place: number, kept: Kept): never {
  const isColumn = factsAs<ColumnFacts>(column, "row") !== undefined;
  return (isColumn ? (column as AnyVector).element(place, kept) : column) as never;
}
