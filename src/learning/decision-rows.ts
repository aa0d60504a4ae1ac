// Dataset rows as `decide` takes them: the same values that the models were fitted on, for evidence on people nobody has
// decided about yet.

import { AssayError } from "../base/index.ts";
import { type DatasetRow, readDatasetRows, type SplitName } from "../datasets/index.ts";
import type { DecideInput } from "../policy/index.ts";
import { problems } from "./errors.ts";
import type { SeasonPlan } from "./plan-season.ts";

/** One input per row of the split, in the order of decision ids. Throws ASSAY_LEARNING_NOT_ASKED. */
export async function readDecisionRows(file: string, plan: SeasonPlan, split: SplitName): Promise<DecideInput[]> {
  const rows = await readDatasetRows(file, plan, split);
  for (const row of rows) checkAsked(row, plan);
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

/** What no feature reads may be absent from a dataset; a decision takes all that its request requires. */
function checkAsked({ decisionId, asked }: DatasetRow, { request, bundle }: SeasonPlan): void {
  const lacking = Object.entries(request.fields).find(
    ([name, { optional, protection }]) => !optional && protection === "none" && asked[name] === undefined,
  );
  if (lacking === undefined) return;
  const thing = `row "${decisionId}" of the dataset of "${bundle.name}"`;
  throw new AssayError(problems.NOT_ASKED(thing, { field: lacking[0] }));
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
