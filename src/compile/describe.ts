// A plan's parts in words, for `explain`, `diff` and people. Literals are shown as their author wrote them: money and decimals
// with their point, categories by name.

import { formatDate, formatInstant, formatScaled } from "../base/index.ts";
import { type FieldType, type FilterNode, type RowNode, typeOfRow } from "../define/index.ts";
import { testInWords } from "./comparison.ts";
import { operationInWords } from "./operations.ts";
import { type AggregateStep, isAggregate, linkedColumn, type Plan, type PlannedStream } from "./plan.ts";
import { knownAggregate } from "./plan-values.ts";
import { scaleOf } from "./row.ts";
import { rowInWords as words } from "./rows/all.ts";
import type { RowWords } from "./rows/row-kind.ts";
import { windowKind } from "./windows/all.ts";
import { durationInWords } from "./windows/duration.ts";
import type { Edge, Periods } from "./windows/window.ts";

/** `sum of statement.billed over the last 90 days` */
export function stepInWords(plan: Plan, index: number): string {
  const step = plan.steps[index]!;
  if (isAggregate(step)) return aggregateInWords(plan, step);
  return operationInWords(
    step,
    step.kind === "related" ? relatedInWords(plan, step.place) : step.of.map((operand) => stepInWords(plan, operand)),
    (literal) => categoryName(plan, step.of[0]!, literal) ?? String(literal),
  );
}

/** The value of the other entity, and the reference that names it. */
function relatedInWords(plan: Plan, place: number): string[] {
  const { link, column } = linkedColumn(plan, place);
  return [stepInWords(link.values, column.step), stepInWords(link.link, link.link.columns[0]!.step)];
}

/** Where a step picks a category out of a row, the name behind its code. */
function categoryName(plan: Plan, index: number, code: number): string | undefined {
  const step = plan.steps[index]!;
  if (!isAggregate(step) || step.row === null || !knownAggregate(step.aggregate).picks) return undefined;
  const type = typeOfRow(plan.rows[step.row]!.row);
  return type.kind === "category" ? type.values[code] : undefined;
}

function aggregateInWords(plan: Plan, step: AggregateStep): string {
  const stream = plan.streams[step.stream]!;
  const rows = step.row === null ? stream.event : rowInWords(plan.rows[step.row]!.row, stream.event);
  const window = windowKind(step.window).sentence(step.window);
  return `${knownAggregate(step.aggregate).sentence(rows + whereInWords(stream), step.parameters ?? {})} ${window}`;
}

export function streamInWords(stream: PlannedStream): string {
  return stream.event + whereInWords(stream);
}

function whereInWords({ event, filter }: PlannedStream): string {
  return filter === null ? "" : ` where ${filterInWords(filter, event)}`;
}

export function rowInWords(row: RowNode, event: string): string {
  return words(
    row,
    wordsOf(event, (name) => `${event}.${name}`),
  );
}

function filterInWords(filter: FilterNode, event: string): string {
  if (filter.kind === "fieldTest") {
    const bare = wordsOf(event, (name) => name);
    return `${words(filter.row, bare)} is ${bare.test(filter.test, typeOfRow(filter.row))}`;
  }
  if (filter.filters.length === 0) return filter.kind === "allOf" ? "anything" : "nothing";
  const parts = filter.filters.map((part) => filterInWords(part, event));
  return `(${parts.join(filter.kind === "allOf" ? " and " : " or ")})`;
}

function wordsOf(event: string, field: (name: string) => string): RowWords {
  return {
    event,
    field,
    literal: literalInWords,
    test: (test, type) => testInWords(test, (stored) => literalInWords(stored, type)),
    filter: (filter) => filterInWords(filter, event),
  };
}

function literalInWords(stored: number, type: FieldType): string {
  if (type.kind === "category") return type.values[stored] ?? String(stored);
  if (type.kind === "boolean") return stored === 1 ? "yes" : "no";
  if (type.kind === "date") return formatDate(stored);
  if (type.kind === "instant") return formatInstant(stored);
  const amount = formatScaled(stored, scaleOf(type));
  return type.kind === "money" ? `${amount} ${type.currency}` : amount;
}

/** An edge in words: `t less 90 days`. */
export function edgeInWords(edge: Edge): string {
  if (edge.kind === "always") return "the beginning";
  if (edge.kind === "periodAhead")
    return `the start of ${edge.unit} +${edge.ahead} from t in ${edge.zone}${fromDay(edge)}`;
  if (edge.kind === "period") return `the start of ${edge.unit} -${edge.back} in ${edge.zone}${fromDay(edge)}`;
  if (edge.micros === 0) return "t";
  return `t ${edge.micros < 0 ? "less" : "plus"} ${durationInWords(Math.abs(edge.micros))}`;
}

function fromDay({ day }: Periods): string {
  return day === undefined ? "" : ` from day ${day}`;
}
