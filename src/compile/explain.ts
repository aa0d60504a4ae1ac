// A plan as text that a person checks: one sentence for each column, then the walks and slots it comes from.

import { formatProblem } from "../base/index.ts";
import type { FeatureSetNode, RequestNode } from "../define/index.ts";
import { edgeInWords, rowInWords, stepInWords, streamInWords } from "./describe.ts";
import type { HistorySchema } from "./history.ts";
import { type AggregateStep, isAggregate, type Plan, type Scan, type ScanWindow } from "./plan.ts";
import { isPlan, planFeatures } from "./plan-features.ts";

/** The compact print of a feature set's plan, or of everything wrong with it, one problem a line. */
export function explain(set: FeatureSetNode, schema: HistorySchema, request?: RequestNode): string {
  const plan = planFeatures(set, schema, request);
  return isPlan(plan) ? explainPlan(plan) : plan.map(formatProblem).join("\n");
}

function explainPlan(plan: Plan): string {
  const { of, semantics } = plan;
  return [
    `${of.kind} ${of.name} of ${plan.entity} (plan ${plan.version}, semantics ${semantics.number}, time zones ${semantics.timeZoneData})`,
    "",
    ...plan.columns.map(({ name, step, missing }) => {
      const kinds = missing.length === 0 ? "" : ` [missing: ${missing.join(", ")}]`;
      return `${name} = ${stepInWords(plan, step)}${kinds}`;
    }),
    "",
    `slots: ${plan.slots.length}`,
    ...plan.slots.map(({ stream, row, state }, slot) => `  s${slot} ${state} of ${slotRows(plan, stream, row)}`),
    `walks: ${plan.scans.length}`,
    ...plan.scans.flatMap((scan) => walkInWords(plan, scan)),
    "",
  ].join("\n");
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
    `  ${rows} back from ${edgeInWords(scan.high)}${skipped}`,
    ...scan.windows.map((window) => windowInWords(plan, window)),
  ];
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
