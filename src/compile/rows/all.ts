// The row expressions there are. A new one is a kind in `define`, a file beside these (or a few lines in one) and a line here.

import { log } from "../../base/index.ts";
import { partsOfRow, type RowNode } from "../../define/index.ts";
import { rowAbsolute, rowClamp, rowLog, rowMinus, rowOver, rowPlus, rowScaled, rowTimes } from "./arithmetic.ts";
import { rowIs, rowWhere } from "./choice.ts";
import { dateCalls, rowDatePart, rowDays } from "./date.ts";
import { elementOf, field, rowAt, rowElement, rowLiteral } from "./read.ts";
import type { RowKind, RowWords } from "./row-kind.ts";

const kinds: { readonly [K in RowNode["kind"]]: RowKind<RowNode & { kind: K }> } = {
  field,
  rowAt,
  rowLiteral,
  rowElement,
  rowMinus,
  rowPlus,
  rowTimes,
  rowScaled,
  rowOver,
  rowClamp,
  rowLog,
  rowAbsolute,
  rowIs,
  rowWhere,
  rowDatePart,
  rowDays,
};

/** Functions that the source of rows calls, by name. */
export const rowCalls = { ...dateCalls, log, elementOf, NO_TEXTS: Object.freeze([]) };

export function rowKind(row: RowNode): RowKind {
  return kinds[row.kind] as unknown as RowKind;
}

/** How many terms, each within 2^53, its value adds up. */
export function termsOf(row: RowNode): number {
  return rowKind(row).terms(partsOfRow(row).map(termsOf));
}

/** 0 where it adds nothing up, 1 for a sum or difference. Up to 1 one IEEE operation gives the nearest double. */
export function depthOf(row: RowNode): number {
  return rowKind(row).depth(partsOfRow(row).map(depthOf));
}

/** Whether a row may leave nothing, given which fields it may lack. */
export function mayBeMissing(row: RowNode, isOptional: (field: string) => boolean): boolean {
  if (row.kind === "field") return isOptional(row.field);
  return rowKind(row).gap || partsOfRow(row).some((part) => mayBeMissing(part, isOptional));
}

export function rowInWords(row: RowNode, words: RowWords): string {
  return rowKind(row).words(
    row,
    partsOfRow(row).map((part) => rowInWords(part, words)),
    words,
  );
}
