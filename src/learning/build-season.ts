import { AssayError } from "../base/index.ts";
import {
  type BuiltDataset,
  buildDataset,
  type SpineRow,
  type SplitRule,
  spineText,
  withdrawDatasets,
} from "../datasets/index.ts";
import type { LabelShape } from "../compile/index.ts";
import type { Snapshot } from "../history/index.ts";
import { problems } from "./errors.ts";
import type { SeasonPlan } from "./plan-season.ts";
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

/**
 * The training set of a bundle's models, registered. Throws what `buildDataset` throws, and ASSAY_LEARNING_ERASED_PEOPLE,
 * also where somebody was erased while it was built: then nothing of it is left.
 */
export async function buildSeason(plan: SeasonPlan, given: BuildRequest, site: SeasonSite): Promise<BuiltDataset> {
  await checkNobodyErased(given, plan, site);
  const { bundle, schema, request, roles, label } = plan;
  const { workers, progress, signal } = site;
  const built = await buildDataset(
    { name: bundle.name, ...given, schema, request, roles, label },
    { folder: site.folder("datasets"), workers, progress, signal },
  );
  try {
    await checkNobodyErased(given, plan, site);
  } catch (error) {
    await withdrawDatasets(site.folder("datasets"), [built.hash], "somebody in it was erased while it was built");
    throw error;
  }
  await site.registry.saveArtefact("spine", bundle.name, Buffer.from(spineText(given.spine)));
  await site.registry.saveDocument("dataset", bundle.name, built.manifest);
  return built;
}

async function checkNobodyErased(
  { spine }: BuildRequest,
  { bundle }: SeasonPlan,
  { vault }: SeasonSite,
): Promise<void> {
  const erased = await vault.erased(new Set(spine.flatMap(({ parties }) => Object.values(parties))));
  if (erased.size === 0) return;
  throw new AssayError(problems.ERASED_PEOPLE(`the spine of "${bundle.name}"`, { people: erased.size }));
}
