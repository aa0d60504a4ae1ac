// The twin of a label as a time: every instant that could matter is asked, from the first on, whether it has happened by then.

import { endingsOf, type LabelNode, type StreamNode, type ValueNode, type WindowNode } from "../../define/index.ts";
import type { HistoryEvent, HistorySchema } from "../history.ts";
import type { LabelOutcome } from "../label.ts";
import type { LabelShape, LabelTime } from "../label-time.ts";
import { naiveLabel } from "./naive-label.ts";
import { dayStarts, naivePastDue } from "./naive-past-due.ts";
import { passes, holds as passesTest } from "./naive-row.ts";
import { knownEvents } from "./naive-visibility.ts";
import { edges } from "./naive-window.ts";

export function naiveLabelTime(
  label: LabelNode,
  schema: HistorySchema,
  shape: Exclude<LabelShape, "flags">,
  events: readonly HistoryEvent[],
  { t, cutOff }: { readonly t: number; readonly cutOff: number },
): LabelTime | Pick<LabelOutcome, "status" | "reason"> {
  const judged = naiveLabel(label, schema, events, t, cutOff);
  if (judged.status === "excluded") return judged;
  const wait = label.observed.kind === "matures" ? label.observed.afterMicros : 0;
  const windows = windowsIn(label.bad);
  const until = Math.min(cutOff - wait, Math.max(...windows.map((window) => edges(window, t)[1])));
  if (until <= t) return { status: "immature", reason: null };
  const seen = knownEvents(events, cutOff).filter((event) => schema[event.event] !== undefined);
  const starts = zonesIn(label.bad).flatMap((zone) => dayStarts(zone, t, until));
  const instants = [
    t,
    ...windows.map((window) => edges(window, t)[0]),
    ...seen.flatMap(({ at }) => [at, at + 1]),
    ...starts,
  ];
  const asked = [...new Set(instants)].filter((instant) => instant >= t && instant < until).sort((a, b) => a - b);
  const what = (instant: number) => {
    if (happenedBy(label.bad, seen, t, instant)) return "bad";
    const ending = endingsOf(label).find(({ stream }) =>
      seen.some((event) => of(stream, event) && event.at >= t && event.at <= instant),
    );
    return ending === undefined ? undefined : (ending.name ?? "ended");
  };
  const at = asked.find((instant) => what(instant) !== undefined);
  const months = monthsOf(windows, t);
  const over = months.filter(([, end]) => end <= (at ?? until)).length;
  const inside = months.some(([start, end]) => at !== undefined && at >= start && at < end);
  const count = inside ? over + 1 : at === undefined ? over : 0;
  const event = at === undefined ? "censored" : what(at)!;
  if (shape === "loanMonths" && count === 0) {
    return at === undefined ? { status: "immature", reason: null } : { status: "censored", reason: event };
  }
  return { event, days: ((at ?? until) - t) / 86_400_000_000, months: count };
}

/** Whether a value that came to hold has done so by an instant. */
function happenedBy(value: ValueNode, seen: readonly HistoryEvent[], t: number, instant: number): boolean {
  if (value.kind === "either")
    return happenedBy(value.left, seen, t, instant) || happenedBy(value.right, seen, t, instant);
  if (value.kind === "both")
    return happenedBy(value.left, seen, t, instant) && happenedBy(value.right, seen, t, instant);
  if (value.kind === "aggregate") {
    const [from, until] = edges(value.window as Ahead, t);
    return seen.some((event) => of(value.stream, event) && event.at >= from && event.at < until && event.at <= instant);
  }
  if (value.kind !== "is" || value.of.kind !== "daysPastDue") return false;
  const { of: rule, test } = value;
  const [from, until] = edges(rule.window as Ahead, t);
  // The most that it was up to then, asked of a window that ends there.
  const window = { kind: "nextFixed", micros: Math.min(instant + 1, until) - from } as const;
  const most = window.micros <= 0 ? null : naivePastDue({ ...rule, window }, seen, from);
  return most !== null && passesTest(test, most);
}

function of(stream: StreamNode, event: HistoryEvent): boolean {
  return event.event === stream.event && passes(stream.filter, event);
}

type Ahead = Extract<WindowNode, { kind: "nextFixed" | "nextCalendar" }>;

function windowsIn(value: ValueNode): Ahead[] {
  if (value.kind === "aggregate" || value.kind === "daysPastDue") return [value.window as Ahead];
  if (value.kind === "is") return windowsIn(value.of);
  return value.kind === "either" || value.kind === "both" ? [...windowsIn(value.left), ...windowsIn(value.right)] : [];
}

function zonesIn(value: ValueNode): string[] {
  if (value.kind === "daysPastDue") return [value.zone];
  if (value.kind === "is") return zonesIn(value.of);
  return value.kind === "either" || value.kind === "both" ? [...zonesIn(value.left), ...zonesIn(value.right)] : [];
}

/** Begin and end of each month of the window. */
function monthsOf(windows: readonly Ahead[], t: number): [number, number][] {
  const window = windows.find(({ kind }) => kind === "nextCalendar");
  if (window?.kind !== "nextCalendar") return [];
  return Array.from({ length: window.count }, (_, i) => {
    const start = i === 0 ? edges({ ...window, count: 1 }, t)[0] : edges({ ...window, count: i }, t)[1];
    return [start, edges({ ...window, count: i + 1 }, t)[1]];
  });
}
