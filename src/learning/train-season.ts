// Fits a season's candidates, beside the reference that a person would get by hand and a control that must be refused.
// Finished runs are found again by hash, so a season cut off anywhere goes on where it was.

import { type Hash, hashJson } from "../base/index.ts";
import type { BuiltDataset } from "../datasets/index.ts";
import { controlOf, type RunSpecification, runTraining, specifyRun, type TrainedModel } from "../training/index.ts";
import type { CandidateNode, SeasonPlan } from "./plan-season.ts";
import type { SeasonSite } from "./season-site.ts";

export interface TrainedSeason {
  readonly candidates: readonly { readonly node: CandidateNode; readonly trained: TrainedModel }[];
  readonly reference: TrainedModel;
  readonly control: TrainedModel;
}

/** A flat table with the dataset's rows and splits, for the reference. */
export interface FlatTable {
  readonly file: string;
  readonly sha256: Hash;
  readonly columns: readonly string[];
}

/** Enters every run's hash. */
const FIT_SEED = 20_051_003;

/** Throws what `runTraining` throws; the run is then kept as failed. */
export async function trainSeason(
  plan: SeasonPlan,
  dataset: BuiltDataset,
  flat: FlatTable,
  site: SeasonSite,
): Promise<TrainedSeason> {
  const { file, label } = dataset.manifest;
  const runData = { manifest: dataset.hash, files: [file.sha256], knownUntil: label.cutOff };
  const sets = plan.roles.map(({ set }) => set);
  const runs = plan.candidates.map((node) => ({
    node,
    run: specifyRun(node, sets, { dataset: runData, seed: FIT_SEED }),
  }));
  const candidates = [];
  for (const { node, run } of runs) candidates.push({ node, trained: await fitRun(run, dataset.file, site) });
  const reference = await fitRun(referenceRun(flat, { ...runData, files: [flat.sha256] }), flat.file, site);
  const control = await fitRun(controlOf(runs[0]!.run), dataset.file, site);
  return { candidates, reference, control };
}

function referenceRun(flat: FlatTable, dataset: RunSpecification["dataset"]): RunSpecification {
  return {
    format: "assay.run",
    version: 1,
    model: "reference",
    family: { kind: "xgboost-plain" },
    columns: flat.columns,
    monotone: {},
    dataset,
    seed: FIT_SEED,
    flipLabels: false,
  };
}

async function fitRun(specification: RunSpecification, file: string, site: SeasonSite): Promise<TrainedModel> {
  const { registry, objects, python, threads, progress, signal } = site;
  const id = hashJson(specification);
  await registry.startRun({ id, kind: "train", name: specification.model, spec: specification });
  try {
    const folder = site.folder("runs");
    const trained = await runTraining(specification, {
      python,
      folder,
      objects,
      files: [file],
      threads,
      progress,
      signal,
    });
    const { run, artefact, rows, positives, seconds, libraries } = trained;
    await registry.saveArtefact("model", specification.model, await objects.get(artefact.hash));
    await registry.finishRun(id, { run, artefact, rows, positives, seconds, libraries });
    return trained;
  } catch (error) {
    await registry.failRun(id, String(error));
    throw error;
  }
}
