// Which windows share a walk. Rows are met newest first, so windows with one later edge nest: what was kept when the walk
// passes a window's earlier edge is that window's answer, and it goes on into the next longer one. Each row is added once,
// however many windows hold it. Windows of different families (fixed time, calendar periods of one zone) get walks of their
// own, because which of them is longer depends on t.

import { canonicalJson } from "../base/index.ts";
import type { WindowNode } from "../define/index.ts";
import { aggregateNamed } from "./aggregates/all.ts";
import { type AggregateStep, isAggregate, type PlannedStream, type Scan, type ScanWindow, type Step } from "./plan.ts";
import { windowKind } from "./windows/all.ts";
import { type Edge, type Match, NOW } from "./windows/window.ts";

type Until = ScanWindow["until"];

interface Placement {
  readonly event: string;
  readonly high: Edge;
  readonly last: Scan["last"];
  readonly match?: Scan["match"];
  readonly family: string;
  readonly until: Until;
  /** Orders windows of one family from the shortest. */
  readonly length: number;
}

type DraftWindow = { until: Until; length: number; window: WindowNode; reads: number[] };

interface Draft {
  readonly scan: Omit<Scan, "windows">;
  readonly windows: Map<string, DraftWindow>;
}

export function planScans(steps: readonly Step[], streams: readonly PlannedStream[]): Scan[] {
  const drafts = new Map<string, Draft>();
  steps.forEach((step, index) => {
    if (!isAggregate(step)) return;
    const { event, high, last, match, family, until, length } = placementOf(step, streams);
    const draft = entry<Draft>(drafts, JSON.stringify([event, high, last, family]), () => ({
      scan: { event, high, last, ...(match === undefined ? {} : { match }) },
      windows: new Map(),
    }));
    const fresh = (): DraftWindow => ({ until, length, window: step.window, reads: [] });
    entry<DraftWindow>(draft.windows, JSON.stringify(until), fresh).reads.push(index);
  });
  return [...drafts.values()].map(({ scan, windows }) => ({ ...scan, windows: fromShortest([...windows.values()]) }));
}

function entry<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function fromShortest(windows: DraftWindow[]): ScanWindow[] {
  return windows.sort((a, b) => a.length - b.length).map(({ until, window, reads }) => ({ window, until, reads }));
}

function placementOf(step: AggregateStep, streams: readonly PlannedStream[]): Placement {
  const { event } = streams[step.stream]!;
  const extent = windowKind(step.window).extent(step.window);
  if (extent.kind === "last") {
    const { count, skip } = extent;
    const last = { stream: step.stream, skip };
    return { event, high: NOW, last, family: "events", until: { kind: "events", count }, length: count };
  }
  if (extent.kind === "match") {
    const match = matchOf(extent, streams);
    const until: Until = { kind: "edge", low: { kind: "always" } };
    return { event, high: NOW, last: null, match, family: JSON.stringify(match), until, length: 0 };
  }
  const { low, high } = extent;
  return { event, high, last: null, family: familyOf(low, step), until: { kind: "edge", low }, length: lengthOf(low) };
}

function matchOf({ parent, parentField, childField }: Match, streams: readonly PlannedStream[]): Scan["match"] {
  const { event, filter } = parent;
  const key = canonicalJson({ event, filter });
  return { parent: streams.findIndex((stream) => canonicalJson(stream) === key), parentField, childField };
}

function familyOf(low: Edge, step: AggregateStep): string {
  if (low.kind === "period" || low.kind === "periodAhead") return `${low.kind} ${low.unit} ${low.zone} ${low.day ?? 1}`;
  // Over all of history, what only looks for the newest row walks alone, so that it can stop there.
  return low.kind === "always" && seeks(step) ? "seek" : "time";
}

function seeks(step: AggregateStep): boolean {
  return aggregateNamed(step.aggregate)?.states.every((state) => state.settled !== undefined) ?? false;
}

function lengthOf(low: Edge): number {
  if (low.kind === "offset") return -low.micros;
  if (low.kind === "period") return low.back;
  return low.kind === "always" ? Number.POSITIVE_INFINITY : -low.ahead;
}
