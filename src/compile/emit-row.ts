// Source that reads one row: its fields, the sums and differences over them, and which streams it belongs to. Every
// expression becomes one constant per row, however many slots read it.
//
// In limbs mode a value is also the exact pair high * 2^26 + low (see base/exact.ts). In plain mode a value is a double, and
// the emitter notes which values must have stayed below 2^53 for that to be exact.

import { canonicalJson, LIMB } from "../base/index.ts";
import type { FilterNode, RowNode } from "../define/index.ts";
import { testSource } from "./comparison.ts";
import { textLiteral } from "./literal.ts";
import { depthOf } from "./row.ts";
import type { Mode } from "./state/state.ts";

const BELOW = `< ${2 ** 53}`;

/** Names that belong to a whole walk: columns of fields, and the largest magnitude each watched value had. */
export interface WalkNames {
  readonly mode: Mode;
  readonly columns: Map<string, string>;
  readonly values: Map<string, string>;
  /** Watched value → conditions on its largest magnitude. */
  readonly proofs: Map<string, Set<string>>;
}

export function walkNames(mode: Mode): WalkNames {
  return { mode, columns: new Map(), values: new Map(), proofs: new Map() };
}

/** Statements at the start of a walk, once all rows were emitted. */
export function walkHead(names: WalkNames): string[] {
  const columns = [...names.columns].map(
    ([field, name]) => `const ${name} = e.fields[${textLiteral(field)}] ?? noColumn(e, ${textLiteral(field)});`,
  );
  const largest = [...names.proofs.keys()].map((value) => `let ${largestOf(value)} = 0;`);
  return [...columns, ...largest];
}

export function largestOf(value: string): string {
  return `${value}max`;
}

export function prove(names: WalkNames, value: string, condition: string): void {
  named(names.proofs, value, () => new Set<string>()).add(condition);
}

/** The statements of one loop body, and the names made in it. */
export class RowEmitter {
  readonly #names: WalkNames;
  readonly #emitted = new Set<string>();
  readonly lines: string[] = [];

  constructor(names: WalkNames) {
    this.#names = names;
  }

  /** The variable that holds a row expression. */
  value(row: RowNode): string {
    const name = named(this.#names.values, canonicalJson(row), (count) => `x${count}`);
    if (this.#emitted.has(name)) return name;
    this.#emitted.add(name);
    if (row.kind === "field") this.#field(name, row.field);
    else this.#combined(name, row);
    return name;
  }

  /** Declares that the value must be exact, and keeps watch over it. */
  watch(name: string): void {
    if (!this.#names.proofs.has(name) || this.#emitted.has(largestOf(name))) return;
    this.#emitted.add(largestOf(name));
    this.lines.push(`if (Math.abs(${name}) > ${largestOf(name)}) ${largestOf(name)} = Math.abs(${name});`);
  }

  /** A condition: the row is in the stream. */
  passes(filter: FilterNode): string {
    if (filter.kind === "fieldTest") return testSource(filter.test, this.value(filter.row));
    const parts = filter.filters.map((part) => this.passes(part));
    if (parts.length === 0) return filter.kind === "allOf" ? "true" : "false";
    return `(${parts.join(filter.kind === "allOf" ? " && " : " || ")})`;
  }

  #field(name: string, field: string): void {
    const column = named(this.#names.columns, field, (count) => `f${count}`);
    this.lines.push(`const ${name} = ${column}[i];`);
    if (this.#names.mode === "plain") return;
    this.lines.push(`const ${name}h = Math.floor(${name} / ${LIMB}), ${name}l = ${name} - ${name}h * ${LIMB};`);
  }

  #combined(name: string, row: RowNode & { kind: "rowMinus" | "rowPlus" }): void {
    const left = this.value(row.left);
    const right = this.value(row.right);
    const sign = row.kind === "rowMinus" ? "-" : "+";
    if (this.#names.mode === "limbs") {
      this.lines.push(
        `const ${name}r = ${left}l ${sign} ${right}l, ${name}c = Math.floor(${name}r / ${LIMB});`,
        `const ${name}h = ${left}h ${sign} ${right}h + ${name}c, ${name}l = ${name}r - ${name}c * ${LIMB};`,
        `const ${name} = ${name}h * ${LIMB} + ${name}l;`,
      );
      return;
    }
    this.lines.push(`const ${name} = ${left} ${sign} ${right};`);
    // One operation on exact integers gives the nearest double. More than one does only while none was rounded.
    if (depthOf(row) > 1) {
      for (const value of [left, right, name]) this.mustBeExact(value);
    }
  }

  mustBeExact(name: string): void {
    if (this.#names.mode === "limbs") return;
    prove(this.#names, name, `${largestOf(name)} ${BELOW}`);
    this.watch(name);
  }
}

function named<V>(map: Map<string, V>, key: string, make: (count: number) => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make(map.size);
  map.set(key, made);
  return made;
}
