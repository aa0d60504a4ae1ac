// Windows in words. A feature looks back from the moment of the decision, which is never inside its window.

import { MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_SECOND } from "../../base/index.ts";
import type { WindowNode } from "../../define/index.ts";
import { words } from "./name-words.ts";
import { decimals } from "./number-text.ts";

export function windowWords(window: WindowNode): string {
  switch (window.kind) {
    case "ever":
      return "in all of history";
    case "fixed":
      return fixedWords(window.micros, window.skipMicros);
    case "lastEvents":
      return lastWords(window.count, window.skip);
    case "calendar":
      return calendarWords(window);
    case "nextFixed":
      return `in the ${spanWords(window.micros)} that follow`;
    case "nextCalendar":
      return `in the next ${plural(window.count, `complete ${unitWords(window)}`)} (${zoneWords(window)})`;
    case "before":
      return `as of ${spanWords(window.micros)} before`;
    case "ofLatest":
      return `of the latest ${words(window.parent.event)}`;
  }
}

function fixedWords(micros: number, skipMicros: number): string {
  if (skipMicros === 0) return `in the last ${spanWords(micros)}`;
  return `in the ${spanWords(micros)} that ended ${spanWords(skipMicros)} before`;
}

function lastWords(count: number, skip: number): string {
  if (skip === 0) return count === 1 ? "the latest one" : `over the last ${count}`;
  return count === 1 ? `the one before the latest ${skip}` : `the ${count} before the latest ${skip}`;
}

function calendarWords(window: Extract<WindowNode, { kind: "calendar" }>): string {
  const { count, skip, current } = window;
  const unit = unitWords(window);
  const periods = count === 1 ? `the last complete ${unit}` : `the last ${count} complete ${unit}s`;
  const after = skip === 0 ? "" : ` after leaving out ${plural(skip, unit)}`;
  return `in ${periods}${current ? ` and the present ${unit}` : ""}${after} (${zoneWords(window)})`;
}

function unitWords({ unit, day }: { readonly unit: string; readonly day?: number }): string {
  return day === undefined ? unit : "cycle";
}

function zoneWords({ zone, day }: { readonly zone: string; readonly day?: number }): string {
  return day === undefined ? zone : `from day ${day}, ${zone}`;
}

function spanWords(micros: number): string {
  if (micros % MICROS_PER_DAY === 0) return plural(micros / MICROS_PER_DAY, "day");
  if (micros % MICROS_PER_HOUR === 0) return plural(micros / MICROS_PER_HOUR, "hour");
  return plural(micros / (60 * MICROS_PER_SECOND), "minute");
}

function plural(count: number, noun: string): string {
  return `${decimals(count, 2, 0)} ${noun}${count === 1 ? "" : "s"}`;
}
