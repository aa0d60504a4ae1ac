// Sequences of a plan: fitted on the training rows as known by the cut-off, then every row's tokens. What was built before from
// the same rows, history, definition and cut-off is found.

import {
  type BuiltSequences,
  buildSequences,
  fitSequence,
  foundSequences,
  type SpineRow,
  type SplitRule,
  spineText,
  withdrawSequences,
} from "../datasets/index.ts";
import type { Snapshot } from "../history/index.ts";
import type { BuildingSite } from "./build-season.ts";
import { withoutErased } from "./erased-people.ts";
import type { SequencesPlan } from "./plan-dataset.ts";

export interface SequencesGiven {
  readonly spine: readonly SpineRow[];
  readonly snapshot: Snapshot;
  /** The fit sees nothing that became known, or happened, later (microseconds). */
  readonly knownUntil: number;
  readonly split: SplitRule;
}

/**
 * Built or found, and registered; `found` says which. Throws what `fitSequence` and `buildSequences` throw, and
 * ASSAY_LEARNING_ERASED_PEOPLE, also where somebody was erased while it was built: then nothing of it is left.
 */
export async function buildSequencesOf(
  plan: SequencesPlan,
  given: SequencesGiven,
  site: BuildingSite,
): Promise<BuiltSequences & { readonly found: boolean }> {
  const { name } = plan;
  const folder = site.folder("sequences");
  const built = await withoutErased(site, {
    name,
    spine: given.spine,
    build: () => builtOrFound(plan, given, site),
    withdraw: ({ hash }, why) => withdrawSequences(folder, [hash], why),
  });
  await site.registry.saveArtefact("spine", name, Buffer.from(spineText(given.spine)));
  await site.registry.saveDocument("sequences", name, built.manifest);
  return built;
}

async function builtOrFound(plan: SequencesPlan, given: SequencesGiven, site: BuildingSite) {
  const { progress, signal } = site;
  const folder = site.folder("sequences");
  const request = { ...plan, ...given };
  const found = await foundSequences(request, folder);
  if (found !== undefined) return { ...found, found: true };
  const fitted = await fitSequence(request, { progress, signal });
  return { ...(await buildSequences({ ...request, fitted }, { folder, progress, signal })), found: false };
}
