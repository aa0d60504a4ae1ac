// What a feature set is planned with: the events of its catalogue, and the request that it asks.

import type { HistorySchema } from "../compile/index.ts";
import { type Catalogue, type EventNode, type FeatureSetNode, type RequestNode, readsOf } from "../define/index.ts";

export function schemaIn({ definitions }: Catalogue): HistorySchema {
  const events = definitions.map(({ node }) => node).filter((node): node is EventNode => node.kind === "event");
  return Object.fromEntries(events.map((event) => [event.name, event]));
}

/** undefined where it asks none. */
export function requestOf(set: FeatureSetNode, { definitions }: Catalogue): RequestNode | undefined {
  const asked = set.features.flatMap(({ feature }) => readsOf(feature.value)).find((read) => read.kind === "asked");
  const requests = definitions.map(({ node }) => node).filter((node): node is RequestNode => node.kind === "request");
  return requests.find(({ name }) => asked !== undefined && "request" in asked && asked.request === name);
}
