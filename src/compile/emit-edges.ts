// Edges of windows as source. A calendar's edges hold for every t in one period, so they are worked out when t leaves the
// period last seen; across a back-fill that is nearly never.

import { canonicalJson } from "../base/index.ts";
import { numberLiteral, textLiteral } from "./literal.ts";
import type { Plan } from "./plan.ts";
import type { Edge, Periods } from "./windows/window.ts";

type PeriodEdge = Edge & { kind: "period" | "periodAhead" };

interface CalendarNames {
  readonly name: string;
  readonly edge: PeriodEdge;
  /** Periods before the running one whose start is kept. */
  readonly backs: Set<number>;
}

export interface EdgeNames {
  /** An expression of the edge at `t`. */
  source(edge: Edge): string;
  /** Statements outside the functions: calendars and the edges kept for them. */
  prelude(): string[];
  /** Statements at the start of an evaluation. */
  refresh(): string[];
}

export function edgeNames(plan: Plan): EdgeNames {
  const calendars = new Map<string, CalendarNames>();
  for (const edge of edgesOf(plan)) noteEdge(edge, calendars);
  const used = [...calendars.values()];
  return {
    source: (edge) => edgeSource(edge, calendars),
    prelude: () => used.flatMap(calendarPrelude),
    refresh: () =>
      used
        .filter(({ backs }) => backs.size > 0)
        .map(({ name }) => `if (!(t >= ${name}from && t < ${name}until)) ${name}turn(t);`),
  };
}

function edgesOf(plan: Plan): Edge[] {
  return plan.scans.flatMap(({ high, windows }) => [
    high,
    ...windows.flatMap(({ until }) => (until.kind === "edge" ? [until.low] : [])),
  ]);
}

function noteEdge(edge: Edge, calendars: Map<string, CalendarNames>): void {
  if (edge.kind !== "period" && edge.kind !== "periodAhead") return;
  const key = calendarKey(edge);
  const known = calendars.get(key) ?? { name: `c${calendars.size}`, edge, backs: new Set<number>() };
  calendars.set(key, known);
  if (edge.kind === "period") known.backs.add(edge.back);
}

function calendarKey({ unit, zone, day }: Periods): string {
  return canonicalJson([unit, zone, day ?? 1]);
}

function edgeSource(edge: Edge, calendars: Map<string, CalendarNames>): string {
  if (edge.kind === "offset") return edge.micros === 0 ? "t" : `t + ${numberLiteral(edge.micros)}`;
  if (edge.kind === "always") return "-Infinity";
  const { name } = calendars.get(calendarKey(edge))!;
  if (edge.kind === "period") return `${name}back${edge.back}`;
  return `${name}.start(${name}.firstFrom(t) + ${numberLiteral(edge.ahead)})`;
}

function calendarPrelude({ name, edge, backs }: CalendarNames): string[] {
  const day = edge.day === undefined ? "" : `, ${numberLiteral(edge.day)}`;
  const calendar = `const ${name} = calendarOf(${textLiteral(edge.unit)}, ${textLiteral(edge.zone)}${day});`;
  if (backs.size === 0) return [calendar];
  const kept = [...backs].map((back) => `${name}back${back}`);
  return [
    calendar,
    `let ${name}from = Infinity, ${name}until = -Infinity, ${kept.map((edge) => `${edge} = 0`).join(", ")};`,
    `function ${name}turn(t) {`,
    `  const period = ${name}.periodOf(t);`,
    `  ${name}from = ${name}.start(period); ${name}until = ${name}.start(period + 1);`,
    ...[...backs].map((back) => `  ${name}back${back} = ${name}.start(period - ${numberLiteral(back)});`),
    "}",
  ];
}
