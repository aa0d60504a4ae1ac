// A plan as text that a person checks: one sentence for each column, then the walks and slots it comes from.

import { formatProblem, type MissingKind } from "../base/index.ts";
import type { FeatureSetNode, RequestNode } from "../define/index.ts";
import { edgeInWords, rowInWords, stepInWords, streamInWords } from "./describe.ts";
import type { HistorySchema } from "./history.ts";
import {
  type AggregateStep,
  type Column,
  isAggregate,
  type Plan,
  type PlannedLink,
  type Scan,
  type ScanWindow,
  type Slot,
} from "./plan.ts";
import { isPlan, planFeatures } from "./plan-features.ts";

/** The compact print of a feature set's plan, or of everything wrong with it, one problem a line. */
export function explain(set: FeatureSetNode, schema: HistorySchema, request?: RequestNode): string {
  const plan = planFeatures(set, schema, request);
  return isPlan(plan) ? explainPlan(plan) : plan.map(formatProblem).join("\n");
}

/** The compact print of a plan. */
export function explainPlan(plan: Plan): string {
  const { of, semantics } = plan;
  return [
    `${of.kind} ${of.name} of ${plan.entity} (plan ${plan.version}, semantics ${semantics.number}, time zones ${semantics.timeZoneData})`,
    "",
    ...plan.columns.map((column) => `${column.name} = ${columnInWords(plan, column)}`),
    "",
    `slots: ${plan.slots.length}`,
    ...plan.slots.map((_, slot) => `  s${slot} ${slotInWords(plan, slot)}`),
    `walks: ${plan.scans.length}`,
    ...plan.scans.flatMap((scan) => walkInWords(plan, scan)),
    ...(plan.links ?? []).flatMap((link) => linkInWords(link)),
    "",
  ].join("\n");
}

/** A column's sentence, and the kinds it can be missing by. */
function columnInWords(plan: Plan, { step, missing }: Column): string {
  return `${stepInWords(plan, step)}${missing.length === 0 ? "" : ` [missing: ${missing.join(", ")}]`}`;
}

/** One column of a plan: its sentence, and what it shares with the others. */
export interface ColumnExplained {
  readonly name: string;
  readonly sentence: string;
  readonly missing: readonly MissingKind[];
  /** What is kept for it while rows are walked, and which other columns read the same. */
  readonly slots: readonly { readonly keeps: string; readonly sharedWith: readonly string[] }[];
}

/** Column by column, in the order of the set. */
export function explainColumns(plan: Plan): ColumnExplained[] {
  const read = plan.columns.map(({ step }) => slotsRead(plan, step));
  return plan.columns.map(({ name, step, missing }, place) => ({
    name,
    sentence: stepInWords(plan, step),
    missing,
    slots: [...read[place]!].map((slot) => ({
      keeps: slotInWords(plan, slot),
      sharedWith: plan.columns.flatMap((other, i) => (i !== place && read[i]!.has(slot) ? [other.name] : [])),
    })),
  }));
}

/** Every slot that a step comes from; what is read of other entities is kept there. */
function slotsRead(plan: Plan, index: number): Set<number> {
  const step = plan.steps[index]!;
  return new Set(isAggregate(step) ? step.slots : step.of.flatMap((operand) => [...slotsRead(plan, operand)]));
}

function slotInWords(plan: Plan, slot: number): string {
  const kept = plan.slots[slot]!;
  return `${stateInWords(kept)} of ${slotRows(plan, kept.stream, kept.row)}`;
}

/** What is kept of another entity, indented under how it is found. */
function linkInWords({ link, values }: PlannedLink): string[] {
  const found = stepInWords(link, link.columns[0]!.step);
  const inner = [
    `slots: ${values.slots.length}`,
    ...values.slots.map((_, slot) => `  s${slot} ${slotInWords(values, slot)}`),
    `walks: ${values.scans.length}`,
    ...values.scans.flatMap((scan) => walkInWords(values, scan)),
  ];
  return [`of ${values.entity}, the ${found}`, ...inner.map((line) => `  ${line}`)];
}

function stateInWords({ state, parameters = {} }: Slot): string {
  return [state, ...Object.values(parameters)].join(" ");
}

function slotRows(plan: Plan, stream: number, row: number | null): string {
  const planned = plan.streams[stream]!;
  const rows = streamInWords(planned);
  return row === null ? rows : `${rowInWords(plan.rows[row]!.row, planned.event)} in ${rows}`;
}

function walkInWords(plan: Plan, scan: Scan): string[] {
  const skipped = scan.last === null || scan.last.skip === 0 ? "" : `, leaving out ${scan.last.skip}`;
  const rows = scan.last === null ? scan.event : streamInWords(plan.streams[scan.last.stream]!);
  return [
    `  ${rows} back from ${edgeInWords(scan.high)}${skipped}${matchInWords(plan, scan)}`,
    ...scan.windows.map((window) => windowInWords(plan, window)),
  ];
}

function matchInWords(plan: Plan, { match }: Scan): string {
  if (match === undefined) return "";
  return `, where ${match.childField} is ${match.parentField} of the latest ${streamInWords(plan.streams[match.parent]!)}`;
}

function windowInWords(plan: Plan, { until, reads }: ScanWindow): string {
  const slots = new Set(reads.flatMap((step) => aggregateSlots(plan, step)));
  const end = until.kind === "events" ? `${until.count} events` : edgeInWords(until.low);
  return `    to ${end}: ${[...slots].map((slot) => `s${slot}`).join(" ")}`;
}

function aggregateSlots(plan: Plan, index: number): readonly number[] {
  const step = plan.steps[index]!;
  return isAggregate(step) ? (step satisfies AggregateStep).slots : [];
}
