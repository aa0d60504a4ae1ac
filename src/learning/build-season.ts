import { type BuiltDataset, buildDataset, type SpineRow, type SplitRule, spineText } from "../datasets/index.ts";
import type { Snapshot } from "../history/index.ts";
import type { SeasonPlan } from "./plan-season.ts";
import type { SeasonSite } from "./season-site.ts";

export interface BuildRequest {
  readonly spine: readonly SpineRow[];
  readonly snapshot: Snapshot;
  /** Microseconds. */
  readonly labelCutOff: number;
  readonly split: SplitRule;
}

/** The training set of a bundle's models, registered. Throws what `buildDataset` throws. */
export async function buildSeason(plan: SeasonPlan, given: BuildRequest, site: SeasonSite): Promise<BuiltDataset> {
  const { bundle, schema, request, roles, label } = plan;
  const { workers, progress, signal } = site;
  const built = await buildDataset(
    { name: bundle.name, ...given, schema, request, roles, label },
    { folder: site.folder("datasets"), workers, progress, signal },
  );
  await site.registry.saveArtefact("spine", bundle.name, Buffer.from(spineText(given.spine)));
  await site.registry.saveDocument("dataset", bundle.name, built.manifest);
  return built;
}
