// Steps 3 to 5: from definitions to a chosen bundle. The dataset and the judgement are found again by the hash of what
// they are made of; training runs by their own.

import { type Hash, hashJson, hashText, parseInstant } from "../../base/index.ts";
import { explain } from "../../compile/index.ts";
import type { BuiltDataset, SpineRow } from "../../datasets/index.ts";
import type { EvaluationDocument, FairnessDocument } from "../../evaluate/index.ts";
import { buildSeason, judgeSeason, planSeason, type SeasonPlan, trainSeason } from "../../learning/index.ts";
import { publishBytes } from "../../storage/index.ts";
import { judgement, labelCutOff, splitRule, withinName } from "../evaluation-settings.ts";
import { datasetOf, keepSeason } from "../season-file.ts";
import { datasetLines, fairnessLine, modelLines } from "../season-lines.ts";
import { pythonReady, seasonSite } from "../season-site.ts";
import type { DemoSpineRow } from "./demo-module.ts";
import { writeFlatTable } from "./flat-table.ts";
import { announce, type Stage, tell } from "./stage.ts";

/** What a story remembers of a judgement. */
export interface Judged {
  readonly bundle: Hash;
  readonly runnerUpBundle: Hash | null;
  readonly evaluation: Hash;
  readonly fairness: Hash;
}

/** Step 3. */
export async function checkDefinitions(stage: Stage): Promise<SeasonPlan> {
  announce(stage, 3, "Check and explain the definitions");
  const { workspace, demo } = stage;
  const { catalogue } = await workspace.checkedDefinitions();
  const plan = planSeason(catalogue, demo.bundle);
  const text = plan.roles.map(({ set }) => explain(set, plan.schema, plan.request)).join("\n");
  await publishBytes(workspace.folder("explain.txt"), Buffer.from(text));
  const features = plan.roles.reduce((sum, { set }) => sum + set.features.length, 0);
  tell(
    stage,
    `${features} features, 1 label, 1 request, ${plan.reasons.reasons.length} reasons, ${plan.candidates.length} candidate models: no problems.`,
  );
  tell(stage, `The plan is in ${workspace.folder("explain.txt")}.`);
  return plan;
}

/** Step 4. */
export async function prepareDataset(
  stage: Stage,
  plan: SeasonPlan,
  spine: readonly DemoSpineRow[],
  snapshot: Hash,
): Promise<BuiltDataset> {
  announce(stage, 4, "Dataset: values as known at the moment, outcomes as known by the cut-off");
  const { workspace, demo } = stage;
  const registry = await workspace.registry();
  const [cutOff, split] = [labelCutOff(workspace), splitRule(workspace)];
  const inputs = hashJson({
    spine: hashText(JSON.stringify(spine)),
    snapshot,
    cutOff,
    split,
    features: plan.roles.map(({ role, meaningHash }) => [role, meaningHash]),
    label: plan.label.meaningHash,
  });
  const earlier = (await registry.recall("build", inputs)) as { hash: Hash } | undefined;
  const found = earlier === undefined ? undefined : await datasetOf(workspace, earlier.hash);
  const given = { spine: spine.map(spineRow), snapshot: await workspace.snapshot(), labelCutOff: cutOff, split };
  const built = found ?? (await buildSeason(plan, given, await siteOf(stage)));
  await registry.remember("build", inputs, { hash: built.hash });
  await keepSeason(workspace, demo.bundle, { hash: built.hash });
  for (const line of datasetLines(built.manifest)) tell(stage, line);
  return built;
}

/** A decision's `t` lies one microsecond after its request, so that it sees it; the dataset asks at the same instant. */
function spineRow(row: DemoSpineRow): SpineRow {
  return { ...row, t: parseInstant(row.t)! + 1 };
}

/** Step 5. */
export async function chooseBundle(stage: Stage, plan: SeasonPlan, dataset: BuiltDataset): Promise<Judged> {
  announce(stage, 5, "Train, compare, choose");
  const registry = await stage.workspace.registry();
  const inputs = hashJson({
    dataset: dataset.hash,
    candidates: plan.candidates,
    policy: plan.policy,
    reasons: plan.reasons,
    bundle: plan.bundle,
    evaluation: stage.workspace.found.config.evaluation,
  });
  const earlier = (await registry.recall("judge", inputs)) as Judged | undefined;
  const judged = earlier ?? (await trainAndJudge(stage, plan, dataset));
  await registry.remember("judge", inputs, judged);
  return judged;
}

async function trainAndJudge(stage: Stage, plan: SeasonPlan, dataset: BuiltDataset): Promise<Judged> {
  const { workspace, demo, signal } = stage;
  await pythonReady(signal);
  const site = await siteOf(stage);
  const flat = await writeFlatTable(demo, dataset, workspace.folder("datasets", dataset.hash));
  const trained = await trainSeason(plan, dataset, flat, site);
  const at = workspace.found.config.simulatedNow ?? "";
  const approvals = [{ person: "assay demo", at, note: "released by the demo" }];
  const snapshot = await workspace.snapshot();
  const request = { dataset, snapshot, trained, flat, ...judgement(workspace, dataset), approvals };
  const { bundle, runnerUpBundle } = await judgeSeason(plan, request, site);
  const { evidence } = await site.registry.bundle(bundle);
  return { bundle, runnerUpBundle, evaluation: evidence.evaluation, fairness: evidence.fairness };
}

function siteOf({ workspace, terminal, signal }: Stage) {
  return seasonSite(workspace, { progress: terminal.progress, signal });
}

export interface Evidence {
  readonly evaluation: EvaluationDocument;
  readonly fairness: FairnessDocument;
}

/** Tells what was found, from the evidence itself. */
export async function tellEvidence(stage: Stage, judged: Judged): Promise<Evidence> {
  const registry = await stage.workspace.registry();
  const evaluation = (await registry.document(judged.evaluation)) as unknown as EvaluationDocument;
  const fairness = (await registry.document(judged.fairness)) as unknown as FairnessDocument;
  for (const line of modelLines(evaluation, withinName(stage.workspace))) stage.terminal.say(line);
  tell(stage, evaluation.choice.sentence);
  tell(stage, `The control fitted on reversed outcomes: ${evaluation.control.sentence}`);
  if (fairness.rows.length > 0) tell(stage, fairnessLine(fairness));
  const worst = fairness.rows.filter((row) => row.air !== null).sort((a, b) => a.air! - b.air!)[0];
  if (worst !== undefined) {
    const { air, low, high, attribute, group, reference, favourable } = worst;
    const limits = `${air!.toFixed(3)} (${low!.toFixed(3)}–${high!.toFixed(3)})`;
    tell(stage, `Lowest adverse-impact ratio: ${limits}, ${attribute} ${group} against ${reference}, ${favourable}.`);
  }
  return { evaluation, fairness };
}
