// What one row says, in words for people who do not read code. Stored literals go back to major units.

import { formatDate, formatInstant } from "../../base/index.ts";
import { type FieldType, type FilterNode, type RowNode, type TestNode, typeOfRow } from "../../define/index.ts";
import { words } from "./name-words.ts";
import { decimals, money } from "./number-text.ts";

const PARTS = {
  hour: "hour",
  weekday: "weekday",
  dayOfMonth: "day of the month",
  month: "month",
  year: "year",
} as const;

export function rowWords(row: RowNode): string {
  switch (row.kind) {
    case "field":
      return words(row.field);
    case "rowAt":
      return "when it happened";
    case "rowLiteral":
      return storedWords(row.value, row.type);
    case "rowElement":
      return `number ${row.place} of ${words(row.field)}`;
    case "rowMinus":
      return `${rowWords(row.left)} less ${rowWords(row.right)}`;
    case "rowPlus":
      return `${rowWords(row.left)} plus ${rowWords(row.right)}`;
    case "rowTimes":
    case "rowScaled":
      return `${rowWords(row.of)} times ${decimals(row.factor, 6, 0)}`;
    case "rowOver":
      return `${rowWords(row.left)} divided by ${rowWords(row.right)}`;
    case "rowClamp":
      return `${rowWords(row.of)} held ${boundWords(row)}`;
    case "rowLog":
      return `logarithm of ${rowWords(row.of)}`;
    case "rowAbsolute":
      return `${rowWords(row.of)} without its sign`;
    case "rowIs":
      return `${rowWords(row.of)} is ${storedTest(row.test, typeOfRow(row.of))}`;
    case "rowWhere":
      return `${rowWords(row.of)} where ${filterWords(row.filter)}, otherwise ${rowWords(row.otherwise)}`;
    case "rowDatePart":
      return `${PARTS[row.part]} of ${rowWords(row.of)}${row.zone === null ? "" : ` (${row.zone})`}`;
    case "rowDays":
      return `days from ${rowWords(row.from)} to ${rowWords(row.to)} (${row.zone})`;
  }
}

function boundWords({ of, atLeast, atMost }: RowNode & { kind: "rowClamp" }): string {
  const bounds = Object.entries({ "at least": atLeast, "at most": atMost });
  const said = bounds.flatMap(([name, value]) =>
    value === null ? [] : [`${name} ${storedWords(value, typeOfRow(of))}`],
  );
  return said.join(" and ");
}

export function filterWords(filter: FilterNode): string {
  if (filter.kind === "fieldTest")
    return `${rowWords(filter.row)} is ${storedTest(filter.test, typeOfRow(filter.row))}`;
  return filter.filters.map(filterWords).join(filter.kind === "allOf" ? " and " : " or ");
}

function storedTest(test: TestNode, type: FieldType): string {
  return testWords(test, (value) => storedWords(value, type));
}

/** A stored literal in the words of its field. */
export function storedWords(value: number, type: FieldType): string {
  if (type.kind === "boolean") return value === 1 ? "yes" : "no";
  if (type.kind === "category") return type.values[value] ?? decimals(value, 0);
  if (type.kind === "money") return money(value / 10 ** type.scale, type.currency);
  if (type.kind === "date") return formatDate(value);
  if (type.kind === "instant") return formatInstant(value);
  return decimals(type.kind === "decimal" ? value / 10 ** type.scale : value, 6, 0);
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
