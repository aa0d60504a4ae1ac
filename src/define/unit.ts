// Units, twice: as names in types, where they make sentences in the editor, and as nodes at run time, where they make the
// same sentences in `check`.

import { scaledInteger } from "./amount.ts";
import { type Amount, amountFactsOf, scaleOf, unitNameOfField } from "./field.ts";
import type { FieldType, UnitNode } from "./nodes.ts";

export type Barred = `prohibited:${string}` | `sensitive:${string}`;
export type NotNumeric = "boolean" | "category" | Unreadable;
/** What no test and no feature can hold. */
export type Unreadable = "text" | "instant" | "date" | "ref" | Opaque | Barred;
/** What not even `distinct` reads. */
export type Opaque = "vector" | "document";

/** Why no feature holds a stored field as it is, and what to read of it instead. */
export type HoldSentence<U extends string> = U extends "vector"
  ? "no feature can hold vector: read its numbers with elements(…)"
  : U extends "document"
    ? "no feature can hold document: read the events made from it"
    : U extends "date" | "instant"
      ? `no feature can hold ${U}: read daysBetween(…), monthOf(…) or another part of it`
      : `no feature can hold ${U}: use distinct(…) or leave it out`;

export type BarredSentence<U extends string> = U extends `prohibited:${infer F}`
  ? `field "${F}" is a prohibited basis: no feature may read it`
  : U extends `sensitive:${infer F}`
    ? `field "${F}" is sensitive: policy bars features from reading it`
    : never;

/** The units that `U` may be divided by, and those it may be added to. */
export type Divisor<U extends string> = U extends NotNumeric ? never : U | "number";
export type Addend<U extends string> = U extends NotNumeric ? never : U;

export type DivideSentence<U extends string, U2 extends string> = OperandSentence<U, U2, `cannot divide ${U} by ${U2}`>;
export type SubtractSentence<U extends string, U2 extends string> = OperandSentence<
  U,
  U2,
  `cannot subtract ${U2} from ${U}`
>;
export type AddSentence<U extends string, U2 extends string> = OperandSentence<U, U2, `cannot add ${U2} to ${U}`>;

export type MultiplySentence<U extends string, U2 extends string> = OperandSentence<
  U,
  U2,
  `cannot multiply ${U} by ${U2}`
>;

/** A literal that goes with a value of unit `U` in arithmetic, or the sentence that refuses it. */
export type AddendLiteral<U extends string, X> = U extends Barred
  ? BarredSentence<U>
  : U extends NotNumeric
    ? `cannot do arithmetic on ${U}`
    : X extends LiteralOf<U, number>
      ? X
      : LiteralSentence<"this value", U>;

/** A barred field says so; something without a unit is no value at all; else the mismatch speaks. */
type OperandSentence<U extends string, U2 extends string, Mismatch> = [Extract<U | U2, Barred>] extends [never]
  ? string extends U2
    ? "expected a value or column; for a constant use .times(…)"
    : Mismatch
  : BarredSentence<Extract<U | U2, Barred>>;

/** The literals that a value of unit `U` can be compared with. */
export type LiteralOf<U extends string, V> = U extends "number" | "days"
  ? number
  : U extends "category" | "boolean"
    ? V
    : U extends Unreadable
      ? never
      : Amount<U>;

export type LiteralSentence<Who extends string, U extends string> = U extends Barred
  ? BarredSentence<U>
  : U extends "number"
    ? `${Who} is a number: give a number`
    : U extends "days"
      ? `${Who} is in days: give a number of days`
      : U extends "boolean"
        ? `${Who} is yes or no: give true or false`
        : U extends "category"
          ? `${Who} is a category: name one of its values`
          : U extends Unreadable
            ? `${Who} is ${U}: no test reads it`
            : `${Who} is in ${U}: give an amount of ${U}`;

export function unitName(unit: UnitNode): string {
  return unit.kind === "money" ? unit.currency : unit.kind;
}

/** Unit of a value read from a stored field; null where no value can hold it. */
export function unitOfField(type: FieldType): UnitNode | null {
  if (type.kind === "money") return { kind: "money", currency: type.currency };
  if (type.kind === "category") return { kind: "category", values: type.values };
  if (type.kind === "integer" || type.kind === "decimal") return { kind: "number" };
  return type.kind === "boolean" ? { kind: "boolean" } : null;
}

export function isNumeric(unit: UnitNode): boolean {
  return unit.kind === "number" || unit.kind === "money" || unit.kind === "days";
}

/** How literals of one unit become numbers: what it expects, in words, and the number or undefined. */
export interface LiteralReader {
  readonly expected: string;
  readonly ordered: boolean;
  read(literal: unknown): number | undefined;
}

/** Literals beside a stored field: scaled integers, places in a category, 0 or 1. */
export function storedLiterals(type: FieldType): LiteralReader {
  const unit = unitOfField(type);
  if (unit === null) return { expected: `no test at all: it is ${type.kind}`, ordered: false, read: () => undefined };
  const scale = scaleOf(type);
  const reader = valueLiterals(unit);
  const decimals = isNumeric(unit) ? ` with at most ${scale} decimals` : "";
  if (unit.kind === "money") {
    return {
      ...reader,
      expected: reader.expected + decimals,
      read: (literal) => storedAmount(unit.currency, scale, literal),
    };
  }
  if (unit.kind !== "number") return reader;
  const read = (literal: unknown) => (typeof literal === "number" ? scaledInteger(literal, scale) : undefined);
  return { expected: reader.expected + decimals, ordered: true, read };
}

function storedAmount(currency: string, scale: number, literal: unknown): number | undefined {
  const amount = amountFactsOf(literal)?.node;
  return amount?.currency === currency ? scaledInteger(amount.text, scale) : undefined;
}

/** Literals beside a value, in its own (major) unit. */
export function valueLiterals(unit: UnitNode): LiteralReader {
  if (unit.kind === "boolean") {
    return { expected: "true or false", ordered: false, read: (x) => (typeof x === "boolean" ? Number(x) : undefined) };
  }
  if (unit.kind === "category") return categoryLiterals(unit.values);
  if (unit.kind === "money") {
    const read = (x: unknown) => majorAmount(unit.currency, x);
    return { expected: `an amount of ${unit.currency}`, ordered: true, read };
  }
  const expected = unit.kind === "days" ? "a number of days" : "a number";
  return { expected, ordered: true, read: (x) => (typeof x === "number" && Number.isFinite(x) ? x : undefined) };
}

function categoryLiterals(values: readonly string[]): LiteralReader {
  const read = (literal: unknown) => {
    const index = values.indexOf(literal as string);
    return index < 0 ? undefined : index;
  };
  return { expected: `one of ${values.map((value) => JSON.stringify(value)).join(", ")}`, ordered: false, read };
}

function majorAmount(currency: string, literal: unknown): number | undefined {
  const amount = amountFactsOf(literal)?.node;
  return amount?.currency === currency ? Number(amount.text) : undefined;
}

export function sameUnit(left: UnitNode, right: UnitNode): boolean {
  return unitName(left) === unitName(right);
}

export { unitNameOfField };
