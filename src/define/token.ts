// Fields of tokens: how a column of an event is written for an encoder. A column as it stands is a number in major units or
// a coded word; `scaled` and `coded` say more. What they take from the data (mean, deviation, quantiles, words) is fitted later
// and pinned by hash; a definition only says what is to be fitted.

import type { Problem } from "../base/index.ts";
import { problems } from "./errors.ts";
import { type Gap, unitNameOfField } from "./field.ts";
import { at } from "./names.ts";
import type { FieldType, RowNode, StreamNode, TokenCoding, TokenFieldNode } from "./nodes.ts";
import { Origin } from "./place.ts";
import { isNumericField, type MarkedColumn, readRow } from "./row.ts";
import { checkSettings } from "./settings.ts";
import { deepFreeze, type Facts, factsAs, seal } from "./thing.ts";
import type { Barred, BarredSentence, NotNumeric } from "./unit.ts";

declare const TOKEN: unique symbol;

/** A column of event `Ev` and how it is written. */
export interface Token<Ev extends string> {
  readonly [TOKEN]: Ev;
}

/** What a token can hold as a word. */
type Word = "category" | "boolean" | "text" | "ref";

type ScaledColumn<Ev extends string, E extends string, U extends string, V, G extends Gap> = string extends U
  ? "expected a column, such as statement.billed"
  : U extends Barred
    ? BarredSentence<U>
    : U extends NotNumeric
      ? `cannot scale ${U}: pass a number or money`
      : MarkedColumn<Ev, E, U, V, G>;

type CodedColumn<Ev extends string, E extends string, U extends string, V, G extends Gap> = string extends U
  ? "expected a column, such as purchase.kind"
  : U extends Barred
    ? BarredSentence<U>
    : U extends Word
      ? MarkedColumn<Ev, E, U, V, G>
      : `cannot code ${U}: pass a category, a text, a reference, or yes or no`;

/** What may stand as a field of a step over `Ev`, or the sentence that refuses it. */
export type TokenField<Ev extends string, K extends string, X> =
  X extends Token<infer Ev2>
    ? Ev2 extends Ev
      ? X
      : `a row of "${Ev}" cannot read a row of "${Ev2}"`
    : X extends MarkedColumn<infer Ev2, string, infer U, unknown, Gap>
      ? Ev2 extends Ev
        ? U extends Barred
          ? BarredSentence<U>
          : U extends Exclude<NotNumeric, Word | Barred>
            ? `"${K}" is ${U}: no token holds it`
            : X
        : `a row of "${Ev}" cannot read a row of "${Ev2}"`
      : `"${K}" is no column of "${Ev}"`;

const STEPS_MAX = 1_000;
const WORDS_MAX = 1_000_000;
const WORDS_BY_DEFAULT = 1_000;

export interface TokenFacts extends Facts {
  readonly is: "token";
  readonly node: { readonly row: RowNode; readonly coding: TokenCoding } | null;
  readonly stream: StreamNode | null;
}

/**
 * A number less the mean and divided by the deviation of the events that a fit saw; or, with `steps`, the place between their
 * quantiles, 2 to 1,000 of them.
 *
 *     scaled(statement.billed)
 *     scaled(statement.billed, { steps: 32 })
 */
export function scaled<Ev extends string, E extends string, U extends string, V, G extends Gap>(
  column: ScaledColumn<Ev, E, U, V, G>,
  options?: { readonly steps: number },
): Token<Ev> {
  const origin = new Origin();
  const count = options?.steps;
  const coding: TokenCoding = count === undefined ? { kind: "scaled" } : { kind: "steps", count };
  const found = [
    ...checkSettings("scaled", options, ["steps"], origin),
    ...(count === undefined ? [] : whole("scaled", "steps", count, [2, STEPS_MAX], origin)),
  ];
  const refusal = (type: FieldType) =>
    isNumericField(type) ? undefined : `cannot scale ${unitNameOfField(type)}: pass a number or money`;
  return token("scaled", column, coding, refusal, found, origin) as Token<Ev>;
}

/**
 * A code for each of the `most` frequent words (1,000, where it is not said) of a category, a text, a reference, or yes and no:
 * 0 is missing, 1 any other word. A word that fewer than ten entities used is never among them: it would say who they are.
 *
 *     coded(purchase.merchant, { most: 5_000 })
 */
export function coded<Ev extends string, E extends string, U extends string, V, G extends Gap>(
  column: CodedColumn<Ev, E, U, V, G>,
  options?: { readonly most: number },
): Token<Ev> {
  const origin = new Origin();
  const most = options?.most ?? WORDS_BY_DEFAULT;
  const found = [
    ...checkSettings("coded", options, ["most"], origin),
    ...whole("coded", "most", most, [1, WORDS_MAX], origin),
  ];
  const refusal = (type: FieldType) => {
    const name = unitNameOfField(type);
    return holdsWords(type) ? undefined : `cannot code ${name}: pass a category, a text, a reference, or yes or no`;
  };
  return token("coded", column, { kind: "coded", most }, refusal, found, origin) as Token<Ev>;
}

function whole(user: string, name: string, value: unknown, [least, most]: readonly [number, number], origin: Origin) {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return [];
  const expected = `${name}: a whole number from ${least} to ${most}`;
  return [problems.BAD_ARGUMENT(user, { expected }, at(origin))];
}

function holdsWords({ kind }: FieldType): boolean {
  return kind === "category" || kind === "boolean" || kind === "text" || kind === "ref";
}

function token(
  user: string,
  column: unknown,
  coding: TokenCoding,
  refusal: (type: FieldType) => string | undefined,
  own: readonly Problem[],
  origin: Origin,
): object {
  const read = readRow(column, user, origin);
  const found = [...own, ...read.problems];
  if (!("node" in read) || read.node === null) return tokenThing(null, null, found);
  const sentence = refusal(read.type);
  if (sentence !== undefined) found.push(problems.UNIT(user, { sentence }, at(origin)));
  const node = found.length > 0 ? null : { row: read.node, coding };
  return tokenThing(node, read.stream, found);
}

function tokenThing(node: TokenFacts["node"], stream: StreamNode | null, found: readonly Problem[]): object {
  const facts: TokenFacts = { is: "token", node: deepFreeze(node), stream, problems: found };
  return seal({}, facts);
}

/** Reads one field of a step: how it is written is told by itself, or by what it is. */
export function readToken(
  name: string,
  thing: unknown,
  step: StreamNode,
  user: string,
  origin: Origin,
): { readonly field: TokenFieldNode | null; readonly problems: readonly Problem[] } {
  const facts = factsAs<TokenFacts>(thing, "token") ?? bareToken(thing, user, origin);
  const { node, stream, problems: found } = facts;
  const mistakes = [...found, ...(stream === null ? [] : otherRows(step, stream, user, origin))];
  return { field: node === null ? null : { name, ...node }, problems: mistakes };
}

function bareToken(thing: unknown, user: string, origin: Origin): TokenFacts {
  const read = readRow(thing, user, origin);
  const facts = { is: "token", stream: null, problems: read.problems } as const;
  if (!("node" in read) || read.node === null) return { ...facts, node: null };
  const coding = codingOf(read.type);
  if (coding !== undefined) return { ...facts, stream: read.stream, node: { row: read.node, coding } };
  const problem = problems.NO_TOKEN(user, { type: unitNameOfField(read.type) }, at(origin));
  return { ...facts, node: null, problems: [...read.problems, problem] };
}

function codingOf(type: FieldType): TokenCoding | undefined {
  if (isNumericField(type)) return { kind: "number" };
  return holdsWords(type) ? { kind: "coded", most: WORDS_BY_DEFAULT } : undefined;
}

function otherRows(step: StreamNode, read: StreamNode, user: string, origin: Origin): Problem[] {
  if (read.event !== step.event)
    return [problems.OTHER_ROW(user, { event: step.event, other: read.event }, at(origin))];
  if (read.filter === null || JSON.stringify(read.filter) === JSON.stringify(step.filter)) return [];
  return [problems.OTHER_SUBSET(user, { event: step.event }, at(origin))];
}
