// Parity of a workspace: its datasets and its served decisions against table files, twin and online store.

import { isAssayError, type Progress } from "../base/index.ts";
import { compareRoads, type ParityReport, ParityTally, spread } from "../datasets/index.ts";
import type { StoredDecision } from "../decisions/index.ts";
import { onlineFolder, type Position, readSnapshot, type Snapshot } from "../history/index.ts";
import { planSeason } from "../learning/index.ts";
import { compareDecisions, type DecisionsCompared, openParityBook } from "../monitoring/index.ts";
import type { BundleDocument } from "../policy/index.ts";
import { decisionClock, type Workspace } from "../workspace/index.ts";
import { builtDataset } from "./season-file.ts";

/** The built dataset of a bundle's models; `sample` rows of it, by default all. */
export async function datasetParity(
  workspace: Workspace,
  bundle: string,
  sample: number | undefined,
  progress: Progress,
): Promise<ParityReport> {
  const { catalogue } = await workspace.checkedDefinitions();
  const { schema, request, roles } = planSeason(catalogue, bundle);
  const { file, manifest } = await builtDataset(workspace, bundle);
  const snapshot = await workspace.snapshot();
  const online = onlineFolder(workspace.folder("history"));
  const builtBy = Object.fromEntries(
    Object.entries(manifest.features).map(([role, { meaningHash }]) => [role, meaningHash]),
  );
  const builtAt = await positionOf(snapshot, manifest.snapshot);
  const some = sample === undefined ? {} : { sample };
  return await compareRoads(
    { file, schema, request, roles, snapshot, onlineFolder: online, builtAt, builtBy, ...some },
    progress,
  );
}

/** null where the snapshot that a dataset was built from is no longer kept. */
async function positionOf(now: Snapshot, hash: string): Promise<Position | null> {
  if (now.hash === hash) return now.manifest.position;
  try {
    return (await readSnapshot(now.folder, hash)).manifest.position;
  } catch (error) {
    if (isAssayError(error) && error.code === "ASSAY_HISTORY_UNKNOWN_SNAPSHOT") return null;
    throw error;
  }
}

/** Served decisions: of one bundle by name or of all; so many spread over them, or all. */
export async function decisionsParity(
  workspace: Workspace,
  { bundle, sample }: { readonly bundle: string | undefined; readonly sample: number | undefined },
  progress: Progress,
): Promise<ParityReport & DecisionsCompared> {
  const documentOf = bundleDocuments(workspace);
  const stored: StoredDecision[] = [];
  for await (const one of (await workspace.records()).served({})) {
    if (bundle === undefined || (await documentOf(one.decision.bundle)).name === bundle) stored.push(one);
  }
  const ground = { snapshot: await workspace.snapshot(), onlineFolder: onlineFolder(workspace.folder("history")) };
  const tally = new ParityTally();
  const compared = await compareDecisions(spread(stored, sample), documentOf, ground, tally, progress);
  return { ...tally.report(), ...compared };
}

/** Computes the share again where there is a new snapshot; what is not sealed yet waits for the next. */
export async function watchParity(workspace: Workspace, share: number): Promise<void> {
  const book = await openParityBook(await workspace.metadata());
  const now = decisionClock(workspace.found.config).now();
  const [records, snapshot] = [await workspace.records(), await workspace.snapshot()];
  await book.round({ records, documentOf: bundleDocuments(workspace), snapshot, share, now });
}

/** Each read once. */
function bundleDocuments(workspace: Workspace): (hash: string) => Promise<BundleDocument> {
  const read = new Map<string, Promise<BundleDocument>>();
  return (hash) => {
    const known = read.get(hash) ?? workspace.registry().then((registry) => registry.bundle(hash));
    read.set(hash, known);
    return known;
  };
}
