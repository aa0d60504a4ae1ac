// From a feature set to a kernel.

import { AssayError, invariant, PRESENT } from "../base/index.ts";
import type { FeatureSetNode, RequestNode } from "../define/index.ts";
import { instantiate, kernelSource } from "./emit-kernel.ts";
import type { EntityHistory, HistorySchema } from "./history.ts";
import type { Kernel } from "./kernel-types.ts";
import { isAggregate, type Plan } from "./plan.ts";
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
  const planned = plan.links ?? [];
  const resolvers = planned.map(({ link }) => resolverOf(link));
  return Object.freeze<Kernel>({
    set: plan.of.name,
    entity: plan.entity,
    columns: plan.columns.map(({ name }) => name),
    meaningHash,
    source,
    events: plan.events,
    links: planned.map(({ values }) => {
      return { entity: values.entity, kernel: kernelOfPlan(values, kernelSource(values), meaningHash) };
    }),
    resolve: (history, t, link) => resolvers[link]!(history, t),
    evaluate: (history, t, request, out, kinds, offset, related) =>
      evaluate(history, t, t, request, out, kinds, offset, related),
  });
}

/** A reference is a code, local to one history, until it leaves it as the text of an id. */
function resolverOf(plan: Plan): (history: EntityHistory, t: number) => string | null {
  const evaluate = instantiate(plan, kernelSource(plan));
  const { event, field } = referenceOf(plan);
  const [code, kind] = [new Float64Array(1), new Uint8Array(1)];
  return (history, t) => {
    evaluate(history, t, t, {}, code, kind, 0);
    return kind[0] === PRESENT ? history.events[event]!.dictionaries[field]![code[0]!]! : null;
  };
}

function referenceOf({ steps, rows, columns }: Plan): { readonly event: string; readonly field: string } {
  const step = steps[columns[0]!.step]!;
  invariant(isAggregate(step) && step.row !== null, "a link reads a reference");
  const { event, row } = rows[step.row]!;
  invariant(row.kind === "field", "a link reads a reference as it stands");
  return { event, field: row.field };
}
