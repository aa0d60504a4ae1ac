import type { WindowNode } from "../../define/index.ts";
import { durationInWords, isWhole } from "./duration.ts";
import type { WindowKind } from "./window.ts";

/** `[t - skip - length, t - skip)` */
export const fixed: WindowKind<WindowNode & { kind: "fixed" }> = {
  kind: "fixed",
  looks: "back",
  mistake: (window) =>
    isWhole(window.micros, 1) && isWhole(window.skipMicros, 0)
      ? null
      : { rule: "its window is no whole number of microseconds above 0", wayOut: "Write it as days(…) or hours(…)" },
  extent: (window) => ({
    kind: "span",
    low: { kind: "offset", micros: -window.skipMicros - window.micros },
    high: { kind: "offset", micros: 0 - window.skipMicros },
  }),
  sentence: (window) =>
    `over the last ${durationInWords(window.micros)}` +
    (window.skipMicros === 0 ? "" : `, leaving out the latest ${durationInWords(window.skipMicros)}`),
};

/** `[t, t + length)`: labels only. */
export const nextFixed: WindowKind<WindowNode & { kind: "nextFixed" }> = {
  kind: "nextFixed",
  looks: "ahead",
  mistake: (window) =>
    isWhole(window.micros, 1)
      ? null
      : { rule: "its window is no whole number of microseconds above 0", wayOut: "Write it as days(…) or hours(…)" },
  extent: (window) => ({
    kind: "span",
    low: { kind: "offset", micros: 0 },
    high: { kind: "offset", micros: window.micros },
  }),
  sentence: (window) => `over the next ${durationInWords(window.micros)}`,
};
