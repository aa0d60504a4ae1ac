import type { WindowNode } from "../../define/index.ts";
import { durationInWords, isWhole } from "./duration.ts";
import type { WindowKind } from "./window.ts";

/** All of history up to a fixed time before t: how things stood then, as it is known at t. */
export const before: WindowKind<WindowNode & { kind: "before" }> = {
  kind: "before",
  looks: "back",
  mistake: (window) =>
    isWhole(window.micros, 1)
      ? null
      : { rule: "it goes back by no whole number of microseconds above 0", wayOut: "Write it as days(…) or hours(…)" },
  extent: (window) => ({
    kind: "span",
    low: { kind: "always" },
    high: { kind: "offset", micros: -window.micros },
  }),
  sentence: (window) => `as of ${durationInWords(window.micros)} before`,
};
