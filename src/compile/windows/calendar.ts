import { isTimeZone, nearestTimeZone } from "../../base/index.ts";
import type { CalendarUnit, WindowNode } from "../../define/index.ts";
import { counted, isWhole } from "./duration.ts";
import { NOW, type WindowKind } from "./window.ts";

const PERIODS_MAX = 100_000;

/**
 * The last `count` complete periods; the latest `skip` periods are left out first. `current` adds the running period: counted
 * from the running one backwards, `skip` are left out and the next `count` + 1 are taken.
 */
export const calendar: WindowKind<WindowNode & { kind: "calendar" }> = {
  kind: "calendar",
  looks: "back",
  mistake: (window) =>
    zoneMistake(window.zone) ??
    (isWhole(window.count, window.current ? 0 : 1, PERIODS_MAX) && isWhole(window.skip, 0, PERIODS_MAX)
      ? null
      : { rule: "its window is no whole number of periods", wayOut: `Write it as ${window.unit}s(1, zone) or more` }),
  extent: ({ unit, zone, count, skip, current }) => ({
    kind: "span",
    low: { kind: "period", unit, zone, back: skip + count },
    high: current ? (skip === 0 ? NOW : period(unit, zone, skip - 1)) : period(unit, zone, skip),
  }),
  sentence: ({ unit, zone, count, skip, current }) =>
    `over the last ${counted(count, `complete ${unit}`)}${current ? ` and the running ${unit}` : ""} in ${zone}` +
    (skip === 0 ? "" : `, leaving out the latest ${counted(skip, unit)}`),
};

/** The next `count` periods that start at or after t: labels only. */
export const nextCalendar: WindowKind<WindowNode & { kind: "nextCalendar" }> = {
  kind: "nextCalendar",
  looks: "ahead",
  mistake: (window) =>
    zoneMistake(window.zone) ??
    (isWhole(window.count, 1, PERIODS_MAX)
      ? null
      : { rule: "its window is no whole number of periods", wayOut: `Write it as ${window.unit}s(1, zone) or more` }),
  extent: ({ unit, zone, count }) => ({
    kind: "span",
    low: { kind: "periodAhead", unit, zone, ahead: 0 },
    high: { kind: "periodAhead", unit, zone, ahead: count },
  }),
  sentence: ({ unit, zone, count }) => `over the next ${counted(count, unit)} in ${zone}`,
};

function period(unit: CalendarUnit, zone: string, back: number) {
  return { kind: "period", unit, zone, back } as const;
}

function zoneMistake(zone: string): { rule: string; wayOut: string } | null {
  if (isTimeZone(zone)) return null;
  const near = nearestTimeZone(zone);
  return {
    rule: `"${zone}" is no time zone`,
    wayOut: near === undefined ? "Name it as IANA does, like America/New_York" : `Did you mean ${near}?`,
  };
}
