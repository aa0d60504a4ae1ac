// The columns that enter: one number a row. A label is 1 for bad and 0 for not bad; a row whose outcome is not known yet is
// left out by whoever builds the columns. A higher score or probability means more risk.

import { invariant, type Problem } from "../base/index.ts";
import { problems } from "./errors.ts";

/** One number a row: a typed array or a plain one. */
export type Column = ArrayLike<number>;

/**
 * What makes columns unfit for evaluation, for a door that takes them from a user. The functions of this room assert
 * instead: their callers have checked.
 */
export function checkColumns(columns: {
  readonly labels: Column;
  readonly scores?: Column;
  readonly probabilities?: Column;
}): Problem[] {
  const { labels, scores, probabilities } = columns;
  const found: Problem[] = [];
  if (labels.length === 0) found.push(problems.NO_ROWS("labels"));
  found.push(...checkEach("labels", labels, labels.length, (x) => x === 0 || x === 1, problems.LABEL_NOT_BINARY));
  if (scores !== undefined) found.push(...checkEach("scores", scores, labels.length, isNumber, problems.NOT_A_NUMBER));
  if (probabilities !== undefined) {
    found.push(...checkEach("probabilities", probabilities, labels.length, isProbability, problems.NOT_A_PROBABILITY));
  }
  return found;
}

function checkEach(
  name: string,
  column: Column,
  rows: number,
  accepts: (x: number) => boolean,
  refusal: (thing: string, params: { got: number; row: number }) => Problem,
): Problem[] {
  if (column.length !== rows) return [problems.UNEQUAL_LENGTHS(name, { rows: column.length, expected: rows })];
  for (let row = 0; row < rows; row++) {
    const got = column[row]!;
    if (!accepts(got)) return [refusal(name, { got, row })];
  }
  return [];
}

function isNumber(x: number): boolean {
  return !Number.isNaN(x);
}

function isProbability(x: number): boolean {
  return x >= 0 && x <= 1;
}

/** Asserts equal lengths and binary labels, and counts the bad rows. */
export function countBads(column: Column, labels: Column): number {
  invariant(column.length === labels.length, "columns have one length");
  let bads = 0;
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!;
    invariant(label === 0 || label === 1, "a label is 0 or 1");
    bads += label;
  }
  return bads;
}

/** Asserts probabilities and labels, and counts the bad rows. */
export function countBadsOf(probabilities: Column, labels: Column): number {
  for (let row = 0; row < probabilities.length; row++) {
    invariant(isProbability(probabilities[row]!), "a probability lies between 0 and 1");
  }
  return countBads(probabilities, labels);
}

/** The rows where `mask` is not 0. */
export function within(column: Column, mask: Column): Float64Array {
  invariant(column.length === mask.length, "a mask has one entry a row");
  const kept: number[] = [];
  for (let row = 0; row < column.length; row++) if (mask[row] !== 0) kept.push(column[row]!);
  return Float64Array.from(kept);
}
