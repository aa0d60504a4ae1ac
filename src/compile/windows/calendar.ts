import { isTimeZone, nearestTimeZone } from "../../base/index.ts";
import type { WindowNode } from "../../define/index.ts";
import { counted, isWhole } from "./duration.ts";
import { NOW, type Periods, type WindowKind } from "./window.ts";

const PERIODS_MAX = 100_000;

/**
 * The last `count` complete periods; the latest `skip` periods are left out first. `current` adds the running period: counted
 * from the running one backwards, `skip` are left out and the next `count` + 1 are taken.
 */
export const calendar: WindowKind<WindowNode & { kind: "calendar" }> = {
  kind: "calendar",
  looks: "back",
  mistake: (window) =>
    periodsMistake(window) ??
    (isWhole(window.count, window.current ? 0 : 1, PERIODS_MAX) && isWhole(window.skip, 0, PERIODS_MAX)
      ? null
      : noCount(window)),
  extent: (window) => {
    const { count, skip, current } = window;
    return {
      kind: "span",
      low: period(window, skip + count),
      high: current ? (skip === 0 ? NOW : period(window, skip - 1)) : period(window, skip),
    };
  },
  sentence: (window) =>
    `over the last ${counted(window.count, `complete ${noun(window)}`)}` +
    `${window.current ? ` and the running ${noun(window)}` : ""}${from(window)} in ${window.zone}` +
    (window.skip === 0 ? "" : `, leaving out the latest ${counted(window.skip, noun(window))}`),
};

/** The next `count` periods that start at or after t: labels only. */
export const nextCalendar: WindowKind<WindowNode & { kind: "nextCalendar" }> = {
  kind: "nextCalendar",
  looks: "ahead",
  mistake: (window) => periodsMistake(window) ?? (isWhole(window.count, 1, PERIODS_MAX) ? null : noCount(window)),
  extent: (window) => ({
    kind: "span",
    low: { kind: "periodAhead", ...periodsOf(window), ahead: 0 },
    high: { kind: "periodAhead", ...periodsOf(window), ahead: window.count },
  }),
  sentence: (window) => `over the next ${counted(window.count, noun(window))}${from(window)} in ${window.zone}`,
};

function period(periods: Periods, back: number) {
  return { kind: "period", ...periodsOf(periods), back } as const;
}

/** Without a day where there is none, so that plans keep their form. */
function periodsOf({ unit, zone, day }: Periods): Periods {
  return day === undefined ? { unit, zone } : { unit, zone, day };
}

function noun({ unit, day }: Periods): string {
  return day === undefined ? unit : "cycle";
}

function from({ day }: Periods): string {
  return day === undefined ? "" : ` from day ${day} of the month`;
}

function periodsMistake({ unit, zone, day }: Periods): { rule: string; wayOut: string } | null {
  if (day !== undefined && (unit !== "month" || !isWhole(day, 2, 31))) {
    return { rule: "its cycles begin on no day of a month", wayOut: "Write it as cycles(1, { day: 15, zone })" };
  }
  if (isTimeZone(zone)) return null;
  const near = nearestTimeZone(zone);
  return {
    rule: `"${zone}" is no time zone`,
    wayOut: near === undefined ? "Name it as IANA does, like America/New_York" : `Did you mean ${near}?`,
  };
}

function noCount({ unit }: Periods): { rule: string; wayOut: string } {
  return { rule: "its window is no whole number of periods", wayOut: `Write it as ${unit}s(1, zone) or more` };
}
