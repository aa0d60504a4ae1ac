// build → train → evaluate: each command leaves what the next one takes in a small file beside the state, by bundle name.

import { mkdir, readFile } from "node:fs/promises";
import { AssayError, type Hash, parseInstant } from "../../base/index.ts";
import { type BuiltDataset, type DatasetManifest, readSpine } from "../../datasets/index.ts";
import type { EvaluationDocument } from "../../evaluate/index.ts";
import { buildSeason, type FlatTable, judgeSeason, planSeason, type SeasonPlan, type SeasonSite, trainSeason } from "../../learning/index.ts";
import { publishBytes } from "../../storage/index.ts";
import type { Workspace } from "../../workspace/index.ts";
import type { CommandContext } from "../command-context.ts";
import { problems } from "../errors.ts";
import { pythonReady, seasonSite } from "../season-site.ts";
import { table, thousands } from "../terminal.ts";

const DEFAULT_SPLIT = { seed: "assay", train: 0.6, validation: 0.2 };
const NO_FAIRNESS = { minimumCell: 100, attributes: [], notes: ["No groups are declared in assay.config.ts."] };

export async function build(
  context: CommandContext,
  bundle: string,
  options: { readonly spine: string; readonly cutOff?: string },
): Promise<number> {
  const { terminal } = context;
  const { workspace, plan, site } = await prepared(context, bundle);
  const { evaluation } = workspace.found.config;
  const built = await buildSeason(
    plan,
    {
      spine: await readSpine(options.spine),
      snapshot: await workspace.snapshot(),
      labelCutOff: cutOffOf(options.cutOff ?? evaluation?.labelCutOff),
      split: evaluation?.split ?? DEFAULT_SPLIT,
    },
    site,
  );
  await keepSeason(workspace, bundle, { hash: built.hash });
  for (const line of describeDataset(built.manifest)) terminal.say(line);
  terminal.result({ hash: built.hash, manifest: built.manifest, file: built.file });
  return 0;
}

function cutOffOf(text: string | undefined): number {
  if (text === undefined) throw new AssayError(problems.NEEDS_CUT_OFF("label cut-off"));
  const cutOff = parseInstant(text);
  if (cutOff === undefined) throw new AssayError(problems.BAD_INSTANT(`"${text}"`));
  return cutOff;
}

export function describeDataset({ rows, spineRows, positives, columns, dropped, split, label }: DatasetManifest): string[] {
  const left = Object.entries(dropped).map(([reason, count]) => `${thousands(count)} ${reason}`);
  return [
    `${thousands(rows)} of ${thousands(spineRows)} rows have an outcome known by ${label.cutOff.slice(0, 10)}${left.length === 0 ? "" : ` (left out: ${left.join(", ")})`}.`,
    `${columns.length} columns, ${((100 * positives) / rows).toFixed(1)} % bad; train ${thousands(split.rows.train)}, validation ${thousands(split.rows.validation)}, test ${thousands(split.rows.test)}.`,
  ];
}

export async function train(context: CommandContext, bundle: string): Promise<number> {
  const { terminal } = context;
  const { workspace, plan, site } = await prepared(context, bundle);
  const dataset = await builtDataset(workspace, bundle);
  await pythonReady();
  const trained = await trainSeason(plan, dataset, sameColumns(dataset), site);
  const models = [...trained.candidates.map((candidate) => candidate.trained), trained.reference];
  const names = [...trained.candidates.map((candidate) => candidate.node.name), "reference"];
  const lines = models.map((model, i) => [names[i]!, model.artefact.hash.slice(0, 12), model.seconds.toFixed(1)]);
  for (const line of table(["model", "artefact", "seconds"], lines)) terminal.say(line);
  terminal.result(models.map(({ run, artefact, rows, seconds }, i) => ({ name: names[i], run, artefact, rows, seconds })));
  return 0;
}

export async function evaluate(context: CommandContext, bundle: string): Promise<number> {
  const { terminal } = context;
  const { workspace, plan, site } = await prepared(context, bundle);
  const dataset = await builtDataset(workspace, bundle);
  await pythonReady();
  const flat = sameColumns(dataset);
  // Finished runs are found by hash and taken in again, so this fits nothing that `train` has fitted.
  const trained = await trainSeason(plan, dataset, flat, site);
  const { within, fairness } = workspace.found.config.evaluation ?? {};
  const judged = await judgeSeason(
    plan,
    {
      dataset,
      trained,
      flat,
      within: within ?? { name: "everyone", column: dataset.manifest.columns[0]!, below: Number.POSITIVE_INFINITY },
      fairness: fairness ?? NO_FAIRNESS,
      approvals: [],
    },
    site,
  );
  await keepSeason(workspace, bundle, { hash: dataset.hash, bundle: judged.bundle });
  for (const line of modelLines(judged.evaluation)) terminal.say(line);
  terminal.say(judged.evaluation.choice.sentence);
  terminal.say(`Bundle ${judged.bundle}. Put it in force: assay release ${judged.bundle.slice(0, 12)}`);
  terminal.result({ bundle: judged.bundle, evaluation: judged.evaluation, fairness: judged.fairness });
  return 0;
}

/** The comparison as a table for people. */
export function modelLines({ models }: EvaluationDocument): string[] {
  const header = ["model", "role", "AUC", "95 %", "not late", "KS", "Brier", "log loss", "slope", "fit s", "µs/row"];
  const rows = models.map((model) => [
    model.name,
    model.role,
    digits(model.auc.value, 4),
    `${digits(model.auc.low, 3)}–${digits(model.auc.high, 3)}`,
    digits(model.aucWithin.value, 4),
    digits(model.ks.value, 3),
    digits(model.brier.value, 4),
    digits(model.logLoss.value, 4),
    digits(model.calibrationSlope.value, 2),
    model.trainSeconds.toFixed(1),
    digits(model.scoreMicros.value, 1),
  ]);
  return table(header, rows);
}

function digits(value: number | null, places: number): string {
  return value === null ? "—" : value.toFixed(places);
}

async function prepared(
  context: CommandContext,
  bundle: string,
): Promise<{ workspace: Workspace; plan: SeasonPlan; site: SeasonSite }> {
  const workspace = await context.workspace();
  const { catalogue } = await workspace.checkedDefinitions();
  const plan = planSeason(catalogue, bundle);
  const site = await seasonSite(workspace, { progress: context.terminal.progress, signal: context.signal });
  return { workspace, plan, site };
}

/** Without flat columns of its own, the reference is plain XGBoost on the same columns. */
function sameColumns(dataset: BuiltDataset): FlatTable {
  return { file: dataset.file, sha256: dataset.manifest.file.sha256, columns: dataset.manifest.columns };
}

interface KeptSeason {
  readonly hash: Hash;
  readonly bundle?: Hash;
}

export async function keepSeason(workspace: Workspace, bundle: string, kept: KeptSeason): Promise<void> {
  await mkdir(workspace.folder("seasons"), { recursive: true });
  await publishBytes(workspace.folder("seasons", `${bundle}.json`), Buffer.from(JSON.stringify(kept)));
}

/** The dataset that `assay build` made last for a bundle. */
export async function builtDataset(workspace: Workspace, bundle: string): Promise<BuiltDataset> {
  const kept = await readJson<KeptSeason>(workspace.folder("seasons", `${bundle}.json`));
  if (kept === undefined) throw new AssayError(problems.NOT_BUILT("dataset", { bundle }));
  const folder = workspace.folder("datasets", kept.hash);
  const manifest = await readJson<DatasetManifest>(`${folder}/manifest.json`);
  if (manifest === undefined) throw new AssayError(problems.NOT_BUILT("dataset", { bundle }));
  return { hash: kept.hash, manifest, file: `${folder}/rows.parquet` };
}

async function readJson<T>(path: string): Promise<T | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}
