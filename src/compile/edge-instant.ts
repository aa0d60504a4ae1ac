// Where an edge lies, for what is worked out beside the generated walks: days past due, and when a label's window has closed.

import { calendarOf } from "../base/index.ts";
import type { Edge } from "./windows/window.ts";

/** Microseconds; -Infinity for the beginning of time. */
export function edgeInstant(edge: Edge, t: number): number {
  if (edge.kind === "offset") return t + edge.micros;
  if (edge.kind === "always") return Number.NEGATIVE_INFINITY;
  const calendar = calendarOf(edge.unit, edge.zone, edge.day);
  return edge.kind === "period"
    ? calendar.start(calendar.periodOf(t) - edge.back)
    : calendar.start(calendar.firstFrom(t) + edge.ahead);
}
