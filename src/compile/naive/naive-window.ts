// Which of the events in order a window holds. Calendar edges are asked of moment-timezone date by date, in no way clever.

import moment from "moment-timezone";
import type { CalendarUnit, WindowNode } from "../../define/index.ts";
import type { HistoryEvent } from "../history.ts";

/** `events` in total order, all of one stream, all known. Windows that look back get only events before t. */
export function inWindow(events: readonly HistoryEvent[], window: WindowNode, t: number): readonly HistoryEvent[] {
  if (window.kind === "ever") return events;
  if (window.kind === "lastEvents") {
    const newestFirst = [...events].reverse();
    return newestFirst.slice(window.skip, window.skip + window.count).reverse();
  }
  const [from, until] = edges(window, t);
  return events.filter((event) => event.at >= from && event.at < until);
}

type Timed = Exclude<WindowNode, { kind: "ever" | "lastEvents" }>;

/** First instant inside and first instant after. */
export function edges(window: Timed, t: number): [number, number] {
  if (window.kind === "fixed") return [t - window.skipMicros - window.micros, t - window.skipMicros];
  if (window.kind === "nextFixed") return [t, t + window.micros];
  if (window.kind === "nextCalendar") {
    const next = numberedStart(window.unit, window.zone, startsAt(window.unit, window.zone, t) ? 0 : 1, t);
    const after = numberedStart(
      window.unit,
      window.zone,
      (startsAt(window.unit, window.zone, t) ? 0 : 1) + window.count,
      t,
    );
    return [next, after];
  }
  const start = (periodsFromRunning: number) => numberedStart(window.unit, window.zone, periodsFromRunning, t);
  const from = start(-window.skip - window.count);
  if (!window.current) return [from, start(-window.skip)];
  return [from, window.skip === 0 ? t : start(1 - window.skip)];
}

function startsAt(unit: CalendarUnit, zone: string, t: number): boolean {
  return numberedStart(unit, zone, 0, t) === t;
}

/** Start, in microseconds, of the period that is `steps` after the one that holds t. */
function numberedStart(unit: CalendarUnit, zone: string, steps: number, t: number): number {
  let date = localDate(unit, zone, t);
  // Where clocks were set back over midnight the local date is not enough to tell the period.
  while (startOf(date, zone) > t) date = stepped(unit, date, -1);
  while (startOf(stepped(unit, date, 1), zone) <= t) date = stepped(unit, date, 1);
  return startOf(stepped(unit, date, steps), zone);
}

type CivilDate = readonly [year: number, month: number, day: number];

function localDate(unit: CalendarUnit, zone: string, t: number): CivilDate {
  const local = moment.tz(Math.floor(t / 1000), zone);
  if (unit === "year") return [local.year(), 0, 1];
  if (unit === "month") return [local.year(), local.month(), 1];
  if (unit === "day") return [local.year(), local.month(), local.date()];
  const monday = local.clone().subtract(local.isoWeekday() - 1, "days");
  return [monday.year(), monday.month(), monday.date()];
}

function stepped(unit: CalendarUnit, [year, month, day]: CivilDate, steps: number): CivilDate {
  const stepsOf = {
    year: [year + steps, month, day],
    month: [year, month + steps, day],
    week: [year, month, day + 7 * steps],
    day: [year, month, day + steps],
  } as const;
  const [y, m, d] = stepsOf[unit];
  const date = new Date(Date.UTC(y, m, d));
  return [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
}

function startOf(date: CivilDate, zone: string): number {
  return moment.tz([...date], zone).valueOf() * 1000;
}
