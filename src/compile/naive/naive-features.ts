// The twin of a feature set's kernel.

import type { FeatureSetNode } from "../../define/index.ts";
import type { HistoryEvent, HistorySchema } from "../history.ts";
import type { RequestValues } from "../kernel-types.ts";
import { type Answer, evaluate } from "./naive-values.ts";
import { visibleEvents } from "./naive-visibility.ts";

/** Every feature at `t`, by name, from one entity's events in any order. -0 becomes 0. */
export function naiveFeatures(
  set: FeatureSetNode,
  schema: HistorySchema,
  events: readonly HistoryEvent[],
  t: number,
  request: RequestValues,
): { [name: string]: Answer } {
  const seen = visibleEvents(events, t).filter((event) => schema[event.event] !== undefined);
  const answers: { [name: string]: Answer } = {};
  for (const { name, feature } of set.features) {
    const answer = evaluate(feature.value, { t, seen, request });
    answers[name] = typeof answer === "number" ? answer + 0 : answer;
  }
  return answers;
}
