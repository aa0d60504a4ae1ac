// Windows: how far a value looks. A week is 168 hours; a calendar month needs a zone; `events(n)` counts rows.

import type { Problem } from "../base/index.ts";
import { isTimeZone, MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_SECOND, nearestTimeZone } from "../base/index.ts";
import { problems } from "./errors.ts";
import type { StreamFacts } from "./event.ts";
import { at, called } from "./names.ts";
import type { CalendarUnit, WindowNode } from "./nodes.ts";
import { Origin } from "./place.ts";
import { checkSettings } from "./settings.ts";
import { type Facts, factsAs, seal } from "./thing.ts";

declare const SPAN: unique symbol;

export type SpanKind = "fixed" | "calendar" | "events";

/** A length to look over: fixed time, complete calendar periods, or a count of events. */
export interface Span<K extends SpanKind> {
  readonly [SPAN]: K;
}

type SpanNode =
  | { readonly kind: "fixed"; readonly micros: number }
  | {
      readonly kind: "calendar";
      readonly unit: CalendarUnit;
      readonly count: number;
      readonly zone: string;
      readonly current: boolean;
      /** Of cycles that begin on another day than the first. */
      readonly day?: number;
    }
  | { readonly kind: "events"; readonly count: number };

interface SpanFacts extends Facts {
  readonly is: "span";
  readonly node: SpanNode;
}

export function minutes(count: number): Span<"fixed"> {
  return fixed(count, 60 * MICROS_PER_SECOND);
}
export function hours(count: number): Span<"fixed"> {
  return fixed(count, MICROS_PER_HOUR);
}
/** Days of 24 hours. */
export function days(count: number): Span<"fixed"> {
  return fixed(count, MICROS_PER_DAY);
}
/** Weeks of 168 hours. */
export function weeks(count: number): Span<"fixed"> {
  return fixed(count, 7 * MICROS_PER_DAY);
}

/** `{ current: true }` adds the running period to the complete ones. */
export interface CalendarOptions {
  readonly current?: boolean;
}

/** The last n complete calendar days in a zone. */
export function calendarDays(count: number, zone: string, options?: CalendarOptions): Span<"calendar"> {
  return calendar("day", count, zone, options);
}
/** The last n complete weeks, Monday to Sunday, in a zone. */
export function calendarWeeks(count: number, zone: string, options?: CalendarOptions): Span<"calendar"> {
  return calendar("week", count, zone, options);
}
/** The last n complete calendar months in a zone: `months(1, "America/New_York")`. */
export function months(count: number, zone: string, options?: CalendarOptions): Span<"calendar"> {
  return calendar("month", count, zone, options);
}
/** The last n complete calendar years in a zone. */
export function years(count: number, zone: string, options?: CalendarOptions): Span<"calendar"> {
  return calendar("year", count, zone, options);
}

/**
 * The last n complete cycles of a zone that begin on a day of the month, 1 to 31, or on the last of a shorter month:
 * `cycles(3, { day: 15, zone: newYork })`. Those from day 1 are months.
 */
export function cycles(
  count: number,
  options: { readonly day: number; readonly zone: string; readonly current?: boolean },
): Span<"calendar"> {
  const origin = new Origin();
  const { day, zone, current } = options ?? {};
  const good = Number.isInteger(day) && day >= 1 && day <= 31;
  const found = [
    ...countProblems("cycles", count, origin),
    ...zoneProblems(zone, origin),
    ...checkSettings("window", options, ["day", "zone", "current"], origin),
  ];
  if (!good) {
    const sentence = `${String(day)} is not a day of the month from 1 to 31`;
    found.push(problems.BAD_WINDOW("window", { sentence }, at(origin)));
  }
  const periods = {
    kind: "calendar",
    unit: "month",
    count: typeof count === "number" ? count : 0,
    zone: called(zone),
    current: current === true,
  } as const;
  return span(good && day > 1 ? { ...periods, day } : periods, found);
}

/** The last n events. */
export function events(count: number): Span<"events"> {
  const origin = new Origin();
  return span({ kind: "events", count: typeof count === "number" ? count : 0 }, countProblems("events", count, origin));
}

function fixed(count: number, unitMicros: number): Span<"fixed"> {
  const origin = new Origin();
  const micros = typeof count === "number" ? count * unitMicros : Number.NaN;
  const good = Number.isSafeInteger(micros) && micros > 0;
  const found = good
    ? []
    : [problems.BAD_WINDOW("window", { sentence: `${String(count)} is not a length of time` }, at(origin))];
  return span({ kind: "fixed", micros: good ? micros : unitMicros }, found);
}

function calendar(unit: CalendarUnit, count: number, zone: string, options?: CalendarOptions): Span<"calendar"> {
  const origin = new Origin();
  const unknown = checkSettings("window", options, ["current"], origin);
  const found = [...countProblems(`${unit}s`, count, origin), ...zoneProblems(zone, origin), ...unknown];
  return span(
    {
      kind: "calendar",
      unit,
      count: typeof count === "number" ? count : 0,
      zone: called(zone),
      current: options?.current === true,
    },
    found,
  );
}

function span<K extends SpanKind>(node: SpanNode, found: readonly Problem[]): Span<K> {
  return seal({}, { is: "span", node: Object.freeze(node), problems: found } satisfies SpanFacts) as Span<K>;
}

function countProblems(what: string, count: number, origin: Origin): Problem[] {
  if (Number.isInteger(count) && count > 0) return [];
  return [problems.BAD_WINDOW("window", { sentence: `${String(count)} is not a count of ${what}` }, at(origin))];
}

function zoneProblems(zone: string, origin: Origin): Problem[] {
  if (isTimeZone(called(zone))) return [];
  const where = { ...at(origin), nearest: nearestTimeZone(called(zone)) };
  return [problems.UNKNOWN_ZONE("window", { zone: called(zone) }, where)];
}

/** Reads a fixed span (a delay, a maturity) in microseconds. */
export function fixedMicros(
  thing: unknown,
  what: string,
  origin: Origin,
): { micros: number; problems: readonly Problem[] } {
  const facts = factsAs<SpanFacts>(thing, "span");
  if (facts?.node.kind === "fixed") return { micros: facts.node.micros, problems: facts.problems };
  return {
    micros: 0,
    problems: [problems.BAD_ARGUMENT(what, { expected: "a fixed time such as days(2)" }, at(origin))],
  };
}

type WindowResult = { readonly window: WindowNode | null; readonly problems: readonly Problem[] };

/** `.last(W, { skip })`: the window that ends at t, less the skip. */
export function lastWindow(
  length: unknown,
  options: { readonly skip?: unknown } | undefined,
  origin: Origin,
): WindowResult {
  const skip = options?.skip;
  const whole = factsAs<SpanFacts>(length, "span");
  const skipped = skip === undefined ? null : (factsAs<SpanFacts>(skip, "span") ?? null);
  if (whole === undefined || (skip !== undefined && skipped === null)) return notASpan(origin);
  const unknown = checkSettings("last", options, ["skip"], origin);
  const found = [...whole.problems, ...(skipped?.problems ?? []), ...unknown];
  if (skipped !== null && !skips(whole.node, skipped.node)) {
    found.push(problems.BAD_WINDOW("window", { sentence: "skip is of another kind than the window" }, at(origin)));
  }
  return { window: lastNode(whole.node, skipped?.node ?? null), problems: found };
}

function skips(whole: SpanNode, skip: SpanNode): boolean {
  if (whole.kind !== "calendar" || skip.kind !== "calendar") return whole.kind === skip.kind;
  return whole.unit === skip.unit && whole.zone === skip.zone && whole.day === skip.day && !skip.current;
}

function lastNode(whole: SpanNode, skip: SpanNode | null): WindowNode {
  const count = skip === null || skip.kind === "fixed" ? 0 : skip.count;
  if (whole.kind === "events") return { kind: "lastEvents", count: whole.count, skip: count };
  if (whole.kind === "calendar") return { ...whole, skip: count };
  return { kind: "fixed", micros: whole.micros, skipMicros: skip?.kind === "fixed" ? skip.micros : 0 };
}

/** `.next(W)`: the window that starts at t. Labels only. */
export function nextWindow(length: unknown, origin: Origin): WindowResult {
  const facts = factsAs<SpanFacts>(length, "span");
  if (facts === undefined) return notASpan(origin);
  const { node } = facts;
  if (node.kind === "fixed") return { window: { kind: "nextFixed", micros: node.micros }, problems: facts.problems };
  if (node.kind === "calendar" && !node.current) {
    const { current: _, ...periods } = node;
    return { window: { ...periods, kind: "nextCalendar" }, problems: facts.problems };
  }
  const sentence = "next takes a fixed time or complete calendar periods";
  return { window: null, problems: [...facts.problems, problems.BAD_WINDOW("window", { sentence }, at(origin))] };
}

/** `.ago(W)`: all of history up to W before t, as the lender knows it at t. */
export function agoWindow(length: unknown, origin: Origin): WindowResult {
  const { micros, problems: found } = fixedMicros(length, "ago", origin);
  return { window: found.length > 0 ? null : { kind: "before", micros }, problems: found };
}

/** `.ofLatest(pull)`: the events that carry the same text as the latest event of another type before t. */
export function ofLatestWindow(
  parent: StreamFacts | undefined,
  about: string | undefined,
  options: { readonly by?: unknown } | undefined,
  origin: Origin,
): WindowResult {
  if (parent === undefined) {
    const expected = "the event whose latest is meant, such as a bureau's pull, or a subset of it";
    return { window: null, problems: [problems.BAD_ARGUMENT("ofLatest", { expected }, at(origin))] };
  }
  const by = options?.by === undefined ? "pull" : called(options.by);
  const found = [...parent.problems, ...checkSettings("ofLatest", options, ["by"], origin)];
  if (parent.event.fields[by]?.type.kind !== "text") {
    const sentence = `"${parent.event.name}" has no text field "${by}" that its events could share`;
    found.push(problems.BAD_WINDOW("ofLatest", { sentence }, at(origin)));
  }
  const { entity } = parent.event;
  if (about !== undefined && entity !== about) {
    const sentence = `these events are about ${about}, and the latest is about ${entity}`;
    found.push(problems.BAD_WINDOW("ofLatest", { sentence }, at(origin)));
  }
  return { window: { kind: "ofLatest", parent: parent.node, parentField: by, childField: by }, problems: found };
}

function notASpan(origin: Origin): WindowResult {
  const expected = "a length such as days(90), months(1, zone) or events(6)";
  return { window: null, problems: [problems.BAD_ARGUMENT("window", { expected }, at(origin))] };
}

/** The span's length in words, for a model's horizon: `1 month Asia/Taipei`, `30 days`. */
export function horizonText(thing: unknown): string | undefined {
  const node = factsAs<SpanFacts>(thing, "span")?.node;
  if (node === undefined || node.kind === "events") return undefined;
  if (node.kind === "fixed") return plural(node.micros / MICROS_PER_DAY, "day");
  return `${plural(node.count, node.unit)} ${node.zone}${node.day === undefined ? "" : ` from day ${node.day}`}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
