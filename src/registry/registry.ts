// The registry: what was made, from what, by which run, and which bundle is in force. Rows in the metadata database,
// bytes in the object store.

import type { Hash } from "../base/index.ts";
import type { BundleDocument } from "../policy/index.ts";
import { type Metadata, migrate, type ObjectStore } from "../storage/index.ts";
import { type ArtefactEntry, type Artefacts, artefactsOver, checkBundle } from "./artefacts.ts";
import { type Forgetting, forgettingOver } from "./forget-bytes.ts";
import { migrations, type RegistryDatabase } from "./registry-tables.ts";
import { type Releases, releasesOver } from "./releases.ts";
import { type Rollouts, rolloutsOver } from "./rollout.ts";
import { type Runs, runsOver } from "./runs.ts";
import { type Services, servicesOver } from "./services.ts";
import { type Steps, stepsOver } from "./steps.ts";

export interface Registry extends Artefacts, Forgetting, Runs, Releases, Rollouts, Services, Steps {
  /** Keeps a bundle; its hash is its identity. Every part it names by hash becomes its parent. */
  saveBundle(document: BundleDocument): Promise<Hash>;
  /** Throws ASSAY_REGISTRY_UNKNOWN_BUNDLE. */
  bundle(hash: Hash): Promise<BundleDocument>;
  bundles(): Promise<ArtefactEntry[]>;
}

/** Opens the registry, bringing its tables up to date. */
export async function openRegistry(metadata: Metadata, objects: ObjectStore): Promise<Registry> {
  await migrate(metadata.db, "registry", migrations);
  const db = metadata.db as RegistryDatabase;
  const artefacts = artefactsOver(db, objects);
  return {
    ...artefacts,
    ...forgettingOver(db, objects),
    ...runsOver(db),
    ...releasesOver(metadata),
    ...rolloutsOver(metadata),
    ...servicesOver(db),
    ...stepsOver(db),
    async saveBundle(document) {
      const hash = await artefacts.saveDocument("bundle", document.name, document);
      await artefacts.saveLineage(hash, partsOf(document));
      return hash;
    },
    async bundle(hash) {
      await checkBundle(db, hash);
      return (await artefacts.document(hash)) as unknown as BundleDocument;
    },
    bundles: () => artefacts.artefacts("bundle"),
  };
}

function partsOf(document: BundleDocument): { hash: Hash; role: string }[] {
  const models = [...document.models, ...document.shadow].flatMap(({ artefact, calibrator }) => [
    { hash: artefact.hash, role: "model" },
    ...(calibrator === null ? [] : [{ hash: calibrator, role: "calibrator" }]),
  ]);
  const evidence = Object.entries(document.evidence).map(([role, hash]) => ({ hash, role }));
  return [...models, { hash: document.baseline.hash, role: "baseline" }, ...evidence];
}
