// Values as text, in the words they were written in; `explain` shows it. Stored literals go back to major units.

import { formatScaled, MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_SECOND } from "../base/index.ts";
import { scaleOf } from "./field.ts";
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
} from "./nodes.ts";
import { unitOfField } from "./unit.ts";
import { unitOfValue } from "./value-unit.ts";

/** `sum(statement.billed).last(days(90)).over(…)`: a value as its author would write it. */
export function printValue(node: ValueNode): string {
  switch (node.kind) {
    case "aggregate":
      return `${node.aggregate}(${printArgument(node.stream, node.row)})${printAfter(node.aggregate, node.window)}`;
    case "over":
    case "minus":
    case "plus":
      return `${printValue(node.left)}.${node.kind}(${printValue(node.right)})`;
    case "times":
      return `${printValue(node.of)}.times(${node.factor})`;
    case "ifMissing":
      return `${printValue(node.of)}.ifMissing(${printLiteral(node.then, unitOfValue(node.of))})`;
    case "is":
      return `${printValue(node.of)}.is(${printTest(node.test, (value) => printLiteral(value, unitOfValue(node.of)))})`;
    case "both":
    case "either":
      return `${node.kind}(${printValue(node.left)}, ${printValue(node.right)})`;
    case "asked":
      return `${node.request}.${node.field}`;
  }
}

/** `statement.where({ monthsLate: atLeast(1) })`. */
export function printStream(stream: StreamNode): string {
  return stream.filter === null ? stream.event : `${stream.event}.where(${printFilter(stream.filter)})`;
}

/** Those that read all of history by themselves are written without `.ever()`. */
function printAfter(aggregate: AggregateName, window: WindowNode): string {
  const unsaid = aggregate === "latest" || aggregate === "first" || aggregate === "daysSince";
  return unsaid && window.kind === "ever" ? "" : printWindow(window);
}

function printArgument(stream: StreamNode, row: RowNode | null): string {
  return row === null ? printStream(stream) : printRow(row, stream);
}

function printRow(row: RowNode, stream: StreamNode): string {
  if (row.kind === "field") return `${printStream(stream)}.${row.field}`;
  const verb = row.kind === "rowMinus" ? "minus" : "plus";
  return `${printRow(row.left, stream)}.${verb}(${printRow(row.right, stream)})`;
}

function printFilter(filter: FilterNode): string {
  if (filter.kind === "someOf") return nestedEither(filter.filters.map(printFilter));
  if (filter.kind === "fieldTest") return `{ ${printEntry(filter)} }`;
  if (filter.filters.every((part) => part.kind === "fieldTest")) {
    return `{ ${filter.filters.map((part) => printEntry(part as FieldTest)).join(", ")} }`;
  }
  return filter.filters.map(printFilter).join(").where(");
}

type FieldTest = Extract<FilterNode, { kind: "fieldTest" }>;

function printEntry({ row, test }: FieldTest): string {
  const name = row.kind === "field" ? row.field : row.kind;
  const type = row.kind === "field" ? row.type : ({ kind: "integer" } as const);
  return `${name}: ${printTest(test, (value) => printStored(value, type))}`;
}

function nestedEither(parts: readonly string[]): string {
  return parts.reduceRight((rest, part) => `either(${part}, ${rest})`);
}

/** A plain literal where the test is equality. */
function printTest(test: TestNode, print: (value: number) => string): string {
  if (test.kind === "equals") return print(test.value);
  return "values" in test ? `${test.kind}(${test.values.map(print).join(", ")})` : `${test.kind}(${print(test.value)})`;
}

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

function printLiteral(value: number, unit: UnitNode | null): string {
  if (unit?.kind === "money") return `${unit.currency.toLowerCase()}(${value})`;
  if (unit?.kind === "boolean") return String(value === 1);
  return unit?.kind === "category" ? JSON.stringify(unit.values[value]) : String(value);
}

function printWindow(window: WindowNode): string {
  switch (window.kind) {
    case "ever":
      return ".ever()";
    case "fixed":
      return last(fixed(window.micros), window.skipMicros === 0 ? null : fixed(window.skipMicros));
    case "lastEvents":
      return last(`events(${window.count})`, window.skip === 0 ? null : `events(${window.skip})`);
    case "calendar":
      return last(
        calendar(window, window.count),
        window.skip === 0 ? null : calendar({ ...window, current: false }, window.skip),
      );
    case "nextFixed":
      return `.next(${fixed(window.micros)})`;
    case "nextCalendar":
      return `.next(${calendar({ ...window, current: false }, window.count)})`;
  }
}

function last(length: string, skip: string | null): string {
  return skip === null ? `.last(${length})` : `.last(${length}, { skip: ${skip} })`;
}

function fixed(micros: number): string {
  if (micros % MICROS_PER_DAY === 0) return `days(${micros / MICROS_PER_DAY})`;
  if (micros % MICROS_PER_HOUR === 0) return `hours(${micros / MICROS_PER_HOUR})`;
  return `minutes(${micros / (60 * MICROS_PER_SECOND)})`;
}

const BUILDERS = { day: "calendarDays", week: "calendarWeeks", month: "months", year: "years" } as const;

function calendar(of: { unit: keyof typeof BUILDERS; zone: string; current: boolean }, count: number): string {
  const current = of.current ? ", { current: true }" : "";
  return `${BUILDERS[of.unit]}(${count}, ${JSON.stringify(of.zone)}${current})`;
}
