// What a row holds as it stands: fields, when it happened, constants, single numbers of a vector.

import type { RowNode } from "../../define/index.ts";
import { numberLiteral } from "../literal.ts";
import { timesPowerOfTen } from "./power-of-ten.ts";
import { type RowKind, single, writeSingle, writeWithin } from "./row-kind.ts";

export const field: RowKind<RowNode & { kind: "field" }> = {
  ...single,
  gap: false,
  bound: (node, _, largestOf) => largestOf(node.field),
  write: (node, x, _, writer) => writeSingle(x, `${writer.column(node.field)}[i]`, writer),
  words: (node, _, words) => words.field(node.field),
};

export const rowAt: RowKind<RowNode & { kind: "rowAt" }> = {
  ...single,
  gap: false,
  write: (_node, x, _, writer) => writeSingle(x, "at[i]", writer),
  words: (_node, _, words) => `when ${words.event} happened`,
};

export const rowLiteral: RowKind<RowNode & { kind: "rowLiteral" }> = {
  ...single,
  gap: false,
  bound: (node) => numberLiteral(Math.abs(node.value)),
  write: (node, x, _, writer) => writeSingle(x, numberLiteral(node.value), writer),
  words: (node, _, words) => words.literal(node.value, node.type),
};

/** `Math.round(number * 10^decimals)`, one IEEE operation each. */
export const rowElement: RowKind<RowNode & { kind: "rowElement" }> = {
  ...single,
  gap: true,
  write: (node, x, _, writer) => {
    const number = `elementOf(${writer.texts(node.field)}, ${writer.column(node.field)}[i], ${numberLiteral(node.place)})`;
    writeWithin(x, `Math.round(${timesPowerOfTen(number, node.decimals)})`, writer);
  },
  words: (node, _, words) => `number ${node.place} of ${words.field(node.field)} to ${node.decimals} decimals`,
};

const BYTES = 4;
let decoded = "";
let numbers = new Float32Array(0);

/** A number of the vector that `code` stands for; NaN where there is none. The vector last read is kept. */
export function elementOf(texts: readonly string[], code: number, place: number): number {
  if (!(code >= 0)) return Number.NaN;
  const text = texts[code]!;
  if (text !== decoded) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const view = new DataView(bytes.buffer);
    numbers = Float32Array.from({ length: bytes.length / BYTES }, (_, at) => view.getFloat32(at * BYTES, true));
    decoded = text;
  }
  return place < numbers.length ? numbers[place]! : Number.NaN;
}
