// A feature set to a plan, or everything that is wrong with it.

import type { Problem } from "../base/index.ts";
import type { FeatureSetNode, RequestNode } from "../define/index.ts";
import { checkFeatureSet } from "./check-definition.ts";
import type { HistorySchema } from "./history.ts";
import type { Plan } from "./plan.ts";
import { planValues } from "./plan-values.ts";

export function planFeatures(set: FeatureSetNode, schema: HistorySchema, request?: RequestNode): Plan | Problem[] {
  const found = checkFeatureSet(set, schema, request);
  if (found.length > 0) return found;
  const values = set.features.map(({ name, feature }) => ({ name, value: feature.value }));
  return planValues({ kind: "features", name: set.name }, set.entity, values, schema, request);
}

export function isPlan(planned: Plan | Problem[]): planned is Plan {
  return !Array.isArray(planned);
}
