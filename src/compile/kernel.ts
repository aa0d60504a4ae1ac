// From a feature set to a kernel.

import { AssayError } from "../base/index.ts";
import type { FeatureSetNode, RequestNode } from "../define/index.ts";
import { instantiate, kernelSource } from "./emit-kernel.ts";
import type { HistorySchema } from "./history.ts";
import type { Kernel } from "./kernel-types.ts";
import type { Plan } from "./plan.ts";
import { isPlan, planFeatures } from "./plan-features.ts";

export interface KernelOptions {
  readonly meaningHash: string;
  readonly request?: RequestNode;
}

/** Plans and compiles. A definition with problems is refused: the first of them is thrown as an `AssayError`. */
export function compileKernel(set: FeatureSetNode, schema: HistorySchema, options: KernelOptions): Kernel {
  const plan = planFeatures(set, schema, options.request);
  if (!isPlan(plan)) throw new AssayError(plan[0]!);
  return kernelOfPlan(plan, kernelSource(plan), options.meaningHash);
}

export function kernelOfPlan(plan: Plan, source: string, meaningHash: string): Kernel {
  const evaluate = instantiate(plan, source);
  return Object.freeze<Kernel>({
    set: plan.of.name,
    entity: plan.entity,
    columns: plan.columns.map(({ name }) => name),
    meaningHash,
    source,
    events: plan.events,
    evaluate: (history, t, request, out, kinds, offset) => evaluate(history, t, t, request, out, kinds, offset),
  });
}
