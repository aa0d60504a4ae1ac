// How far back from t a plan looks into each of its events: what a reader may leave out. An upper bound; calendar periods are
// taken at their longest, with room for zones that change their offset.

import { MICROS_PER_DAY } from "../base/index.ts";
import { pastDueColumns } from "../define/index.ts";
import type { Plan, Scan } from "./plan.ts";
import type { Edge } from "./windows/window.ts";

/** Microseconds by event; infinite where all of history counts. Of linked entities nothing is said. */
export type Reach = { readonly [event: string]: number };

export function reachOf(plan: Plan): Reach {
  const reach: Record<string, number> = Object.fromEntries(plan.events.map((event) => [event, 0]));
  const further = (event: string, micros: number): void => {
    reach[event] = Math.max(reach[event] ?? 0, micros);
  };
  for (const scan of plan.scans) {
    further(scan.event, reachOfScan(scan));
    if (scan.match !== undefined) further(plan.streams[scan.match.parent]!.event, Number.POSITIVE_INFINITY);
  }
  for (const step of plan.steps) {
    if (step.kind !== "daysPastDue") continue;
    for (const { stream } of pastDueColumns(step.rule)) further(stream.event, Number.POSITIVE_INFINITY);
  }
  for (const { link } of plan.links ?? []) {
    for (const [event, micros] of Object.entries(reachOf(link))) further(event, micros);
  }
  return reach;
}

function reachOfScan({ windows }: Scan): number {
  return Math.max(
    0,
    ...windows.map(({ until }) => (until.kind === "edge" ? microsBack(until.low) : Number.POSITIVE_INFINITY)),
  );
}

const LONGEST_DAYS = { day: 1, week: 7, month: 31, year: 366 } as const;
/** An offset may change by up to a day at either end. */
const CHANGES_DAYS = 2;

function microsBack(edge: Edge): number {
  if (edge.kind === "offset") return -edge.micros;
  if (edge.kind !== "period") return Number.POSITIVE_INFINITY;
  return ((edge.back + 1) * LONGEST_DAYS[edge.unit] + CHANGES_DAYS) * MICROS_PER_DAY;
}
