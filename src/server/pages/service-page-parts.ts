// Pages over a running service: each getter reads the registry or the records when it is asked, and keeps nothing.

import { formatInstant, type Hash, isAssayError } from "../../base/index.ts";
import type { EvaluationDocument, FairnessDocument } from "../../evaluate/index.ts";
import type { BundleDocument } from "../../policy/index.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { PageParts, ReleasedBundle } from "./page-parts.ts";

export function pagePartsOf(parts: ServiceParts): PageParts {
  const { registry, records, simulatedNow } = parts;
  const evidence = async (of: keyof BundleDocument["evidence"]): Promise<unknown> => {
    const bundle = await inForce(parts);
    return bundle === null ? null : await registry.document(bundle.document.evidence[of]);
  };
  return {
    workspaceName: parts.name,
    simulatedNow: simulatedNow === null ? null : formatInstant(simulatedNow),
    facts: parts.facts,
    bundle: (hash) => (hash === undefined ? inForce(parts) : named(parts, hash)),
    evaluation: async () => (await evidence("evaluation")) as EvaluationDocument | null,
    fairness: async () => (await evidence("fairness")) as FairnessDocument | null,
    counts: () => records.counts(),
    decisions: ({ limit, after }) => records.summaries(limit, after),
    decision: (id) => records.decision(id),
    closing: (id) => records.decisionClosing(id),
    notice: (id) => records.notice(id),
    replay: (id) => parts.replay(id),
    story: async () => null,
  };
}

async function inForce({ registry }: ServiceParts): Promise<ReleasedBundle | null> {
  const released = await registry.released();
  if (released === null) return null;
  const { hash, releasedAt } = released;
  return { hash, document: await registry.bundle(hash), releasedAt };
}

async function named(parts: ServiceParts, hash: Hash): Promise<ReleasedBundle | null> {
  const released = await parts.registry.released();
  try {
    const document = await parts.registry.bundle(hash);
    return { hash, document, releasedAt: released?.hash === hash ? released.releasedAt : null };
  } catch (error) {
    if (isAssayError(error) && error.code === "ASSAY_REGISTRY_UNKNOWN_BUNDLE") return null;
    throw error;
  }
}
