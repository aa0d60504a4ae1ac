// The common case of writing: new events that simply follow what a value holds. Their rows are put behind the columns
// that are there, without decoding any. Everything else (late events, revisions, retractions, another layout) is laid out
// anew by `layOutHistory`; the conformance suite holds both ways equal.

import type { HistoryEvent } from "../compile/index.ts";
import {
  beginValue,
  columnAt,
  identitiesOf,
  identityLine,
  isPrefixVisible,
  layoutIdOf,
  rowsOf,
  textsOf,
  type ValueLayout,
} from "./online-value.ts";

/**
 * The value with `events` behind its rows; `undefined` where they cannot simply follow. The events are in the total order
 * and none of them revises another event.
 */
export function appendRows(
  bytes: Buffer,
  layout: ValueLayout,
  layoutId: number,
  events: readonly HistoryEvent[],
): Buffer | undefined {
  if (layoutIdOf(bytes) !== layoutId || !isPrefixVisible(bytes) || !follow(bytes, events)) return undefined;
  const before = rowsOf(bytes);
  const length = before + events.length;
  const texts = textsOf(bytes);
  const readers = fieldReaders(layout, texts);
  const rows = events.map((event) => readers.map((read) => read(event)));
  const lines = Buffer.concat([identitiesOf(bytes), Buffer.from(events.map(identityLine).join(""))]);
  const grown = beginValue({ layoutId, prefixVisible: true, length, columns: readers.length }, texts, lines);
  for (let column = 0; column < readers.length; column++) {
    const at = columnAt(column, length);
    bytes.copy(grown, at, columnAt(column, before), columnAt(column + 1, before));
    for (let i = 0; i < rows.length; i++) grown.writeDoubleLE(rows[i]![column]!, at + (before + i) * 8);
  }
  return grown;
}

/** Later than the last row, and known no earlier: then the order and the visible prefix go on. */
function follow(bytes: Buffer, events: readonly HistoryEvent[]): boolean {
  const last = rowsOf(bytes) - 1;
  if (events[0]!.at <= bytes.readDoubleLE(columnAt(0, last + 1) + last * 8)) return false;
  let known = bytes.readDoubleLE(columnAt(1, last + 1) + last * 8);
  for (const { knownAt, retracted } of events) {
    if (retracted || knownAt < known) return false;
    known = knownAt;
  }
  return true;
}

type ReadNumber = (event: HistoryEvent) => number;

/** One per column. New texts are added to `texts`, which holds a list per text field. */
function fieldReaders(layout: ValueLayout, texts: string[][]): ReadNumber[] {
  const lists = texts.values();
  const readers: ReadNumber[] = [(event) => event.at, (event) => event.knownAt];
  for (const { name, text } of layout.fields) {
    if (text) readers.push(codeReader(name, lists.next().value!));
    else readers.push((event) => (event.fields[name] as number | null) ?? Number.NaN);
  }
  return readers;
}

function codeReader(name: string, list: string[]): ReadNumber {
  const codes = new Map(list.map((value, code) => [value, code]));
  return (event) => {
    const value = event.fields[name] as string | null;
    if (value === null) return Number.NaN;
    const known = codes.get(value) ?? list.push(value) - 1;
    codes.set(value, known);
    return known;
  };
}
