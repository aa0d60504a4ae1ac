// What a feature computes, in words for people who do not read code; the code stands beside it. Stored literals (of rows)
// go back to major units, literals of values are in major units already.

import type {
  AggregateName,
  FieldType,
  FilterNode,
  RowNode,
  StreamNode,
  TestNode,
  UnitNode,
  ValueNode,
  WindowNode,
} from "../../define/index.ts";
import { words } from "./name-words.ts";
import { decimals, money } from "./number-text.ts";
import { windowWords } from "./window-words.ts";

export function valueWords(node: ValueNode): string {
  switch (node.kind) {
    case "aggregate":
      return aggregateWords(node.aggregate, node.stream, node.row, node.window);
    case "over":
      return `${part(node.left)} divided by ${part(node.right)}`;
    case "minus":
      return `${part(node.left)} less ${part(node.right)}`;
    case "plus":
      return `${part(node.left)} plus ${part(node.right)}`;
    case "times":
      return `${part(node.of)} times ${decimals(node.factor, 6, 0)}`;
    case "ifMissing":
      return `${valueWords(node.of)}; ${decimals(node.then, 6, 0)} where missing`;
    case "is":
      return `whether ${part(node.of)} is ${testWords(node.test, (value) => decimals(value, 6, 0))}`;
    case "both":
      return `${part(node.left)} and ${part(node.right)}`;
    case "either":
      return `${part(node.left)} or ${part(node.right)}`;
    case "asked":
      return `the ${words(node.field)} asked for`;
  }
}

/** A value inside another: bracketed where a comma or verb of its own would be misread. */
function part(node: ValueNode): string {
  return node.kind === "aggregate" || node.kind === "asked" ? valueWords(node) : `(${valueWords(node)})`;
}

const VERBS: { readonly [name in AggregateName]: string } = {
  count: "number of",
  sum: "sum of",
  mean: "mean of",
  min: "lowest",
  max: "highest",
  stddev: "standard deviation of",
  latest: "latest",
  first: "first",
  daysSince: "days since the latest",
  distinct: "number of different values of",
  occurs: "whether there is",
};

function aggregateWords(name: AggregateName, stream: StreamNode, row: RowNode | null, window: WindowNode): string {
  const of = row === null ? eventWords(stream, name) : `${rowWords(row)} of ${eventWords(stream, name)}`;
  const unsaid = window.kind === "ever" && (name === "latest" || name === "first" || name === "daysSince");
  return `${VERBS[name]} ${of}${unsaid ? "" : `, ${windowWords(window)}`}`;
}

const ONE: ReadonlySet<AggregateName> = new Set(["daysSince", "occurs"]);

function eventWords({ event, filter }: StreamNode, aggregate: AggregateName): string {
  const noun = words(event);
  const counted = ONE.has(aggregate) ? (aggregate === "occurs" ? `a ${noun}` : noun) : `${noun}s`;
  return filter === null ? counted : `${counted} where ${filterWords(filter)}`;
}

function rowWords(row: RowNode): string {
  if (row.kind === "field") return words(row.field);
  return `${rowWords(row.left)} ${row.kind === "rowMinus" ? "less" : "plus"} ${rowWords(row.right)}`;
}

function filterWords(filter: FilterNode): string {
  if (filter.kind === "fieldTest") return `${rowWords(filter.row)} is ${storedTest(filter.test, typeOf(filter.row))}`;
  return filter.filters.map(filterWords).join(filter.kind === "allOf" ? " and " : " or ");
}

function typeOf(row: RowNode): FieldType {
  return row.kind === "field" ? row.type : typeOf(row.left);
}

function storedTest(test: TestNode, type: FieldType): string {
  return testWords(test, (value) => storedWords(value, type));
}

/** A stored literal in the words of its field. */
export function storedWords(value: number, type: FieldType): string {
  if (type.kind === "boolean") return value === 1 ? "yes" : "no";
  if (type.kind === "category") return type.values[value] ?? decimals(value, 0);
  if (type.kind === "money") return money(value / 10 ** type.scale, type.currency);
  return decimals(type.kind === "decimal" ? value / 10 ** type.scale : value, 6, 0);
}

/** A literal of a value, in its own unit. */
export function literalWords(value: number, unit: UnitNode | undefined): string {
  if (unit?.kind === "money") return money(value, unit.currency);
  if (unit?.kind === "boolean") return value === 1 ? "yes" : "no";
  if (unit?.kind === "category") return unit.values[value] ?? decimals(value, 0);
  return decimals(value, 6, 0);
}

export function testWords(test: TestNode, literal: (value: number) => string): string {
  switch (test.kind) {
    case "equals":
      return literal(test.value);
    case "atLeast":
      return `at least ${literal(test.value)}`;
    case "atMost":
      return `at most ${literal(test.value)}`;
    case "above":
      return `above ${literal(test.value)}`;
    case "below":
      return `below ${literal(test.value)}`;
    case "anyOf":
      return `one of ${test.values.map(literal).join(", ")}`;
    case "noneOf":
      return `none of ${test.values.map(literal).join(", ")}`;
  }
}
