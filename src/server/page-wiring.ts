// Pages beside the doors: what they ask for is read from the rooms here, and their routes are guarded like any.

import type { FastifyInstance } from "fastify";
import { AssayError, formatInstant, type Hash, isAssayError, type Problem } from "../base/index.ts";
import { featureCatalogue, featureLineage, searchFeatures } from "../catalogue/index.ts";
import { readEvaluation, readFairness } from "../evaluate/index.ts";
import { catalogueGround } from "./catalogue-ground.ts";
import { registerPages } from "./page-routes.ts";
import type { PageParts, ReleasedBundle } from "./pages/page-parts.ts";
import type { ServiceParts } from "./service-parts.ts";

/** More than anybody reads. */
const ALERTS = 50;

/** Pages show decisions, so they ask for that right; their style sheet is open, for refusals are pages too. */
export async function addPages(app: FastifyInstance, parts: ServiceParts): Promise<void> {
  await app.register(async (pages) => {
    pages.addHook("onRoute", (route) => {
      route.config = { ...route.config, access: route.path.startsWith("/assets/") ? "open" : "decisions:read" };
    });
    registerPages(pages, pagePartsOf(parts));
  });
}

function pagePartsOf(parts: ServiceParts): PageParts {
  const { registry, records } = parts;
  const inForce = async () => (await bundleOf(parts))?.document.evidence;
  return {
    workspaceName: parts.name,
    simulatedNow: parts.simulatedNow === null ? null : formatInstant(parts.simulatedNow),
    facts: parts.facts,
    bundle: (hash) => bundleOf(parts, hash),
    evaluation: async () => await evidenceOf(registry, (await inForce())?.evaluation, readEvaluation),
    fairness: async () => await evidenceOf(registry, (await inForce())?.fairness, readFairness),
    counts: () => records.counts(),
    decisions: ({ limit, after }) => records.summaries(limit, after),
    decision: (id) => records.decision(id),
    closing: (id) => records.decisionClosing(id),
    notice: (id) => records.notice(id),
    replay: (id) => parts.replay(id),
    features: async (words) => searchFeatures(featureCatalogue(await catalogueGround(parts)), words),
    feature: (set, name) => featureOf(parts, set, name),
    reports: (limit) => parts.watching.reports(limit),
    report: async (hash) => (await parts.watching.report(hash)) ?? null,
    openAlerts: () => parts.watching.alerts.alerts({ open: true, limit: ALERTS }),
    loops: (limit) => parts.loops.loops(limit),
    halted: () => parts.loops.halted(),
    watchedReleases: (limit) => parts.bakes.bakes(limit),
    loop: (id) => parts.loops.loop(id),
    loopEvidence: (pack) => orNull(parts.evidence(pack)),
    story: async () => (await parts.story?.()) ?? null,
  };
}

async function bundleOf({ registry }: ServiceParts, asked?: Hash): Promise<ReleasedBundle | null> {
  const released = await registry.released();
  const hash = asked ?? released?.hash;
  if (hash === undefined) return null;
  const document = await orNull(registry.bundle(hash));
  if (document === null) return null;
  return { hash, document, releasedAt: released?.hash === hash ? released.releasedAt : null };
}

async function featureOf(parts: ServiceParts, set: string, name: string): ReturnType<PageParts["feature"]> {
  const ground = await catalogueGround(parts);
  const entry = featureCatalogue(ground).find((each) => each.set === set && each.name === name);
  const lineage = featureLineage(ground, set, name);
  return entry === undefined || lineage === undefined ? null : { entry, lineage };
}

async function evidenceOf<T extends { readonly format: string }>(
  registry: ServiceParts["registry"],
  hash: Hash | undefined,
  read: (document: unknown) => T | Problem[],
): Promise<T | null> {
  const document = hash === undefined ? null : await orNull(registry.document(hash));
  if (document === null) return null;
  const evidence = read(document);
  if (Array.isArray(evidence)) throw new AssayError(evidence[0]!);
  return evidence;
}

/** A page draws nothing for what the registry does not have. */
async function orNull<T>(looked: Promise<T>): Promise<T | null> {
  try {
    return await looked;
  } catch (error) {
    if (isAssayError(error) && error.code.startsWith("ASSAY_REGISTRY_UNKNOWN_")) return null;
    throw error;
  }
}
