// Arithmetic on the stored integers of one row. Sums, bounds and signs keep exactness whatever the size; what multiplies,
// divides or takes a logarithm gives whole numbers within 2^53, or nothing.

import { LIMB } from "../../base/index.ts";
import { type RowNode, typeOfRow } from "../../define/index.ts";
import { numberLiteral } from "../literal.ts";
import { scaleOf } from "../row.ts";
import { timesPowerOfTen } from "./power-of-ten.ts";
import { likeItsParts, type RowKind, type RowWriter, single, writeWithin } from "./row-kind.ts";

type Sum = "rowMinus" | "rowPlus";

function sum<K extends Sum>(sign: "-" | "+"): RowKind<RowNode & { kind: K }> {
  return {
    terms: ([left, right]) => left! + right!,
    depth: (parts) => 1 + Math.max(...parts),
    gap: false,
    bound: (_node, [left, right]) => `(${left} + ${right})`,
    write: (_node, x, [left, right], writer) => writeSum(x, left!, sign, right!, writer),
    words: (_node, [left, right]) => `(${left} ${sign} ${right})`,
  };
}

function writeSum(x: string, left: string, sign: "-" | "+", right: string, writer: RowWriter): void {
  if (writer.mode === "plain") {
    writer.line(`const ${x} = ${left} ${sign} ${right};`);
    return;
  }
  writer.line(
    `const ${x}r = ${left}l ${sign} ${right}l, ${x}c = Math.floor(${x}r / ${LIMB});`,
    `const ${x}h = ${left}h ${sign} ${right}h + ${x}c, ${x}l = ${x}r - ${x}c * ${LIMB};`,
    `const ${x} = ${x}h * ${LIMB} + ${x}l;`,
  );
}

export const rowMinus = sum<"rowMinus">("-");
export const rowPlus = sum<"rowPlus">("+");

/** A product that is a safe integer is exact as a double; any other is rounded to 2^53 or more, and so told apart. */
export const rowTimes: RowKind<RowNode & { kind: "rowTimes" }> = {
  ...single,
  gap: true,
  write: (node, x, [of], writer) => writeWithin(x, `${of} * ${numberLiteral(node.factor)}`, writer),
  words: (node, [of]) => `(${of} times ${node.factor})`,
};

export const rowScaled: RowKind<RowNode & { kind: "rowScaled" }> = {
  ...single,
  gap: true,
  write: (node, x, [of], writer) => {
    const product = `${of} * ${numberLiteral(node.factor)}`;
    writeWithin(x, `Math.round(${timesPowerOfTen(product, node.decimals - scaleOfPart(node.of))})`, writer);
  },
  words: (node, [of]) => `(${of} times ${node.factor} to ${node.decimals} decimals)`,
};

/** A divisor of 0 gives an infinity or NaN, and so nothing. */
export const rowOver: RowKind<RowNode & { kind: "rowOver" }> = {
  ...single,
  gap: true,
  write: (node, x, [left, right], writer) => {
    const power = node.decimals - scaleOfPart(node.left) + scaleOfPart(node.right);
    writeWithin(x, `Math.round(${timesPowerOfTen(`${left} / ${right}`, power)})`, writer);
  },
  words: (node, [left, right]) => `(${left} / ${right} to ${node.decimals} decimals)`,
};

export const rowLog: RowKind<RowNode & { kind: "rowLog" }> = {
  ...single,
  gap: true,
  write: (node, x, [of], writer) => {
    const logarithm = `log(${timesPowerOfTen(of!, -scaleOfPart(node.of))})`;
    writeWithin(x, `Math.round(${timesPowerOfTen(logarithm, node.decimals)})`, writer);
  },
  words: (node, [of]) => `(log of ${of} to ${node.decimals} decimals)`,
};

/** The nearest double lies beyond a bound, a whole number within 2^53, exactly where the value does. */
export const rowClamp: RowKind<RowNode & { kind: "rowClamp" }> = {
  ...likeItsParts,
  write: (node, x, [of], writer) => {
    const { atLeast, atMost } = node;
    const choose = (low: string, high: string, else_: string): string =>
      (atLeast === null ? "" : `${of} < ${numberLiteral(atLeast)} ? ${low} : `) +
      (atMost === null ? "" : `${of} > ${numberLiteral(atMost)} ? ${high} : `) +
      else_;
    const bound = (part: (value: number) => number, name: string): string =>
      choose(literalOf(atLeast, part), literalOf(atMost, part), name);
    writer.line(`const ${x} = ${bound((value) => value, of!)};`);
    if (writer.mode === "plain") return;
    writer.line(`const ${x}h = ${bound(highOf, `${of}h`)}, ${x}l = ${bound(lowOf, `${of}l`)};`);
  },
  words: ({ of: row, atLeast, atMost }, [of], words) => {
    const bounds = Object.entries({ "at least": atLeast, "at most": atMost });
    const said = bounds.flatMap(([name, value]) =>
      value === null ? [] : [`${name} ${words.literal(value, typeOfRow(row))}`],
    );
    return `(${of} held ${said.join(" and ")})`;
  },
};

export const rowAbsolute: RowKind<RowNode & { kind: "rowAbsolute" }> = {
  ...likeItsParts,
  bound: (_node, [of]) => of!,
  write: (_node, x, [of], writer) => {
    writer.line(`const ${x} = Math.abs(${of});`);
    if (writer.mode === "plain") return;
    writer.line(
      `const ${x}n = ${of}h < 0, ${x}b = ${x}n && ${of}l !== 0 ? 1 : 0;`,
      `const ${x}h = ${x}n ? -${of}h - ${x}b : ${of}h, ${x}l = ${x}b === 1 ? ${LIMB} - ${of}l : ${of}l;`,
    );
  },
  words: (_node, [of]) => `(${of} without its sign)`,
};

function scaleOfPart(row: RowNode): number {
  return scaleOf(typeOfRow(row));
}

function literalOf(value: number | null, part: (value: number) => number): string {
  return value === null ? "" : numberLiteral(part(value));
}

function highOf(value: number): number {
  return Math.floor(value / LIMB);
}

function lowOf(value: number): number {
  return value - highOf(value) * LIMB;
}
