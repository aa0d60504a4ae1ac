import type { WindowNode } from "../../define/index.ts";
import { counted, isWhole } from "./duration.ts";
import type { WindowKind } from "./window.ts";

/** The last `count` visible events of the filtered stream in total order, after leaving out the latest `skip`. */
export const lastEvents: WindowKind<WindowNode & { kind: "lastEvents" }> = {
  kind: "lastEvents",
  looks: "back",
  mistake: (window) =>
    isWhole(window.count, 1) && isWhole(window.skip, 0)
      ? null
      : { rule: "its window is no whole number of events above 0", wayOut: "Write it as events(1) or more" },
  extent: (window) => ({ kind: "last", count: window.count, skip: window.skip }),
  sentence: (window) =>
    `over the last ${counted(window.count, "event")}` +
    (window.skip === 0 ? "" : `, leaving out the latest ${window.skip}`),
};
