// A plan's parts in words, for `explain`, `diff` and people. Literals are shown as their author wrote them: money and decimals
// with their point, categories by name.

import { formatScaled } from "../base/index.ts";
import type { FieldType, FilterNode, RowNode } from "../define/index.ts";
import { testInWords } from "./comparison.ts";
import { operationInWords } from "./operations.ts";
import { type AggregateStep, isAggregate, type Plan, type PlannedStream } from "./plan.ts";
import { knownAggregate } from "./plan-values.ts";
import { fieldsOf, scaleOf } from "./row.ts";
import { windowKind } from "./windows/all.ts";
import { durationInWords } from "./windows/duration.ts";
import type { Edge } from "./windows/window.ts";

/** `sum of statement.billed over the last 90 days` */
export function stepInWords(plan: Plan, index: number): string {
  const step = plan.steps[index]!;
  if (isAggregate(step)) return aggregateInWords(plan, step);
  return operationInWords(
    step,
    step.of.map((operand) => stepInWords(plan, operand)),
    (literal) => categoryName(plan, step.of[0]!, literal) ?? String(literal),
  );
}

/** Where a step picks a category out of a row, the name behind its code. */
function categoryName(plan: Plan, index: number, code: number): string | undefined {
  const step = plan.steps[index]!;
  if (!isAggregate(step) || step.row === null || knownAggregate(step.aggregate).wholeNumber) return undefined;
  const { row } = plan.rows[step.row]!;
  return row.kind === "field" && row.type.kind === "category" ? row.type.values[code] : undefined;
}

function aggregateInWords(plan: Plan, step: AggregateStep): string {
  const stream = plan.streams[step.stream]!;
  const rows = step.row === null ? stream.event : rowInWords(plan.rows[step.row]!.row, stream.event);
  const window = windowKind(step.window).sentence(step.window);
  return `${knownAggregate(step.aggregate).sentence(rows + whereInWords(stream))} ${window}`;
}

export function streamInWords(stream: PlannedStream): string {
  return stream.event + whereInWords(stream);
}

function whereInWords({ filter }: PlannedStream): string {
  return filter === null ? "" : ` where ${filterInWords(filter)}`;
}

export function rowInWords(row: RowNode, event: string): string {
  if (row.kind === "field") return `${event}.${row.field}`;
  return `(${rowInWords(row.left, event)} ${row.kind === "rowMinus" ? "-" : "+"} ${rowInWords(row.right, event)})`;
}

function filterInWords(filter: FilterNode): string {
  if (filter.kind === "fieldTest")
    return `${bareRow(filter.row)} is ${testInWords(filter.test, literalOf(filter.row))}`;
  if (filter.filters.length === 0) return filter.kind === "allOf" ? "anything" : "nothing";
  return `(${filter.filters.map(filterInWords).join(filter.kind === "allOf" ? " and " : " or ")})`;
}

function bareRow(row: RowNode): string {
  if (row.kind === "field") return row.field;
  return `(${bareRow(row.left)} ${row.kind === "rowMinus" ? "-" : "+"} ${bareRow(row.right)})`;
}

function literalOf(row: RowNode): (stored: number) => string {
  const { type } = fieldsOf(row)[0]!;
  return (stored) => literalInWords(stored, type);
}

function literalInWords(stored: number, type: FieldType): string {
  if (type.kind === "category") return type.values[stored] ?? String(stored);
  if (type.kind === "boolean") return stored === 1 ? "yes" : "no";
  const amount = formatScaled(stored, scaleOf(type));
  return type.kind === "money" ? `${amount} ${type.currency}` : amount;
}

/** An edge in words: `t less 90 days`. */
export function edgeInWords(edge: Edge): string {
  if (edge.kind === "always") return "the beginning";
  if (edge.kind === "periodAhead") return `the start of ${edge.unit} +${edge.ahead} from t in ${edge.zone}`;
  if (edge.kind === "period") return `the start of ${edge.unit} -${edge.back} in ${edge.zone}`;
  if (edge.micros === 0) return "t";
  return `t ${edge.micros < 0 ? "less" : "plus"} ${durationInWords(Math.abs(edge.micros))}`;
}
