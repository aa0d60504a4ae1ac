// Which events a reader at an instant knows, straight from the contract: of each event the latest revision known by then; if
// that one is a retraction the event is gone. Never an older one in its place.

import type { HistoryEvent } from "../history.ts";

/** One revision for each event known at `known` and not taken back, in total order. */
export function knownEvents(events: readonly HistoryEvent[], known: number): HistoryEvent[] {
  const latest = new Map<string, HistoryEvent>();
  for (const event of events) {
    if (event.knownAt > known) continue;
    const id = JSON.stringify([event.source, event.eventId]);
    const other = latest.get(id);
    if (other === undefined || event.knownAt > other.knownAt) latest.set(id, event);
  }
  return [...latest.values()].filter((event) => !event.retracted).sort(inOrder);
}

/** What a feature at `t` sees. */
export function visibleEvents(events: readonly HistoryEvent[], t: number): HistoryEvent[] {
  return knownEvents(events, t).filter((event) => event.at < t);
}

function inOrder(a: HistoryEvent, b: HistoryEvent): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  if (a.source !== b.source) return byteOrder(a.source, b.source);
  if (a.seq === null && b.seq !== null) return -1;
  if (a.seq !== null && b.seq === null) return 1;
  if (a.seq !== null && b.seq !== null && a.seq !== b.seq) return a.seq < b.seq ? -1 : 1;
  return byteOrder(a.eventId, b.eventId);
}

function byteOrder(a: string, b: string): number {
  const left = new TextEncoder().encode(a);
  const right = new TextEncoder().encode(b);
  for (let i = 0; i < left.length && i < right.length; i++) {
    if (left[i] !== right[i]) return left[i]! < right[i]! ? -1 : 1;
  }
  return left.length - right.length;
}
