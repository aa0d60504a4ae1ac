import type { LabelShape } from "../compile/index.ts";
import {
  type BuiltDataset,
  buildDataset,
  type SpineRow,
  type SplitRule,
  spineText,
  withdrawDatasets,
} from "../datasets/index.ts";
import type { Snapshot } from "../history/index.ts";
import { withoutErased } from "./erased-people.ts";
import type { DatasetPlan } from "./plan-dataset.ts";
import type { SeasonSite } from "./season-site.ts";

export interface BuildRequest {
  readonly spine: readonly SpineRow[];
  readonly snapshot: Snapshot;
  /** Microseconds. */
  readonly labelCutOff: number;
  readonly split: SplitRule;
  /** Flags where it is absent; models are fitted on flags only. */
  readonly labelShape?: LabelShape;
}

/** What building needs of a season's site: no interpreter, no clock. */
export type BuildingSite = Pick<SeasonSite, "registry" | "vault" | "folder" | "workers" | "progress" | "signal">;

/**
 * The training set of a plan, registered. Throws what `buildDataset` throws, and ASSAY_LEARNING_ERASED_PEOPLE, also where somebody
 * was erased while it was built: then nothing of it is left.
 */
export async function buildSeason(plan: DatasetPlan, given: BuildRequest, site: BuildingSite): Promise<BuiltDataset> {
  const { name, schema, request, roles, label } = plan;
  const { workers, progress, signal } = site;
  const folder = site.folder("datasets");
  const built = await withoutErased(site, {
    name,
    spine: given.spine,
    build: () => buildDataset({ name, ...given, schema, request, roles, label }, { folder, workers, progress, signal }),
    withdraw: ({ hash }, why) => withdrawDatasets(folder, [hash], why),
  });
  await site.registry.saveArtefact("spine", name, Buffer.from(spineText(given.spine)));
  await site.registry.saveDocument("dataset", name, built.manifest);
  return built;
}
