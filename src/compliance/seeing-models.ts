// Which models were made with rows of a dataset: dataset → training runs → models → bundles, released or not.

import type { Hash } from "../base/index.ts";
import type { DatasetHolding } from "../datasets/index.ts";
import type { Registry, Run } from "../registry/index.ts";
import type { SeeingModel } from "./receipt.ts";

export type LineageRegistry = Pick<Registry, "runs" | "children" | "releases">;

/** By model, and for each by dataset. */
export async function modelsThatSaw(
  registry: LineageRegistry,
  datasets: readonly DatasetHolding[],
): Promise<SeeingModel[]> {
  if (datasets.length === 0) return [];
  const released = new Set((await registry.releases()).map(({ bundle }) => bundle));
  const runs = await registry.runs();
  const seeing: SeeingModel[] = [];
  for (const { dataset, splits } of datasets) {
    for (const { model, name } of modelsOf(runs, dataset)) {
      const parts = (await registry.children(model)).filter(({ role }) => role === "model");
      const bundles = parts.map(({ hash }) => ({ bundle: hash, released: released.has(hash) }));
      seeing.push({ model, name, dataset, splits, bundles });
    }
  }
  return seeing.sort((a, b) => (a.model + a.dataset < b.model + b.dataset ? -1 : 1));
}

interface TrainingSpec {
  readonly dataset?: { readonly manifest?: Hash };
}

interface TrainingOutcome {
  readonly artefact: { readonly hash: Hash };
}

function modelsOf(runs: readonly Run[], dataset: Hash): { model: Hash; name: string }[] {
  return runs
    .filter(({ kind, state }) => kind === "train" && state === "finished")
    .filter(({ spec }) => (spec as TrainingSpec).dataset?.manifest === dataset)
    .map(({ name, outcome }) => ({ model: (outcome as unknown as TrainingOutcome).artefact.hash, name }));
}
