// Values as text, in the words they were written in; `explain` shows it. Stored literals go back to major units.

import { MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_SECOND } from "../base/index.ts";
import { traits } from "./aggregate-traits.ts";
import type { AggregateName, PastDueNode, ValueNode, WindowNode } from "./nodes.ts";
import { printLiteral, printRow, printStream, printTest } from "./print-row.ts";
import { unitOfValue } from "./value-unit.ts";

/** `sum(statement.billed).last(days(90)).over(…)`: a value as its author would write it. */
export function printValue(node: ValueNode): string {
  switch (node.kind) {
    case "aggregate":
      return `${printAggregate(node)}${printAfter(node.aggregate, node.window)}`;
    case "over":
    case "minus":
    case "plus":
      return `${printValue(node.left)}.${node.kind}(${printValue(node.right)})`;
    case "product":
      return `${printValue(node.left)}.times(${printValue(node.right)})`;
    case "log":
    case "absolute":
      return `${printValue(node.of)}.${node.kind}()`;
    case "clamp":
      return `${printValue(node.of)}.clamp({ ${printBounds(node)} })`;
    case "choose":
      return `choose(${printValue(node.when)}, { yes: ${printValue(node.yes)}, no: ${printValue(node.no)} })`;
    case "literal":
      return printLiteral(node.value, node.unit);
    case "fresh":
      return node.of.kind === "aggregate" ? `${node.of.stream.event}.current()` : printValue(node.of);
    case "related":
      return `${printValue(node.value)}.of(${printValue(node.link)})`;
    case "daysUntil":
      return `daysUntil(${printValue(node.of)})`;
    case "daysPastDue":
      return printPastDue(node);
    case "times":
      return `${printValue(node.of)}.times(${node.factor})`;
    case "ifMissing":
      return `${printValue(node.of)}.ifMissing(${printLiteral(node.then, unitOfValue(node.of))})`;
    case "is":
      return `${printValue(node.of)}.is(${printTest(node.test, (value) => printLiteral(value, unitOfValue(node.of)))})`;
    case "both":
    case "either":
    case "greatest":
    case "least":
      return `${node.kind}(${printValue(node.left)}, ${printValue(node.right)})`;
    case "asked":
      return `${node.request}.${node.field}`;
  }
}

function printPastDue({ rule, zone, window, due, amount, cause, paid, returned }: PastDueNode): string {
  const columns = Object.entries({ due, amount, cause, paid, returned }).flatMap(([name, column]) =>
    column === null ? [] : [`${name}: ${printRow(column.row, column.stream)}`],
  );
  const settings = [...columns, `zone: ${JSON.stringify(zone)}`, `rule: ${JSON.stringify(rule)}`];
  return `daysPastDue({ ${settings.join(", ")} })${window === null ? "" : printWindow(window)}`;
}

function printBounds({ of, atLeast, atMost }: ValueNode & { kind: "clamp" }): string {
  const unit = unitOfValue(of);
  const bounds = Object.entries({ atLeast, atMost });
  return bounds
    .flatMap(([name, value]) => (value === null ? [] : [`${name}: ${printLiteral(value, unit)}`]))
    .join(", ");
}

type AggregateNode = ValueNode & { kind: "aggregate" };

function printAggregate({ aggregate, stream, row, parameters = {} }: AggregateNode): string {
  const of = row === null ? printStream(stream) : printRow(row, stream);
  const { place, hundredths, halfLifeMicros } = parameters;
  if (hundredths === 5_000) return `median(${of})`;
  if (hundredths !== undefined) return `${aggregate}(${of}, ${hundredths / 100})`;
  if (place !== undefined) return `${aggregate}(${of}, ${place})`;
  return `${aggregate}(${of}${halfLifeMicros === undefined ? "" : `, { halfLife: ${printFixed(halfLifeMicros)} }`})`;
}

/** Those that read all of history by themselves are written without `.ever()`. */
function printAfter(aggregate: AggregateName, window: WindowNode): string {
  return traits[aggregate].allHistory && window.kind === "ever" ? "" : printWindow(window);
}

function printWindow(window: WindowNode): string {
  switch (window.kind) {
    case "ever":
      return ".ever()";
    case "before":
      return `.ago(${printFixed(window.micros)})`;
    case "ofLatest":
      return `.ofLatest(${printStream(window.parent)}${printLink(window)})`;
    case "fixed":
      return last(printFixed(window.micros), window.skipMicros === 0 ? null : printFixed(window.skipMicros));
    case "lastEvents":
      return last(`events(${window.count})`, window.skip === 0 ? null : `events(${window.skip})`);
    case "calendar":
      return last(
        calendar(window, window.count),
        window.skip === 0 ? null : calendar({ ...window, current: false }, window.skip),
      );
    case "nextFixed":
      return `.next(${printFixed(window.micros)})`;
    case "nextCalendar":
      return `.next(${calendar({ ...window, current: false }, window.count)})`;
  }
}

function last(length: string, skip: string | null): string {
  return skip === null ? `.last(${length})` : `.last(${length}, { skip: ${skip} })`;
}

/** A fixed time as it was written: `days(2)`. */
export function printFixed(micros: number): string {
  if (micros % MICROS_PER_DAY === 0) return `days(${micros / MICROS_PER_DAY})`;
  if (micros % MICROS_PER_HOUR === 0) return `hours(${micros / MICROS_PER_HOUR})`;
  return `minutes(${micros / (60 * MICROS_PER_SECOND)})`;
}

function printLink({ childField }: WindowNode & { kind: "ofLatest" }): string {
  if (childField === "pull") return "";
  return `, { by: ${JSON.stringify(childField)} }`;
}

const BUILDERS = { day: "calendarDays", week: "calendarWeeks", month: "months", year: "years" } as const;

interface Periods {
  readonly unit: keyof typeof BUILDERS;
  readonly zone: string;
  readonly current: boolean;
  readonly day?: number;
}

function calendar(of: Periods, count: number): string {
  if (of.day !== undefined) {
    const running = of.current ? ", current: true" : "";
    return `cycles(${count}, { day: ${of.day}, zone: ${JSON.stringify(of.zone)}${running} })`;
  }
  const current = of.current ? ", { current: true }" : "";
  return `${BUILDERS[of.unit]}(${count}, ${JSON.stringify(of.zone)}${current})`;
}
