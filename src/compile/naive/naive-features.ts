// The twin of a feature set's kernel.

import type { FeatureSetNode } from "../../define/index.ts";
import type { HistoryEvent, HistorySchema } from "../history.ts";
import type { RequestValues } from "../kernel-types.ts";
import { type Answer, evaluate } from "./naive-values.ts";
import { visibleEvents } from "./naive-visibility.ts";

/** Every event of an entity by its id, in any order. */
export type EventsOf = (id: string) => readonly HistoryEvent[];

const NOBODY: EventsOf = () => [];

/**
 * Every feature at `t`, by name, from one entity's events in any order; those of linked entities by `eventsOf`. -0 becomes 0.
 */
export function naiveFeatures(
  set: FeatureSetNode,
  schema: HistorySchema,
  events: readonly HistoryEvent[],
  t: number,
  request: RequestValues,
  eventsOf: EventsOf = NOBODY,
): { [name: string]: Answer } {
  const seenAmong = (all: readonly HistoryEvent[]) =>
    visibleEvents(all, t).filter((event) => schema[event.event] !== undefined);
  const scene = { t, seen: seenAmong(events), request, seenOf: (id: string) => seenAmong(eventsOf(id)) };
  const answers: { [name: string]: Answer } = {};
  for (const { name, feature } of set.features) {
    const answer = evaluate(feature.value, scene);
    answers[name] = typeof answer === "number" ? answer + 0 : answer;
  }
  return answers;
}
