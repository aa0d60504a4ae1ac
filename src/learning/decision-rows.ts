// Dataset rows as `decide` takes them: the same values that the models were fitted on, for evidence on people nobody has
// decided about yet.

import { readDatasetRows, type SplitName } from "../datasets/index.ts";
import type { DecideInput } from "../policy/index.ts";
import type { SeasonPlan } from "./plan-season.ts";

/** One input per row of the split, in the order of decision ids. */
export async function readDecisionRows(file: string, plan: SeasonPlan, split: SplitName): Promise<DecideInput[]> {
  const rows = await readDatasetRows(file, plan, split);
  return rows.map(({ decisionId, ...row }) => ({
    ...row,
    decisionId,
    application: decisionId,
    kind: "application",
    stage: "decision",
    product: plan.bundle.name,
    channel: "evaluation",
  }));
}

/** Places of each person's latest row, in order. The first party is the one that the label is about. */
export function latestOfEach(inputs: readonly Pick<DecideInput, "parties" | "t">[]): number[] {
  const latest = new Map<string, number>();
  for (const [row, { parties, t }] of inputs.entries()) {
    const { entity } = parties[0]!;
    const before = latest.get(entity);
    if (before === undefined || inputs[before]!.t <= t) latest.set(entity, row);
  }
  return [...latest.values()].sort((a, b) => a - b);
}
