// Which of the events in order a window holds. Calendar edges are asked of moment-timezone date by date, in no way clever.

import moment from "moment-timezone";
import type { CalendarUnit, WindowNode } from "../../define/index.ts";
import type { HistoryEvent } from "../history.ts";
import { passes } from "./naive-row.ts";

/**
 * `events` in total order, all of one stream, all known. Windows that look back get only events before t. `all` are the known
 * events of every type.
 */
export function inWindow(
  events: readonly HistoryEvent[],
  window: WindowNode,
  t: number,
  all: readonly HistoryEvent[] = [],
): readonly HistoryEvent[] {
  if (window.kind === "ever") return events;
  if (window.kind === "lastEvents") {
    const newestFirst = [...events].reverse();
    return newestFirst.slice(window.skip, window.skip + window.count).reverse();
  }
  if (window.kind === "ofLatest") return belonging(events, window, t, all);
  const [from, until] = edges(window, t);
  return events.filter((event) => event.at >= from && event.at < until);
}

function belonging(
  events: readonly HistoryEvent[],
  { parent, parentField, childField }: WindowNode & { kind: "ofLatest" },
  t: number,
  all: readonly HistoryEvent[],
): readonly HistoryEvent[] {
  const parents = all.filter(({ event, at }) => event === parent.event && at < t);
  const latest = parents.filter((event) => passes(parent.filter, event)).at(-1)?.fields[parentField] ?? null;
  return events.filter(({ at, fields }) => latest !== null && at < t && fields[childField] === latest);
}

type Timed = Exclude<WindowNode, { kind: "ever" | "lastEvents" | "ofLatest" }>;

/** First instant inside and first instant after. */
export function edges(window: Timed, t: number): [number, number] {
  if (window.kind === "fixed") return [t - window.skipMicros - window.micros, t - window.skipMicros];
  if (window.kind === "before") return [Number.NEGATIVE_INFINITY, t - window.micros];
  if (window.kind === "nextFixed") return [t, t + window.micros];
  const start = (periodsFromRunning: number) => numberedStart(window, periodsFromRunning, t);
  if (window.kind === "nextCalendar") {
    const first = start(0) === t ? 0 : 1;
    return [start(first), start(first + window.count)];
  }
  const from = start(-window.skip - window.count);
  if (!window.current) return [from, start(-window.skip)];
  return [from, window.skip === 0 ? t : start(1 - window.skip)];
}

interface Periods {
  readonly unit: CalendarUnit;
  readonly zone: string;
  readonly day?: number;
}

/** Start, in microseconds, of the period that is `steps` after the one that holds t. */
function numberedStart(periods: Periods, steps: number, t: number): number {
  const { zone } = periods;
  let date = localDate(periods, t);
  // Where clocks were set back over midnight, or a month begins late, the local date is not enough to tell the period.
  while (startOf(date, zone) > t) date = stepped(periods, date, -1);
  while (startOf(stepped(periods, date, 1), zone) <= t) date = stepped(periods, date, 1);
  return startOf(stepped(periods, date, steps), zone);
}

type CivilDate = readonly [year: number, month: number, day: number];

function localDate({ unit, zone, day }: Periods, t: number): CivilDate {
  const local = moment.tz(Math.floor(t / 1000), zone);
  if (unit === "year") return [local.year(), 0, 1];
  if (unit === "month") return dayOf(local.year(), local.month(), day ?? 1);
  if (unit === "day") return [local.year(), local.month(), local.date()];
  const monday = local.clone().subtract(local.isoWeekday() - 1, "days");
  return [monday.year(), monday.month(), monday.date()];
}

/** The day of a month, or its last. */
function dayOf(year: number, month: number, day: number): CivilDate {
  const last = new Date(Date.UTC(year, month + 1, 0));
  return [last.getUTCFullYear(), last.getUTCMonth(), Math.min(day, last.getUTCDate())];
}

function stepped({ unit, day: from }: Periods, [year, month, day]: CivilDate, steps: number): CivilDate {
  if (unit === "month") return dayOf(year, month + steps, from ?? 1);
  const date = new Date(
    Date.UTC(
      unit === "year" ? year + steps : year,
      month,
      day + (unit === "day" ? steps : unit === "week" ? 7 * steps : 0),
    ),
  );
  return [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
}

function startOf(date: CivilDate, zone: string): number {
  return moment.tz([...date], zone).valueOf() * 1000;
}
