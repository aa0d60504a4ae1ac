import type { WindowNode } from "../../define/index.ts";
import { NOW, type WindowKind } from "./window.ts";

/** All of history before t. */
export const ever: WindowKind<WindowNode & { kind: "ever" }> = {
  kind: "ever",
  looks: "back",
  mistake: () => null,
  extent: () => ({ kind: "span", low: { kind: "always" }, high: NOW }),
  sentence: () => "ever",
};
