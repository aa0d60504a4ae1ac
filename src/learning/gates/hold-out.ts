// The hold-out that champion and challenger both decide: rows of the split "test" whose outcome was known by the dataset's
// cut-off. The loop splits its dataset by the champion's own rule, and a split is by person, so whoever is in "test" today was in
// "test" when the champion learnt: neither bundle was fitted, calibrated or chosen on any of these people. Where the rule is
// another, that is no longer so, and no comparison is made.
//
// A person counts once, by the latest row: limits for independent rows would be too narrow where rows share a person.

import { setImmediate as nextTurn } from "node:timers/promises";
import { hashJson } from "../../base/index.ts";
import type { BuiltDataset, DatasetManifest } from "../../datasets/index.ts";
import type { RunningBundle } from "../../decisions/index.ts";
import { type DecideInput, type Disposition, decide } from "../../policy/index.ts";
import { readTable } from "../../storage/index.ts";
import { latestOfEach, readDecisionRows } from "../decision-rows.ts";
import type { SeasonPlan } from "../plan-season.ts";

/** What one bundle made of the rows, beside them. */
export interface Decided {
  /** Margins: what the bundle ranks by. */
  readonly scores: Float64Array;
  /** Calibrated. */
  readonly probabilities: Float64Array;
  readonly dispositions: readonly Disposition[];
  readonly adverse: readonly boolean[];
  /** Stated first; null where none is. */
  readonly firstReasons: readonly (string | null)[];
}

export interface Pair<T> {
  readonly challenger: T;
  readonly champion: T;
}

export interface HoldOut extends Pair<Decided> {
  readonly rows: readonly DecideInput[];
  /** 1 bad, 0 good. */
  readonly labels: Float64Array;
}

/** Why the champion cannot be asked about these rows, or cannot be asked fairly; null where it can. */
export function whyApart(
  dataset: DatasetManifest,
  champion: { readonly dataset: DatasetManifest; readonly bundle: RunningBundle },
  plan: SeasonPlan,
): string | null {
  if (hashJson(champion.dataset.split.rule) !== hashJson(dataset.split.rule)) {
    return "the champion was fitted on another split, so it may have learnt from people of this hold-out";
  }
  const { request, roles, featureSets } = champion.bundle.document;
  const meaningOf = (role: string) => featureSets.find(({ node }) => node.name === roles[role])?.meaningHash;
  const alike = Object.keys(roles).every((role) => meaningOf(role) === dataset.features[role]?.meaningHash);
  if (!alike) return "the champion reads features that this dataset does not hold";
  return hashJson(request) === hashJson(plan.request) ? null : "the champion answers another request";
}

/** Throws what reading the dataset throws, and the signal's reason. */
export async function drawHoldOut(
  dataset: BuiltDataset,
  plan: SeasonPlan,
  bundles: Pair<RunningBundle>,
  signal: AbortSignal,
): Promise<HoldOut> {
  const inputs = await readDecisionRows(dataset.file, plan, "test");
  const table = await readTable([dataset.file], {
    columns: ["label"],
    where: `t."split" = 'test'`,
    orderBy: ["decision_id"],
  });
  const labels = table.columns["label"]!.values as ArrayLike<number>;
  const kept = latestOfEach(inputs);
  const rows = kept.map((row) => inputs[row]!);
  return {
    rows,
    labels: Float64Array.from(kept, (row) => labels[row]!),
    challenger: await decideAll(bundles.challenger, rows, signal),
    champion: await decideAll(bundles.champion, rows, signal),
  };
}

const ROWS_A_TURN = 500;

/** With a turn for others now and then: a loop must stay cancellable, and its lock alive. */
async function decideAll(
  { loaded }: RunningBundle,
  rows: readonly DecideInput[],
  signal: AbortSignal,
): Promise<Decided> {
  const { model, output } = loaded.document.baseline;
  const scores = new Float64Array(rows.length);
  const probabilities = new Float64Array(rows.length);
  const dispositions: Disposition[] = [];
  const adverse: boolean[] = [];
  const firstReasons: (string | null)[] = [];
  for (const [row, input] of rows.entries()) {
    if (row % ROWS_A_TURN === 0) await nextTurn();
    signal.throwIfAborted();
    const decision = decide(loaded, input);
    const score = decision.outputs.find((one) => one.model === model && one.output === output)!;
    scores[row] = score.raw;
    probabilities[row] = score.calibrated;
    dispositions.push(decision.disposition);
    adverse.push(decision.adverse);
    firstReasons.push(decision.reasons[0]?.reason ?? null);
  }
  return { scores, probabilities, dispositions, adverse, firstReasons };
}
