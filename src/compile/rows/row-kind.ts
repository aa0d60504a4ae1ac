// What each kind of row expression answers for itself: the source of one row's value, its words, and what is known of its
// size. Every expression becomes one constant per row, `x`.
//
// In limbs mode a value is also the exact pair `xh * 2^26 + xl` (see base/exact.ts). In plain mode it is a double, the one
// nearest to the exact value as long as the depth is at most 1; beyond that what was added is proven to be exact.

import { LIMB } from "../../base/index.ts";
import type { FieldType, FilterNode, RowNode, TestNode } from "../../define/index.ts";
import type { Mode } from "../state/state.ts";

/** Where the source of one row goes, and the names it may use. */
export interface RowWriter {
  readonly mode: Mode;
  line(...statements: string[]): void;
  /** The array of a field's stored values, or of the codes of its texts. */
  column(field: string): string;
  /** The texts behind the codes of a field. */
  texts(field: string): string;
  /** The function from an instant to local time of a zone. */
  clock(zone: string): string;
  /** A condition: the row passes a filter. */
  passes(filter: FilterNode): string;
  /** In plain mode: the value must turn out to have stayed below 2^53. */
  mustBeExact(value: string): void;
}

export interface RowWords {
  readonly event: string;
  field(name: string): string;
  literal(value: number, type: FieldType): string;
  test(test: TestNode, type: FieldType): string;
  filter(filter: FilterNode): string;
}

export interface RowKind<N extends RowNode = RowNode> {
  /** How many terms, each within 2^53, the value adds up, given those of its operands. */
  terms(parts: readonly number[]): number;
  /** How many sums lie inside each other. */
  depth(parts: readonly number[]): number;
  /** Whether it may leave nothing of operands that are there. */
  readonly gap: boolean;
  /** An expression no smaller than its magnitude in any row, given those of its operands; absent where none is told beforehand. */
  bound?(node: N, parts: readonly string[], largestOf: (field: string) => string): string;
  /** Writes the statements that make `x` of the variables of its operands. */
  write(node: N, x: string, parts: readonly string[], writer: RowWriter): void;
  /** In words, given those of its operands. */
  words(node: N, parts: readonly string[], words: RowWords): string;
}

/** A single number within 2^53, whatever it is made of. */
export const single = { terms: () => 1, depth: () => 0 };

/** As large and as deep as its operands. */
export const likeItsParts = {
  terms: (parts: readonly number[]) => Math.max(...parts),
  depth: (parts: readonly number[]) => Math.max(...parts),
  gap: false,
};

/** `x` is `value`, a number within 2^53 or NaN. */
export function writeSingle(x: string, value: string, writer: RowWriter): void {
  writer.line(`const ${x} = ${value};`);
  if (writer.mode === "limbs") writer.line(`const ${x}h = Math.floor(${x} / ${LIMB}), ${x}l = ${x} - ${x}h * ${LIMB};`);
}

/** `x` is `value`, or nothing where that is no number within 2^53. -0 becomes 0. */
export function writeWithin(x: string, value: string, writer: RowWriter): void {
  writer.line(`const ${x}w = ${value};`);
  writeSingle(x, `Math.abs(${x}w) < ${2 ** 53} ? ${x}w + 0 : NaN`, writer);
}
