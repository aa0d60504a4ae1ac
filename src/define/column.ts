// What can be written after a column: each step gives a larger row expression of the same event. Nothing is computed here.

import type { Problem } from "../base/index.ts";
import type { Comparison } from "./comparison.ts";
import type { MarkedStream } from "./event.ts";
import type { Gap } from "./field.ts";
import type { FieldNode, StreamNode } from "./nodes.ts";
import { Origin } from "./place.ts";
import type { ColumnFacts, MarkedColumn } from "./row.ts";
import { absoluteStep, clampStep, logStep, overStep, sumStep, timesStep } from "./row-arithmetic.ts";
import { elementStep, isStep, whereStep } from "./row-choice.ts";
import { seal } from "./thing.ts";
import type {
  Addend,
  AddendLiteral,
  AddSentence,
  Barred,
  BarredSentence,
  DivideSentence,
  Divisor,
  LiteralOf,
  LiteralSentence,
  NotNumeric,
  SubtractSentence,
} from "./unit.ts";

/** To how many decimals (0 to 15) a result is kept: it is a whole number of 10^-decimals, rounded half up once. */
export interface Kept {
  readonly decimals: number;
}

type OtherRow<Ev extends string, Ev2 extends string> = `a row of "${Ev}" cannot read a row of "${Ev2}"`;

type Arithmetic<U extends string, What extends string, Arg> = U extends Barred
  ? BarredSentence<U>
  : U extends NotNumeric
    ? `cannot ${What} ${U}`
    : Arg;

/** A factor that keeps the scale; one that is no literal is told at run time. */
type Whole<N extends number> = number extends N
  ? N
  : `${N}` extends `${bigint}`
    ? N
    : `${N} is no whole number: say how many decimals to keep`;

/** A number or code read from each row of event `Ev`, in unit `U`; `G` tells whether a whole history may lack it. */
export interface Column<Ev extends string, E extends string, U extends string, V, G extends Gap>
  extends MarkedColumn<Ev, E, U, V, G> {
  /** This column less another of the same row, or less a literal of its unit. */
  minus<
    Ev2 extends string = "a literal",
    E2 extends string = never,
    U2 extends string = never,
    V2 = never,
    G2 extends Gap = never,
    const X = unknown,
  >(
    other: Ev2 extends "a literal"
      ? AddendLiteral<U, X>
      : Ev2 extends Ev
        ? U2 extends Addend<U>
          ? MarkedColumn<Ev2, E2, U2, V2, G2>
          : SubtractSentence<U, U2>
        : OtherRow<Ev, Ev2>,
  ): Column<Ev, E, U, number, G | G2>;

  /** This column plus another of the same row, or plus a literal of its unit. */
  plus<
    Ev2 extends string = "a literal",
    E2 extends string = never,
    U2 extends string = never,
    V2 = never,
    G2 extends Gap = never,
    const X = unknown,
  >(
    other: Ev2 extends "a literal"
      ? AddendLiteral<U, X>
      : Ev2 extends Ev
        ? U2 extends Addend<U>
          ? MarkedColumn<Ev2, E2, U2, V2, G2>
          : AddSentence<U, U2>
        : OtherRow<Ev, Ev2>,
  ): Column<Ev, E, U, number, G | G2>;

  /**
   * Times a constant. A whole one is exact and keeps the scale; any other says to how many decimals the result is kept:
   * `Math.round(x * constant * 10^(decimals - scale))` over stored units, each step one IEEE operation. Beyond 2^53 stored
   * units it is missing.
   */
  times<const N extends number, K extends Kept | undefined = undefined>(
    constant: Arithmetic<U, "multiply", K extends Kept ? N : Whole<N>>,
    kept?: K,
  ): Column<Ev, E, U, number, G | "empty window">;

  /**
   * Quotient by another column of the same row, or by a plain number, to so many decimals; a divisor of 0 makes it missing.
   * Over stored units: `Math.round(x / y * 10^(decimals - scale of x + scale of y))`, each step one IEEE operation.
   */
  over<
    Ev2 extends string = "a literal",
    E2 extends string = never,
    U2 extends string = "number",
    V2 = never,
    G2 extends Gap = never,
    const N extends number = number,
  >(
    divisor: Ev2 extends "a literal"
      ? Arithmetic<U, "divide", N extends 0 ? "cannot divide by 0" : N>
      : Ev2 extends Ev
        ? U2 extends Divisor<U>
          ? MarkedColumn<Ev2, E2, U2, V2, G2>
          : DivideSentence<U, U2>
        : OtherRow<Ev, Ev2>,
    kept: Kept,
  ): Column<Ev, E, U2 extends U ? "number" : U, number, G | G2 | "empty window">;

  /** Held within bounds of its own unit: `.clamp({ atLeast: usd(0), atMost: usd(5000) })`. */
  clamp<const A = never, const B = never>(
    bounds: Arithmetic<U, "clamp", { readonly atLeast?: AddendLiteral<U, A>; readonly atMost?: AddendLiteral<U, B> }>,
  ): Column<Ev, E, U, V, G>;

  /** Natural logarithm of the number in major units, by the product's own `log`, to so many decimals; missing at 0 and below. */
  log(kept: Arithmetic<U, "take the logarithm of", Kept>): Column<Ev, E, "number", number, G | "empty window">;

  /** Without its sign. */
  absolute(this: U extends NotNumeric ? `cannot take the absolute value of ${U}` : unknown): Column<Ev, E, U, V, G>;

  /** Yes or no in each row: `statement.monthsLate.is(atLeast(1))`. */
  is<const X>(
    test: X extends LiteralOf<U, V> | Comparison<LiteralOf<U, V>> ? X : LiteralSentence<"this column", U>,
  ): Column<Ev, E, "boolean", boolean, G>;

  /**
   * This column in the rows of a subset (or where a yes-or-no column is yes), and `otherwise`, a literal or a column of the
   * same kind, in all others: `purchase.amount.where(rent, { otherwise: usd(0) })`.
   */
  where<Ev2 extends string, const X = never>(
    subset: Ev2 extends Ev
      ? MarkedStream<Ev2, E, Gap> | MarkedColumn<Ev2, E, "boolean", boolean, Gap>
      : OtherRow<Ev, Ev2>,
    options: { readonly otherwise: Otherwise<Ev, U, V, X> },
  ): Column<Ev, E, U, V, G | GapOf<X>>;

  /** One number of a vector, from place 0, to so many decimals: `Math.round(number * 10^decimals)`. */
  element(
    place: U extends "vector" ? number : U extends Barred ? BarredSentence<U> : `${U} has no elements`,
    kept: Kept,
  ): Column<Ev, E, "number", number, G | "empty window">;
}

type Otherwise<Ev extends string, U extends string, V, X> =
  X extends MarkedColumn<infer Ev2, string, infer U2, unknown, Gap>
    ? Ev2 extends Ev
      ? U2 extends U
        ? X
        : `otherwise is ${U2}, and the column ${U}`
      : OtherRow<Ev, Ev2>
    : X extends LiteralOf<U, V>
      ? X
      : LiteralSentence<"this column", U>;

type GapOf<X> = X extends MarkedColumn<string, string, string, unknown, infer G> ? G : never;

const columnFace = Object.freeze({
  minus(this: unknown, other: unknown): object {
    return sealed(sumStep("minus", this, other, new Origin()));
  },
  plus(this: unknown, other: unknown): object {
    return sealed(sumStep("plus", this, other, new Origin()));
  },
  times(this: unknown, constant: unknown, kept?: unknown): object {
    return sealed(timesStep(this, constant, kept, new Origin()));
  },
  over(this: unknown, divisor: unknown, kept: unknown): object {
    return sealed(overStep(this, divisor, kept, new Origin()));
  },
  clamp(this: unknown, bounds: unknown): object {
    return sealed(clampStep(this, bounds, new Origin()));
  },
  log(this: unknown, kept: unknown): object {
    return sealed(logStep(this, kept, new Origin()));
  },
  absolute(this: unknown): object {
    return sealed(absoluteStep(this, new Origin()));
  },
  is(this: unknown, test: unknown): object {
    return sealed(isStep(this, test, new Origin()));
  },
  where(this: unknown, subset: unknown, options: unknown): object {
    return sealed(whereStep(this, subset, options, new Origin()));
  },
  element(this: unknown, place: unknown, kept: unknown): object {
    return sealed(elementStep(this, place, kept, new Origin()));
  },
});

/** One field of an event as a column of a stream. Reading a protected one is a mistake only once something does. */
export function columnOf(stream: StreamNode, name: string, field: FieldNode, inherited: readonly Problem[]): object {
  const barred = field.protection !== "none";
  const { type, optional, protection } = field;
  const node = barred ? null : ({ kind: "field", field: name, type } as const);
  const facts: ColumnFacts = { is: "row", node, stream, type, optional, problems: inherited };
  return sealed(barred ? { ...facts, barred: { name, protection } } : facts);
}

/** A row expression under its fluent face. */
export function sealed(facts: ColumnFacts): object {
  return seal(Object.create(columnFace), facts);
}
