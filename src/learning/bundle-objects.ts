import type { Hash } from "../base/index.ts";
import type { BundleDocument } from "../policy/index.ts";
import type { ObjectStore } from "../storage/index.ts";

/** Every object a bundle names that `decide` needs, by hash. Throws ASSAY_STORAGE_NOT_FOUND, WRONG_HASH. */
export async function bundleObjects(document: BundleDocument, objects: ObjectStore): Promise<Map<Hash, Uint8Array>> {
  const models = [...document.models, ...document.shadow];
  const hashes = new Set([
    document.baseline.hash,
    ...models.flatMap(({ artefact, calibrator }) => [artefact.hash, ...(calibrator === null ? [] : [calibrator])]),
  ]);
  const entries = await Promise.all([...hashes].map(async (hash) => [hash, await objects.get(hash)] as const));
  return new Map(entries);
}
