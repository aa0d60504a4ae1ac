// The twin of days past due, as the rule reads: every instalment and payment in whole numbers without bound, asked on every day.

import moment from "moment-timezone";
import type { ColumnNode, PastDueNode } from "../../define/index.ts";
import type { HistoryEvent } from "../history.ts";
import { passes, read } from "./naive-row.ts";
import { edges } from "./naive-window.ts";

/** Days past due at t, or the most in the window; null where there was no instalment yet. `seen` is in total order. */
export function naivePastDue(node: PastDueNode, seen: readonly HistoryEvent[], t: number): number | null {
  if (node.window === null) return pastDueAt(node, seen, t);
  const [from, closes] = node.window.kind === "ever" ? [Number.NEGATIVE_INFINITY, t] : edges(node.window as Timed, t);
  const isStop = (event: HistoryEvent) =>
    (node.stops ?? []).some((stream) => event.event === stream.event && passes(stream.filter, event));
  const stops = seen.filter((event) => event.at >= from && isStop(event)).map(({ at }) => at);
  const until = Math.min(closes, ...stops);
  const days = askedInstants(node, seen, from, until).map((instant) => pastDueAt(node, seen, instant));
  const told = days.filter((day) => day !== null);
  return told.length === 0 ? null : Math.max(...told);
}

type Timed = Parameters<typeof edges>[0];

/** The last instant of each civil day, the instants of events, and the ends of the window. */
function askedInstants({ zone }: PastDueNode, seen: readonly HistoryEvent[], from: number, until: number): number[] {
  const first = Math.max(from, Math.min(until, ...seen.map(({ at }) => at)));
  const instants = [first, until - 1, ...seen.flatMap(({ at }) => [at, at + 1])];
  for (let day = civilDay(zone, first); startOf(zone, day) <= until; day++) instants.push(startOf(zone, day) - 1);
  return instants.filter((instant) => instant >= from && instant < until);
}

/** Every instant of `[from, until)` at which a civil day begins. */
export function dayStarts(zone: string, from: number, until: number): number[] {
  const starts: number[] = [];
  for (let day = civilDay(zone, from); startOf(zone, day) < until; day++) starts.push(startOf(zone, day));
  return starts.filter((start) => start >= from);
}

/** Days since 1970-01-01 on the zone's calendar; a day that clocks went back into is over all the same. */
function civilDay(zone: string, instant: number): number {
  const local = moment.tz(Math.floor(instant / 1000), zone);
  let day = Date.UTC(local.year(), local.month(), local.date()) / DAY_MILLIS;
  while (startOf(zone, day) > instant) day--;
  while (startOf(zone, day + 1) <= instant) day++;
  return day;
}

function startOf(zone: string, day: number): number {
  const date = new Date(day * DAY_MILLIS);
  return moment.tz([date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()], zone).valueOf() * 1000;
}

const DAY_MILLIS = 86_400_000;

function pastDueAt(node: PastDueNode, seen: readonly HistoryEvent[], instant: number): number | null {
  const past = seen.filter(({ at }) => at < instant);
  const instalments = instalmentsOf(node, past);
  if (instalments.length === 0) return null;
  const began = Math.max(...instalments.filter(({ anew }) => anew).map(({ at }) => at));
  const inForce = instalments.filter(({ at }) => at >= began).sort((a, b) => a.day - b.day);
  const sum = (column: ColumnNode | null) =>
    amounts(column, past).reduce((total, { at, amount }) => (at >= began ? total + amount : total), 0n);
  let paid = sum(node.paid) - sum(node.returned);
  if (paid < 0n) paid = 0n;
  for (const { day, amount } of inForce) {
    paid -= amount;
    if (paid < 0n) return Math.max(0, civilDay(node.zone, instant) - day);
  }
  return 0;
}

function instalmentsOf({ due, amount, cause, zone }: PastDueNode, events: readonly HistoryEvent[]) {
  const rows = events.filter((event) => event.event === due.stream.event && passes(due.stream.filter, event));
  return rows.flatMap((event) => {
    const [dueOn, owed] = [read(due.row, event), read(amount.row, event)];
    if (typeof dueOn !== "bigint" || typeof owed !== "bigint") return [];
    const day = due.row.type.kind === "date" ? Number(dueOn) : civilDay(zone, Number(dueOn));
    return [{ at: event.at, day, amount: owed, anew: cause !== null && isAnew(cause, event) }];
  });
}

function isAnew({ row }: ColumnNode, event: HistoryEvent): boolean {
  const code = read(row, event);
  return code !== null && (row.type.kind !== "category" || row.type.values[Number(code)] !== "original");
}

function amounts(column: ColumnNode | null, events: readonly HistoryEvent[]): { at: number; amount: bigint }[] {
  if (column === null) return [];
  const { stream, row } = column;
  const rows = events.filter((event) => event.event === stream.event && passes(stream.filter, event));
  return rows.flatMap((event) => {
    const amount = read(row, event);
    return typeof amount === "bigint" ? [{ at: event.at, amount }] : [];
  });
}
