// train → evaluate, on what build left, one command each.

import {
  type FlatTable,
  judgeSeason,
  planSeason,
  type SeasonPlan,
  type SeasonSite,
  trainSeason,
} from "../../learning/index.ts";
import type { Workspace } from "../../workspace/index.ts";
import type { CommandContext } from "../command-context.ts";
import { judgement, withinName } from "../evaluation-settings.ts";
import { builtDataset, keepSeason } from "../season-file.ts";
import { fairnessLine, modelLines } from "../season-lines.ts";
import { pythonReady, seasonSite } from "../season-site.ts";
import { table } from "../terminal.ts";

export async function train(context: CommandContext, bundle: string): Promise<number> {
  const { trained } = await fitted(context, bundle);
  const candidates = trained.candidates.map(({ node, trained: model }) => ({ name: node.name, model }));
  const all = [...candidates, { name: "reference", model: trained.reference }];
  const lines = all.map(({ name, model }) => [name, model.artefact.hash.slice(0, 12), model.seconds.toFixed(1)]);
  for (const line of table(["model", "artefact", "seconds"], lines)) context.terminal.say(line);
  context.terminal.result(
    all.map(({ name, model: { run, artefact, rows, seconds } }) => ({ name, run, artefact, rows, seconds })),
  );
  return 0;
}

export async function evaluate(context: CommandContext, bundle: string): Promise<number> {
  const { terminal } = context;
  // Finished runs are found by hash and taken in again, so this fits nothing that `train` has fitted.
  const { workspace, plan, site, dataset, flat, trained } = await fitted(context, bundle);
  const snapshot = await workspace.snapshot();
  const request = { dataset, snapshot, trained, flat, ...judgement(workspace, dataset), approvals: [] };
  const judged = await judgeSeason(plan, request, site);
  await keepSeason(workspace, bundle, { hash: dataset.hash, bundle: judged.bundle });
  for (const line of modelLines(judged.evaluation, withinName(workspace))) terminal.say(line);
  terminal.say(judged.evaluation.choice.sentence);
  if (judged.fairness.rows.length > 0) terminal.say(fairnessLine(judged.fairness));
  terminal.say(`Bundle ${judged.bundle}. Put it in force: assay release ${judged.bundle.slice(0, 12)}`);
  terminal.result(judged);
  return 0;
}

interface Prepared {
  readonly workspace: Workspace;
  readonly plan: SeasonPlan;
  readonly site: SeasonSite;
}

async function prepared(context: CommandContext, bundle: string): Promise<Prepared> {
  const workspace = await context.workspace();
  const { catalogue } = await workspace.checkedDefinitions();
  const plan = planSeason(catalogue, bundle);
  const site = await seasonSite(workspace, { progress: context.terminal.progress, signal: context.signal });
  return { workspace, plan, site };
}

async function fitted(context: CommandContext, bundle: string) {
  const season = await prepared(context, bundle);
  const dataset = await builtDataset(season.workspace, bundle);
  await pythonReady(context.signal);
  // Without flat columns of its own, the reference is plain XGBoost on the same columns.
  const { file, columns } = dataset.manifest;
  const flat: FlatTable = { file: dataset.file, sha256: file.sha256, columns };
  return { ...season, dataset, flat, trained: await trainSeason(season.plan, dataset, flat, season.site) };
}
