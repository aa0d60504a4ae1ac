// About what one evaluation of a plan costs: how many rows its walks meet in a typical history, and what each of them adds, by
// what every aggregate says of itself. An estimate for people who choose between definitions; nothing plans by it.

import { MICROS_PER_DAY } from "../base/index.ts";
import { aggregateNamed } from "./aggregates/all.ts";
import { isAggregate, type Plan, type Scan, type ScanWindow } from "./plan.ts";
import type { Edge } from "./windows/window.ts";

/** A typical entity's events of one type. */
export interface EventLoad {
  readonly rows: number;
  /** From the oldest of them to t. */
  readonly days: number;
}

export interface WalkCost {
  readonly entity: string;
  readonly event: string;
  readonly rows: number;
  /** What the rows cost together, in the walk's aggregates alone. */
  readonly nanoseconds: number;
}

/** One entry a walk, those over linked entities among them, in the order of the plan. Events without a load have no rows. */
export function walkCosts(plan: Plan, loads: { readonly [event: string]: EventLoad }): WalkCost[] {
  const own = plan.scans.map((scan) => walkCost(plan, scan, loads[scan.event] ?? { rows: 0, days: 1 }));
  const linked = (plan.links ?? []).flatMap(({ link, values }) => [link, values]);
  return [...own, ...linked.flatMap((part) => walkCosts(part, loads))];
}

function walkCost(plan: Plan, scan: Scan, load: EventLoad): WalkCost {
  const read = new Map<string, number>();
  for (const window of scan.windows) {
    const rows = rowsUntil(plan, scan, window, load);
    for (const index of window.reads) {
      const step = plan.steps[index]!;
      if (!isAggregate(step)) continue;
      const cost = aggregateNamed(step.aggregate)?.laws.cost ?? 0;
      // Windows nest, so one aggregate over the same rows is paid once, up to its longest.
      read.set(`${step.aggregate} ${step.slots.join(" ")}`, rows * cost);
    }
  }
  const rows = Math.max(0, ...scan.windows.map((window) => rowsUntil(plan, scan, window, load)));
  const nanoseconds = [...read.values()].reduce((sum, cost) => sum + cost, 0);
  return { entity: plan.entity, event: scan.event, rows, nanoseconds };
}

function rowsUntil(plan: Plan, scan: Scan, { until, reads }: ScanWindow, { rows, days }: EventLoad): number {
  if (until.kind === "events") return Math.min(rows, until.count + (scan.last?.skip ?? 0));
  if (until.low.kind === "always" && reads.every((index) => settlesAtOnce(plan, index))) return Math.min(rows, 1);
  const spanned = Math.min(daysBack(until.low), days) - Math.min(daysBack(scan.high), days);
  return rows * (spanned / days);
}

function settlesAtOnce(plan: Plan, index: number): boolean {
  const step = plan.steps[index]!;
  const states = isAggregate(step) ? aggregateNamed(step.aggregate)?.states : undefined;
  return states?.every((state) => state.settled !== undefined) ?? false;
}

const DAYS = { day: 1, week: 7, month: 365.25 / 12, year: 365.25 } as const;

function daysBack(edge: Edge): number {
  if (edge.kind === "always") return Number.POSITIVE_INFINITY;
  if (edge.kind === "offset") return Math.max(0, -edge.micros / MICROS_PER_DAY);
  return edge.kind === "period" ? edge.back * DAYS[edge.unit] : 0;
}
