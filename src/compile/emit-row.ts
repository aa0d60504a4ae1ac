// Source that reads one row: its fields, the expressions over them, and which streams it belongs to. Every expression becomes
// one constant per row, however many slots read it; what each kind of expression writes stands in `rows/`. In plain mode the
// emitter notes which values must have stayed below 2^53 for doubles to be exact.

import { canonicalJson } from "../base/index.ts";
import { type FilterNode, partsOfRow, type RowNode } from "../define/index.ts";
import { testSource } from "./comparison.ts";
import { textLiteral } from "./literal.ts";
import { depthOf, rowKind } from "./rows/all.ts";
import type { RowWriter } from "./rows/row-kind.ts";
import type { Mode } from "./state/state.ts";

const BELOW = `< ${2 ** 53}`;

/** Names that belong to a whole walk: columns of fields, and the largest magnitude each watched value had. */
export interface WalkNames {
  readonly mode: Mode;
  readonly columns: Map<string, string>;
  /** Texts behind the codes of fields. */
  readonly texts: Map<string, string>;
  /** Local time of zones. */
  readonly clocks: Map<string, string>;
  readonly values: Map<string, string>;
  /** What no row's value exceeds in magnitude, where that is told before the walk; null where every row is watched. */
  readonly bounds: Map<string, string> | null;
  /** Watched value → conditions on its largest magnitude. */
  readonly proofs: Map<string, Set<string>>;
}

export function walkNames(mode: Mode, watched: "columns" | "rows" = "columns"): WalkNames {
  const maps = { columns: new Map(), texts: new Map(), clocks: new Map(), values: new Map() };
  return { mode, ...maps, bounds: watched === "rows" ? null : new Map(), proofs: new Map() };
}

/** Statements at the start of a walk, once all rows were emitted. */
export function walkHead(names: WalkNames): string[] {
  const columns = [...names.columns].map(
    ([field, name]) => `const ${name} = e.fields[${textLiteral(field)}] ?? noColumn(e, ${textLiteral(field)});`,
  );
  const texts = [...names.texts].map(
    ([field, name]) => `const ${name} = e.dictionaries[${textLiteral(field)}] ?? NO_TEXTS;`,
  );
  const clocks = [...names.clocks].map(([zone, name]) => `const ${name} = localTimeOf(${textLiteral(zone)});`);
  const largest = [...names.proofs.keys()].map((value) => {
    const bound = names.bounds?.get(value);
    return bound === undefined ? `let ${largestOf(value)} = 0;` : `const ${largestOf(value)} = ${bound};`;
  });
  return [...columns, ...texts, ...clocks, ...largest];
}

/** Of all rows of the walked type. */
function largestOfField(field: string): string {
  const name = textLiteral(field);
  // What every object has by name is no field's.
  return field in {} ? `largestIn(e, ${name})` : `(e.largest?.[${name}] ?? largestIn(e, ${name}))`;
}

export function largestOf(value: string): string {
  return `${value}max`;
}

export function prove(names: WalkNames, value: string, condition: string): void {
  named(names.proofs, value, () => new Set<string>()).add(condition);
}

/** The statements of one loop body, and the names made in it. */
export class RowEmitter implements RowWriter {
  readonly mode: Mode;
  readonly names: WalkNames;
  readonly #emitted = new Set<string>();
  readonly lines: string[] = [];

  constructor(names: WalkNames) {
    this.names = names;
    this.mode = names.mode;
  }

  /** The variable that holds a row expression. */
  value(row: RowNode): string {
    const name = named(this.names.values, canonicalJson(row), (count) => `x${count}`);
    if (this.#emitted.has(name)) return name;
    this.#emitted.add(name);
    const parts = partsOfRow(row).map((part) => this.value(part));
    rowKind(row).write(row, name, parts, this);
    this.#bound(row, name, parts);
    // One operation on exact integers gives the nearest double. More than one does only while none was rounded.
    if (depthOf(row) > 1) for (const value of [...parts, name]) this.mustBeExact(value);
    return name;
  }

  #bound(row: RowNode, name: string, parts: readonly string[]): void {
    const { bounds } = this.names;
    const known = parts.map((part) => bounds?.get(part));
    if (bounds === null || known.some((bound) => bound === undefined)) return;
    const bound = rowKind(row).bound?.(row, known as string[], largestOfField);
    if (bound !== undefined) bounds.set(name, bound);
  }

  /** Declares that the value must be exact, and keeps watch over it. */
  watch(name: string): void {
    if (this.names.bounds?.has(name)) return;
    if (!this.names.proofs.has(name) || this.#emitted.has(largestOf(name))) return;
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

  line(...statements: string[]): void {
    this.lines.push(...statements);
  }

  column(field: string): string {
    return named(this.names.columns, field, (count) => `f${count}`);
  }

  texts(field: string): string {
    return named(this.names.texts, field, (count) => `d${count}`);
  }

  clock(zone: string): string {
    return named(this.names.clocks, zone, (count) => `z${count}`);
  }

  mustBeExact(name: string): void {
    if (this.names.mode === "limbs") return;
    prove(this.names, name, `${largestOf(name)} ${BELOW}`);
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
