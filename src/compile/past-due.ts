// Days past due (rule `dpd@1`, told with `daysPastDue` in `define`): a pass of its own over an account's instalments and payments,
// called by the generated kernel like any step. It asks the rule on the few instants where the answer can be largest: just
// before each event, for within a stretch without events the days only grow, and at the end of the window.
//
// Sums are exact whatever the amounts: each is two halves (see base/exact.ts), and the sign of `high * LIMB + low` is the sign of
// the exact sum, because one addition rounds to zero only what is zero.

import { calendarOf, invariant, LIMB } from "../base/index.ts";
import type { ColumnNode, FilterNode, PastDueNode } from "../define/index.ts";
import { testSource } from "./comparison.ts";
import { edgeInstant } from "./edge-instant.ts";
import type { EntityHistory, EventColumns } from "./history.ts";
import { isKnown } from "./layout.ts";
import { windowKind } from "./windows/all.ts";

/** Days; NaN where there was no instalment yet. Events known at `known` count. */
export type PastDue = (history: EntityHistory, t: number, known: number) => number;

interface Amount {
  readonly at: number;
  readonly high: number;
  readonly low: number;
}

interface Instalment extends Amount {
  /** Civil day number. */
  readonly dueDay: number;
  /** Begins the schedule anew. */
  readonly anew: boolean;
}

interface Ledger {
  /** By due day, then in the order of their events. */
  readonly instalments: readonly Instalment[];
  /** Payments, and what was returned with a minus. */
  readonly flows: readonly Amount[];
}

export function compilePastDue(node: PastDueNode): PastDue {
  const read = ledgerReader(node);
  const days = calendarOf("day", node.zone);
  const dayOf = (instant: number) => days.periodOf(instant);
  if (node.window === null) return (history, t, known) => pastDueAt(read(history, known), t, dayOf);
  const extent = windowKind(node.window).extent(node.window);
  invariant(extent.kind === "span", "a window without edges has no worst day");
  const stopOf = stopReader(node);
  return (history, t, known) => {
    const from = edgeInstant(extent.low, t);
    const until = Math.min(edgeInstant(extent.high, t), stopOf(history, known, from));
    return worstWithin(read(history, known), from, until, dayOf);
  };
}

/** When the first of the events came that stop the days, from an instant on; Infinity where none did. */
function stopReader({ stops = [] }: PastDueNode) {
  const streams = stops.map(({ event, filter }) => ({ event, passes: filterTest(filter) }));
  return (history: EntityHistory, known: number, from: number): number => {
    let first = Number.POSITIVE_INFINITY;
    for (const { event, passes } of streams) {
      const rows = history.events[event];
      for (let i = 0; rows !== undefined && i < rows.length && rows.at[i]! < first; i++) {
        if (rows.at[i]! >= from && isKnown(rows, i, known) && passes(rows, i)) first = rows.at[i]!;
      }
    }
    return first;
  };
}

/** When it first was at least `least` days (1 or more) in `[from, until)`: an instant, or Infinity. */
export function compilePastDueReached(node: PastDueNode, least: number) {
  const read = ledgerReader(node);
  const stopOf = stopReader(node);
  const days = calendarOf("day", node.zone);
  return (history: EntityHistory, known: number, from: number, closes: number): number => {
    const until = Math.min(closes, stopOf(history, known, from));
    const ledger = read(history, known);
    const events = [...ledger.instalments, ...ledger.flows].map(({ at }) => at);
    const ends = [...events.filter((at) => at >= from && at < until - 1).sort((a, b) => a - b), until - 1];
    let begins = from;
    for (const end of ends) {
      const due = firstUnfilledDay(ledger, end);
      const reached = Number.isFinite(due) ? Math.max(begins, days.start(due + least)) : Number.POSITIVE_INFINITY;
      if (reached <= end) return reached;
      begins = end + 1;
    }
    return Number.POSITIVE_INFINITY;
  };
}

function worstWithin(ledger: Ledger, from: number, until: number, dayOf: (instant: number) => number): number {
  let worst = Number.NaN;
  const ask = (instant: number) => {
    const pastDue = pastDueAt(ledger, instant, dayOf);
    if (!(pastDue <= worst)) worst = Number.isNaN(pastDue) ? worst : pastDue;
  };
  for (const { at } of ledger.instalments) if (at >= from && at < until) ask(at);
  for (const { at } of ledger.flows) if (at >= from && at < until) ask(at);
  if (until > from) ask(until - 1);
  return worst;
}

/** By what happened before `instant`; NaN where there was no instalment yet. */
function pastDueAt(ledger: Ledger, instant: number, dayOf: (instant: number) => number): number {
  const due = firstUnfilledDay(ledger, instant);
  return Number.isFinite(due) ? Math.max(0, dayOf(instant) - due) : Number.isNaN(due) ? due : 0;
}

/** The due day of the first instalment that is not filled: Infinity where all are, NaN where there is none yet. */
function firstUnfilledDay({ instalments, flows }: Ledger, instant: number): number {
  const began = beganAnew(instalments, instant);
  let [high, low] = [0, 0];
  for (const flow of flows) {
    if (flow.at < began || flow.at >= instant) continue;
    high += flow.high;
    low += flow.low;
  }
  if (high * LIMB + low < 0) [high, low] = [0, 0];
  let any = false;
  for (const { at, dueDay, high: owedHigh, low: owedLow } of instalments) {
    if (at < began || at >= instant) continue;
    any = true;
    high -= owedHigh;
    low -= owedLow;
    if (high * LIMB + low < 0) return dueDay;
  }
  return any ? Number.POSITIVE_INFINITY : Number.NaN;
}

function beganAnew(instalments: readonly Instalment[], instant: number): number {
  let began = Number.NEGATIVE_INFINITY;
  for (const { at, anew } of instalments) if (anew && at < instant && at > began) began = at;
  return began;
}

// ---------------------------------------------------------------- from columns to a ledger

type Read = (history: EntityHistory, known: number) => Ledger;

function ledgerReader({ due, amount, cause, paid, returned, zone }: PastDueNode): Read {
  const isInstalment = filterTest(due.stream.filter);
  const dueDayOf = dayReader(due, zone);
  const original = cause?.row.type.kind === "category" ? cause.row.type.values.indexOf("original") : -1;
  const flowReaders = [flowReader(paid, 1), ...(returned === null ? [] : [flowReader(returned, -1)])];
  return (history, known) => {
    const instalments: Instalment[] = [];
    const rows = history.events[due.stream.event];
    for (let i = 0; rows !== undefined && i < rows.length; i++) {
      if (!isKnown(rows, i, known) || !isInstalment(rows, i)) continue;
      const [value, owed] = [rows.fields[due.row.field]![i]!, rows.fields[amount.row.field]![i]!];
      if (Number.isNaN(value) || Number.isNaN(owed)) continue;
      const code = cause === null ? original : rows.fields[cause.row.field]![i]!;
      const anew = code !== original && !Number.isNaN(code);
      instalments.push({ ...amountOf(rows.at[i]!, owed, 1), dueDay: dueDayOf(value), anew });
    }
    instalments.sort((a, b) => a.dueDay - b.dueDay);
    return { instalments, flows: flowReaders.flatMap((flows) => flows(history, known)) };
  };
}

function flowReader({ stream, row }: ColumnNode, sign: 1 | -1) {
  const isFlow = filterTest(stream.filter);
  return (history: EntityHistory, known: number): Amount[] => {
    const flows: Amount[] = [];
    const rows = history.events[stream.event];
    for (let i = 0; rows !== undefined && i < rows.length; i++) {
      if (!isKnown(rows, i, known) || !isFlow(rows, i)) continue;
      const value = rows.fields[row.field]![i]!;
      if (!Number.isNaN(value)) flows.push(amountOf(rows.at[i]!, value, sign));
    }
    return flows;
  };
}

function amountOf(at: number, value: number, sign: 1 | -1): Amount {
  const high = Math.floor(value / LIMB);
  return { at, high: sign * high, low: sign * (value - high * LIMB) };
}

function dayReader({ row }: ColumnNode, zone: string): (stored: number) => number {
  if (row.type.kind === "date") return (day) => day;
  const days = calendarOf("day", zone);
  return (instant) => days.periodOf(instant);
}

type RowTest = (rows: EventColumns, row: number) => boolean;

/** Whether a filter reads plain columns and nothing worked out of them. */
export function isPlain(filter: FilterNode): boolean {
  return filter.kind === "fieldTest" ? filter.row.kind === "field" : filter.filters.every(isPlain);
}

/** Of plain columns only, which the check before this has made sure of. */
export function filterTest(filter: FilterNode | null): RowTest {
  if (filter === null) return () => true;
  if (filter.kind !== "fieldTest") {
    const parts = filter.filters.map(filterTest);
    return filter.kind === "allOf"
      ? (rows, row) => parts.every((part) => part(rows, row))
      : (rows, row) => parts.some((part) => part(rows, row));
  }
  invariant(filter.row.kind === "field", "days past due read plain columns");
  const { field } = filter.row;
  const holds = new Function("x", `return ${testSource(filter.test, "x")};`) as (value: number) => boolean;
  return (rows, row) => holds(rows.fields[field]![row]!);
}

export function pastDueInWords({ rule, zone, window, due, paid }: PastDueNode): string {
  const amounts = `${due.stream.event}.${due.row.field} against ${paid.stream.event}.${paid.row.field}`;
  const when = window === null ? "at t" : `at most ${windowKind(window).sentence(window)}`;
  return `days past due of ${amounts} by ${rule} in ${zone}, ${when}`;
}
