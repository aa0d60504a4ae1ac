// A label as a time: when the outcome came and which it was, for hazards and competing risks. Where `label.ts` waits for a whole
// window, this takes what was seen of it: a row is followed until something happens to it or until nobody has looked further,
// and is censored there. So young loans enter with the time they had, and never as good.
//
// What happens first counts; a bad and an ending at one instant are a bad. `unclear` sets nothing aside here.

import { AssayError, calendarOf, MICROS_PER_DAY, type Problem } from "../base/index.ts";
import { endingsOf, type LabelNode, type StreamNode, type ValueNode, type WindowNode } from "../define/index.ts";
import { checkLabel } from "./check-definition.ts";
import { edgeInstant } from "./edge-instant.ts";
import { problems } from "./errors.ts";
import type { EntityHistory, HistorySchema } from "./history.ts";
import { compileLabel, type LabelOutcome } from "./label.ts";
import { isKnown } from "./layout.ts";
import { compilePastDueReached, filterTest, isPlain } from "./past-due.ts";
import { windowKind } from "./windows/all.ts";

export type LabelShape = "flags" | "loanMonths" | "timeToEvent";

export interface LabelTime {
  /** "bad", the name of an ending ("ended" where it has none), or "censored": nothing happened while anybody looked. */
  readonly event: string;
  /** Days of 24 hours from t to the event, or to where looking ended. */
  readonly days: number;
  /** Complete months looked at, the one of the event among them; 0 where the window does not count months. */
  readonly months: number;
}

/** `(history, t, cut-off)`; null where the row is dropped, with the reason. */
export type CompiledLabelTime = (
  history: EntityHistory,
  t: number,
  cutOff: number,
) => LabelTime | Pick<LabelOutcome, "status" | "reason">;

/**
 * Compiles a label as a time. Its `bad` must say when it comes: `occurs(…)`, days past due of at least some, and `both` and
 * `either` of those; it must mature by time, for an event that shows an outcome does not say how far anybody looked; for
 * "loanMonths" its windows count months of one zone. One with problems is refused: the first is thrown as an `AssayError`.
 */
export function compileLabelTime(
  label: LabelNode,
  schema: HistorySchema,
  shape: Exclude<LabelShape, "flags">,
): CompiledLabelTime {
  const found = [...checkLabel(label, schema), ...checkTimed(label, shape)];
  if (found.length > 0) throw new AssayError(found[0]!);
  const after = label.observed.kind === "matures" ? label.observed.afterMicros : 0;
  const judge = compileLabel(label, schema);
  const cameBad = timeOf(label.bad);
  const endings = endingsOf(label).map(({ name, stream }) => ({ name: name ?? "ended", came: firstOf(stream) }));
  const windows = windowsAhead(label.bad);
  const [month] = windows.filter((window) => window.kind === "nextCalendar");
  return (history, t, cutOff) => {
    const judged = judge(history, t, cutOff);
    if (judged.status === "excluded") return judged;
    const closes = Math.max(...windows.map((window) => boundsOf(window, t).until));
    const until = Math.min(closes, cutOff - after);
    if (until <= t) return { status: "immature", reason: null };
    const seen = { history, t, known: cutOff, until };
    const came = [{ name: "bad", at: cameBad(seen) }, ...endings.map(({ name, came: at }) => ({ name, at: at(seen) }))];
    const first = came.reduce((earliest, one) => (one.at < earliest.at ? one : earliest));
    const happened = first.at < until;
    const event = happened ? first.name : "censored";
    const months = month === undefined ? 0 : monthsAtRisk(month, t, happened ? first.at : until, happened);
    if (shape === "loanMonths" && months === 0) {
      return happened ? { status: "censored", reason: event } : { status: "immature", reason: null };
    }
    return { event, days: ((happened ? first.at : until) - t) / MICROS_PER_DAY, months };
  };
}

interface Seen {
  readonly history: EntityHistory;
  readonly t: number;
  readonly known: number;
  readonly until: number;
}

/** An instant, or Infinity where it did not come before `until`. */
type Came = (seen: Seen) => number;

function timeOf(value: ValueNode): Came {
  if (value.kind === "aggregate") return firstOf(value.stream, value.window);
  if (value.kind === "either" || value.kind === "both") {
    const [left, right] = [timeOf(value.left), timeOf(value.right)];
    const choose = value.kind === "either" ? Math.min : Math.max;
    return (seen) => choose(left(seen), right(seen));
  }
  const { rule, days } = reachedOf(value)!;
  const reached = compilePastDueReached(rule, days);
  return ({ history, t, known, until }) => {
    const bounds = boundsOf(rule.window!, t);
    return reached(history, known, bounds.from, Math.min(bounds.until, until));
  };
}

/** The first event of a stream in a window; without one, from t on. */
function firstOf(stream: StreamNode, window?: WindowNode): Came {
  const passes = filterTest(stream.filter);
  return ({ history, t, known, until }) => {
    const rows = history.events[stream.event];
    const bounds = window === undefined ? { from: t, until } : boundsOf(window, t);
    for (let row = 0; rows !== undefined && row < rows.length; row++) {
      const at = rows.at[row]!;
      if (at >= bounds.from && at < bounds.until && at < until && isKnown(rows, row, known) && passes(rows, row))
        return at;
    }
    return Number.POSITIVE_INFINITY;
  };
}

function boundsOf(window: WindowNode, t: number): { readonly from: number; readonly until: number } {
  const extent = windowKind(window).extent(window);
  if (extent.kind !== "span") throw new TypeError("a window ahead has edges");
  return { from: edgeInstant(extent.low, t), until: edgeInstant(extent.high, t) };
}

/** Months of the window that were over by `instant`, and the one it lies in where something happened then. */
function monthsAtRisk(
  window: WindowNode & { kind: "nextCalendar" },
  t: number,
  instant: number,
  happened: boolean,
): number {
  const calendar = calendarOf(window.unit, window.zone, window.day);
  const first = calendar.firstFrom(t);
  if (happened) return instant < calendar.start(first) ? 0 : calendar.periodOf(instant) - first + 1;
  let months = 0;
  while (months < window.count && calendar.start(first + months + 1) <= instant) months++;
  return months;
}

// ---------------------------------------------------------------- what can be a time

function checkTimed(label: LabelNode, shape: LabelShape): Problem[] {
  const thing = `label "${label.name}"`;
  const found: Problem[] = [];
  if (!isTimed(label.bad) || endingsOf(label).some(({ stream }) => !isPlainStream(stream))) {
    found.push(problems.NOT_TIMED(thing, { shape }));
  }
  if (label.observed.kind === "by") found.push(problems.NOT_MATURING(thing, { shape }));
  const windows = windowsAhead(label.bad);
  const monthly = windows.every((window) => window.kind === "nextCalendar" && window.unit === "month");
  const zones = new Set(
    windows.map((window) => ("zone" in window ? `${window.zone} ${window.day ?? 1} ${window.count}` : "")),
  );
  if (shape === "loanMonths" && !(monthly && zones.size === 1)) found.push(problems.NOT_MONTHLY(thing, undefined));
  return found;
}

function isTimed(value: ValueNode): boolean {
  if (value.kind === "aggregate") return value.aggregate === "occurs" && isPlainStream(value.stream);
  if (value.kind === "either" || value.kind === "both") return isTimed(value.left) && isTimed(value.right);
  return reachedOf(value) !== undefined;
}

function isPlainStream({ filter }: StreamNode): boolean {
  return filter === null || isPlain(filter);
}

/** `daysPastDue(…).next(…).is(atLeast(n))`. */
function reachedOf(value: ValueNode) {
  if (value.kind !== "is" || value.of.kind !== "daysPastDue" || value.of.window === null) return undefined;
  const { test, of: rule } = value;
  const days = test.kind === "atLeast" ? Math.ceil(test.value) : test.kind === "above" ? Math.floor(test.value) + 1 : 0;
  return days >= 1 ? { rule, days } : undefined;
}

function windowsAhead(value: ValueNode): WindowNode[] {
  if (value.kind === "aggregate") return [value.window];
  if (value.kind === "daysPastDue") return value.window === null ? [] : [value.window];
  if (value.kind === "either" || value.kind === "both")
    return [...windowsAhead(value.left), ...windowsAhead(value.right)];
  return value.kind === "is" ? windowsAhead(value.of) : [];
}
