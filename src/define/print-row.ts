// Streams, row expressions, tests and literals as text, in the words they were written in.

import { formatScaled } from "../base/index.ts";
import { scaleOf } from "./field.ts";
import type { FieldType, FilterNode, RowNode, StreamNode, TestNode, UnitNode } from "./nodes.ts";
import { typeOfRow } from "./row-type.ts";
import { unitOfField } from "./unit.ts";

/** `statement.where({ monthsLate: atLeast(1) })`. */
export function printStream(stream: StreamNode): string {
  return stream.filter === null ? stream.event : `${stream.event}.where(${printFilter(stream.filter, stream.event)})`;
}

/** `statement.billed.minus(statement.paid)`: a row expression over a stream as its author would write it. */
export function printRow(row: RowNode, stream: StreamNode): string {
  const print = (part: RowNode): string => printRow(part, stream);
  switch (row.kind) {
    case "field":
      return `${printStream(stream)}.${row.field}`;
    case "rowAt":
      return printStream(stream);
    case "rowLiteral":
      return printStored(row.value, row.type);
    case "rowElement":
      return `${printStream(stream)}.${row.field}.element(${row.place}, ${kept(row.decimals)})`;
    case "rowMinus":
    case "rowPlus":
      return `${print(row.left)}.${row.kind === "rowMinus" ? "minus" : "plus"}(${print(row.right)})`;
    case "rowTimes":
      return `${print(row.of)}.times(${row.factor})`;
    case "rowScaled":
      return `${print(row.of)}.times(${row.factor}, ${kept(row.decimals)})`;
    case "rowOver":
      return `${print(row.left)}.over(${print(row.right)}, ${kept(row.decimals)})`;
    case "rowClamp":
      return `${print(row.of)}.clamp({ ${printBounds(row)} })`;
    case "rowLog":
      return `${print(row.of)}.log(${kept(row.decimals)})`;
    case "rowAbsolute":
      return `${print(row.of)}.absolute()`;
    case "rowIs":
      return `${print(row.of)}.is(${printTest(row.test, (value) => printStored(value, typeOfRow(row.of)))})`;
    case "rowWhere": {
      const subset = printStream({ ...stream, filter: row.filter });
      return `${print(row.of)}.where(${subset}, { otherwise: ${print(row.otherwise)} })`;
    }
    case "rowDatePart":
      return `${row.part}Of(${print(row.of)}${row.zone === null ? "" : `, ${JSON.stringify(row.zone)}`})`;
    case "rowDays":
      return `daysBetween(${print(row.from)}, ${print(row.to)}, ${JSON.stringify(row.zone)})`;
  }
}

function kept(decimals: number): string {
  return `{ decimals: ${decimals} }`;
}

function printBounds({ of, atLeast, atMost }: RowNode & { kind: "rowClamp" }): string {
  const bounds = Object.entries({ atLeast, atMost });
  const print = (value: number): string => printStored(value, typeOfRow(of));
  return bounds.flatMap(([name, value]) => (value === null ? [] : [`${name}: ${print(value)}`])).join(", ");
}

/** What a filter takes, of rows of `event`: an object where it tests fields, a yes-or-no column where it tests more. */
function printFilter(filter: FilterNode, event: string): string {
  if (filter.kind === "someOf") return nestedEither(filter.filters.map((part) => printFilter(part, event)));
  if (filter.kind === "fieldTest") {
    return filter.row.kind === "field" ? `{ ${printEntry(filter)} }` : printRow(asColumn(filter), bare(event));
  }
  if (filter.filters.every(testsField)) return `{ ${filter.filters.map((part) => printEntry(part)).join(", ")} }`;
  return filter.filters.map((part) => printFilter(part, event)).join(").where(");
}

type FieldTest = Extract<FilterNode, { kind: "fieldTest" }>;

function testsField(filter: FilterNode): filter is FieldTest {
  return filter.kind === "fieldTest" && filter.row.kind === "field";
}

function asColumn({ row, test }: FieldTest): RowNode {
  return { kind: "rowIs", of: row, test };
}

function bare(event: string): StreamNode {
  return { kind: "stream", event, entity: "", filter: null };
}

function printEntry({ row, test }: FieldTest): string {
  const name = row.kind === "field" ? row.field : row.kind;
  return `${name}: ${printTest(test, (value) => printStored(value, typeOfRow(row)))}`;
}

function nestedEither(parts: readonly string[]): string {
  return parts.reduceRight((rest, part) => `either(${part}, ${rest})`);
}

/** A plain literal where the test is equality. */
export function printTest(test: TestNode, print: (value: number) => string): string {
  if (test.kind === "equals") return print(test.value);
  return "values" in test ? `${test.kind}(${test.values.map(print).join(", ")})` : `${test.kind}(${print(test.value)})`;
}

/** A literal in stored units. */
function printStored(value: number, type: FieldType): string {
  const unit = unitOfField(type);
  if (unit?.kind === "money")
    return `${type.kind === "money" ? type.currency.toLowerCase() : ""}(${trimmed(value, scaleOf(type))})`;
  return unit?.kind === "number" ? trimmed(value, scaleOf(type)) : printLiteral(value, unit);
}

function trimmed(scaled: number, scale: number): string {
  return formatScaled(scaled, scale)
    .replace(/(\.\d*?)0+$/, "$1")
    .replace(/\.$/, "");
}

/** A literal in the major unit of a value. */
export function printLiteral(value: number, unit: UnitNode | null): string {
  if (unit?.kind === "money") return `${unit.currency.toLowerCase()}(${value})`;
  if (unit?.kind === "boolean") return String(value === 1);
  return unit?.kind === "category" ? JSON.stringify(unit.values[value]) : String(value);
}
