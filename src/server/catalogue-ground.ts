// What the catalogue is drawn from: the workspace's definitions, the bundle in force with its profile, and how its events come.

import { isAssayError } from "../base/index.ts";
import type { CatalogueGround } from "../catalogue/index.ts";
import { lateShare } from "../history/index.ts";
import { readProfile } from "../monitoring/index.ts";
import type { BundleDocument } from "../policy/index.ts";
import type { ServiceParts } from "./service-parts.ts";

export async function catalogueGround(parts: ServiceParts): Promise<CatalogueGround> {
  const bundle = parts.decisions.currentBundle?.document ?? null;
  const [latest] = await parts.watching.reports(1);
  return {
    definitions: parts.definitions ?? null,
    bundle,
    profile: await profileOf(parts, bundle),
    lateness: parts.history
      .lateness()
      .map(({ event, source, delayMicros, known }) => ({ event, source, delayMicros, lateShare: lateShare(known) })),
    feeds: latest?.report.feeds?.feeds ?? [],
  };
}

/** null where the bundle has none, or the registry no longer holds it. */
async function profileOf(
  { registry }: ServiceParts,
  bundle: BundleDocument | null,
): Promise<CatalogueGround["profile"]> {
  if (bundle?.profile === undefined) return null;
  try {
    const profile = readProfile(await registry.document(bundle.profile));
    return Array.isArray(profile) ? null : (profile as NonNullable<CatalogueGround["profile"]>);
  } catch (error) {
    if (isAssayError(error) && error.code.startsWith("ASSAY_REGISTRY_UNKNOWN_")) return null;
    throw error;
  }
}
