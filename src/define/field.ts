// Field types: what one column of an event or a request holds, in which unit, and who may read it.

import { scaledInteger } from "./amount.ts";
import type { Entity, OptionalParty } from "./entity.ts";
import { problems } from "./errors.ts";
import { at, called } from "./names.ts";
import type { EntityNode, FieldNode, FieldType, Protection } from "./nodes.ts";
import { Origin } from "./place.ts";
import { checkSettings } from "./settings.ts";
import { deepFreeze, definedAs, type Facts, factsAs, factsOf, seal } from "./thing.ts";

declare const FIELD: unique symbol;
declare const AMOUNT: unique symbol;

/** A missing kind that a whole history can still have: rows may be filtered away, or lack an optional field. */
export type Gap = "empty window";

/**
 * `U` is the unit's name: a currency, "number", "boolean", "category", "text", "instant", "date", "ref", "vector" or "document";
 * `V` what a value of it is in TypeScript; `P` who is barred; `G` whether it may be absent.
 */
export interface Field<U extends string, V, P extends Protection = "none", G extends Gap = never> {
  readonly [FIELD]: { readonly unit: U; readonly value: V; readonly protection: P; readonly gap: G };
}
export type AnyField = Field<string, unknown, Protection, Gap>;

/** An amount of money: exact, in major units. */
export interface Amount<C extends string> {
  readonly [AMOUNT]: C;
}

/** A money field type, which is also the constructor of amounts: `usd(500)`, `usd("0.10")`. */
export interface MoneyField<C extends string> extends Field<C, number> {
  (amount: number | string): Amount<C>;
}

export interface FieldFacts extends Facts {
  readonly is: "field";
  readonly node: FieldNode;
  /** For people; part of no meaning. */
  readonly description: string | null;
}

export interface AmountFacts extends Facts {
  readonly is: "amount";
  readonly node: { readonly currency: string; readonly text: string };
}

const CATEGORIES_MAX = 1_000;
const DIMENSIONS_MAX = 4_096;

/** A whole number; stored as int64, used within ±2^53. */
export const integer: Field<"number", number> = fieldOf({ kind: "integer" });
/** True or false; a source writes `true` or `false`, or a text: true or false, yes or no, y or n, 1 or 0, in any case. */
export const boolean: Field<"boolean", boolean> = fieldOf({ kind: "boolean" });
/** Free text, for identifiers: `distinct` may count it, nothing else reads it. */
export const text: Field<"text", string> = fieldOf({ kind: "text" });
/** A day of the calendar, such as a due date; a source writes `2025-03-31`. */
export const date: Field<"date", string> = fieldOf({ kind: "date" });
/** A point in time. */
export const instant: Field<"instant", string> = fieldOf({ kind: "instant" });

/** A number with a fixed count of decimals (0 to 15), stored exactly. */
export function decimal(scale: number): Field<"number", number> {
  if (isScale(scale)) return fieldOf({ kind: "decimal", scale });
  return brokenField({ kind: "decimal", scale: 0 }, "a whole number of decimals from 0 to 15");
}

/**
 * Money in one currency, and the constructor of its amounts; amounts are major units, storage is exact minor units.
 *
 *     const usd = money("USD"); // a field type
 *     usd(500);                 // five hundred dollars
 */
export function money<const C extends string>(currency: C, options?: { readonly scale?: number }): MoneyField<C> {
  const scale = options?.scale ?? 2;
  const construct = (amount: number | string): Amount<C> => amountOf(called(currency), scale, amount) as Amount<C>;
  const good = /^[A-Z]{3}$/.test(called(currency)) && isScale(scale);
  const unknown = checkSettings(`money ${called(currency)}`, options, ["scale"], new Origin());
  const found = good ? unknown : broken("a three-letter currency code and a scale from 0 to 15");
  return seal(
    construct,
    fieldFacts({ kind: "money", currency: called(currency), scale: good ? scale : 2 }, found),
  ) as MoneyField<C>;
}

/** One of a closed list of values; stored as its place in the list, so append and never reorder. */
export function category<const V extends readonly string[]>(...values: V): Field<"category", V[number]> {
  const good =
    values.length > 0 && new Set(values).size === values.length && values.every((v) => typeof v === "string");
  if (good && values.length <= CATEGORIES_MAX) return fieldOf({ kind: "category", values: [...values] });
  return brokenField({ kind: "category", values: [] }, `1 to ${CATEGORIES_MAX} categories, each named once`);
}

/**
 * A list of `dim` (1 to 4,096) finite numbers from an encoder elsewhere, each rounded once to float32 at ingest. Features read
 * single numbers: `embedding.element(0, { decimals: 6 })`, or all of the latest by `elements(…)`.
 */
export function vector(dim: number): Field<"vector", never> {
  if (Number.isInteger(dim) && dim >= 1 && dim <= DIMENSIONS_MAX) return fieldOf({ kind: "vector", dim });
  return brokenField({ kind: "vector", dim: 1 }, `a whole number of dimensions from 1 to ${DIMENSIONS_MAX}`);
}

/** JSON of any form, such as a bureau's report: kept whole by its hash. No feature reads it; events made from it are read. */
export function document(): Field<"document", never> {
  return fieldOf({ kind: "document" });
}

/** A field with a description for people: `described(usd, "Billed in the cycle, before fees")`. */
export function described<F extends AnyField>(field: F, description: string): F {
  const facts = fieldNodeOf(field);
  const good = typeof description === "string" && description.trim() !== "";
  const found = good ? [] : broken("a description");
  const told = { ...facts, description: good ? description : null, problems: [...facts.problems, ...found] };
  return seal(faceOf(field), told) as never;
}

/** The id of another entity. */
export function ref<E extends string>(entity: Entity<E>): Field<"ref", E> {
  const node = definedAs<EntityNode>(entity, "entity");
  if (node !== undefined) return fieldOf({ kind: "ref", entity: node.name });
  return brokenField({ kind: "ref", entity: "" }, "an entity");
}

/** A basis the law bars from any decision: diverted to the vault at ingest, readable by no feature. */
export function prohibited<U extends string, V, G extends Gap>(
  field: Field<U, V, Protection, G>,
): Field<U, V, "prohibited", G> {
  return changed(field, { protection: "prohibited" });
}

/** Barred by the lender's policy: diverted to the vault at ingest, readable by no feature. */
export function sensitive<U extends string, V, G extends Gap>(
  field: Field<U, V, Protection, G>,
): Field<U, V, "sensitive", G> {
  return changed(field, { protection: "sensitive" });
}

export interface OptionalPartyFacts extends Facts {
  readonly is: "optionalParty";
  readonly node: EntityNode | null;
}

/** A field that an event or request may lack, or a party that a request may come without. */
export function optional<E extends string>(party: Entity<E>): OptionalParty<E>;
export function optional<U extends string, V, P extends Protection>(field: Field<U, V, P, Gap>): Field<U, V, P, Gap>;
export function optional(thing: unknown): unknown {
  const node = definedAs<EntityNode>(thing, "entity");
  if (node === undefined) return changed(thing, { optional: true });
  return seal({}, { is: "optionalParty", node, problems: [] } satisfies OptionalPartyFacts);
}

export function fieldNodeOf(field: unknown): FieldFacts {
  return factsAs<FieldFacts>(field, "field") ?? fieldFacts({ kind: "integer" }, broken("a field type such as integer"));
}

/** Name of the unit of a stored field, as sentences say it. */
export function unitNameOfField(type: FieldType): string {
  if (type.kind === "money") return type.currency;
  return type.kind === "integer" || type.kind === "decimal" ? "number" : type.kind;
}

/** Decimals of the stored integer: 10^-scale is its unit. */
export function scaleOf(type: FieldType): number {
  return type.kind === "money" || type.kind === "decimal" ? type.scale : 0;
}

function amountOf(currency: string, scale: number, amount: number | string): Amount<string> {
  const good = scaledInteger(amount, scale) !== undefined;
  const found = good ? [] : broken(`an amount of ${currency} with at most ${scale} decimals, got ${String(amount)}`);
  const facts: AmountFacts = { is: "amount", node: { currency, text: good ? String(amount) : "0" }, problems: found };
  return seal({}, facts) as Amount<string>;
}

function isScale(scale: number): boolean {
  return Number.isInteger(scale) && scale >= 0 && scale <= 15;
}

function fieldFacts(type: FieldType, found: Facts["problems"]): FieldFacts {
  const node = deepFreeze({ type, protection: "none" as const, optional: false });
  return { is: "field", node, description: null, problems: found };
}

function fieldOf<F extends AnyField>(type: FieldType): F {
  return seal({}, fieldFacts(type, [])) as F;
}

function brokenField<F extends AnyField>(type: FieldType, expected: string): F {
  return seal({}, fieldFacts(type, broken(expected))) as F;
}

function broken(expected: string): Facts["problems"] {
  return [problems.BAD_ARGUMENT("field type", { expected }, at(new Origin()))];
}

type Amounts = (amount: number | string) => unknown;

function changed<F extends AnyField>(field: unknown, change: Partial<FieldNode>): F {
  const facts = fieldNodeOf(field);
  return seal(faceOf(field), { ...facts, node: deepFreeze({ ...facts.node, ...change }) } as FieldFacts) as never;
}

/** Money stays the constructor of its amounts. */
function faceOf(field: unknown): object {
  return typeof field === "function" ? (amount: number | string) => (field as Amounts)(amount) : {};
}

export function amountFactsOf(literal: unknown): AmountFacts | undefined {
  const facts = factsOf(literal);
  return facts?.is === "amount" ? (facts as AmountFacts) : undefined;
}
