import type { WindowNode } from "../../define/index.ts";
import type { WindowKind } from "./window.ts";

/** The events that share a text with the latest visible event of another type before t. */
export const ofLatest: WindowKind<WindowNode & { kind: "ofLatest" }> = {
  kind: "ofLatest",
  looks: "back",
  mistake: () => null,
  extent: ({ parent, parentField, childField }) => ({ kind: "match", parent, parentField, childField }),
  sentence: ({ parent, childField }) => `of the latest ${parent.event} by ${childField}`,
};
