// The ground that all gates stand on, drawn once: the same rows of the same dataset decided by both bundles, the same cut-off
// for what became of them, and what was recorded. Everything a gate needs and nothing that one gate could see and another not.

import { formatProblem, type Hash, parseInstant } from "../../base/index.ts";
import type { BuiltDataset, DatasetManifest } from "../../datasets/index.ts";
import { type RunningBundle, runBundle } from "../../decisions/index.ts";
import { readFairness } from "../../evaluate/index.ts";
import type { Snapshot } from "../../history/index.ts";
import { readProfile } from "../../monitoring/index.ts";
import { bundleObjects } from "../bundle-objects.ts";
import type { JudgeRequest } from "../judge-season.ts";
import type { SeasonPlan } from "../plan-season.ts";
import type { SeasonSite } from "../season-site.ts";
import { type ComparedColumns, compareColumns, spineIds } from "./compared-columns.ts";
import type { FairnessGround } from "./fairness.ts";
import { drawGroups } from "./group-counts.ts";
import { drawHoldOut, type HoldOut, type Pair, whyApart } from "./hold-out.ts";
import { type Timings, timeDecisions } from "./latency.ts";
import type { Part } from "./parts.ts";
import { drawReplay, type Replayed, type ReplayRecords } from "./replay.ts";
import type { SliceColumn } from "./slices.ts";
import { drawPeriods } from "./stability.ts";

/** What takes both bundles on the hold-out. */
export interface SharedGround {
  readonly holdOut: HoldOut;
  readonly slice: SliceColumn;
  readonly periods: readonly Part[];
  readonly fairness: FairnessGround;
  readonly timings: Timings;
}

export interface GateGround {
  /** By name: what all numbers are made from. */
  readonly evidence: { readonly [name: string]: string };
  readonly dataset: Pick<DatasetManifest, "rows" | "positives">;
  /** Or why there is nothing to compare with. */
  readonly columns: ComparedColumns | string;
  /** Or why the two cannot be compared on these rows. */
  readonly shared: SharedGround | string;
  /** Bytes of the challenger's objects. */
  readonly bytes: number;
  readonly replayed: Replayed;
}

export interface GroundRequest {
  readonly champion: Hash;
  readonly challenger: Hash;
  readonly dataset: BuiltDataset;
  readonly snapshot: Snapshot;
  readonly season: SeasonSite;
  readonly plan: SeasonPlan;
  readonly judgement: Pick<JudgeRequest, "within" | "fairness">;
  readonly records: ReplayRecords;
  /** How many of the latest recorded decisions are decided again. */
  readonly decisions: number;
}

/** Throws what reading any of it throws, and the signal's reason. */
export async function drawGround(request: GroundRequest): Promise<GateGround> {
  const { dataset, season, records } = request;
  const { signal, registry } = season;
  const [challenger, champion] = [await loadOf(request.challenger, season), await loadOf(request.champion, season)];
  const bundles = { challenger: challenger.bundle, champion: champion.bundle };
  const evidenceOf = champion.bundle.document.evidence;
  const championDataset = (await registry.document(evidenceOf.dataset)) as unknown as DatasetManifest;
  const apart = whyApart(dataset.manifest, { dataset: championDataset, bundle: champion.bundle }, request.plan);
  return {
    evidence: evidenceNames(request, bundles),
    dataset: dataset.manifest,
    columns: await columnsOf(dataset, champion.bundle, championDataset, season),
    shared: apart ?? (await drawShared(request, bundles)),
    bytes: challenger.bytes,
    replayed: await drawReplay(records, bundles, request.decisions, signal),
  };
}

async function loadOf(hash: Hash, { registry, objects: store }: SeasonSite) {
  const document = await registry.bundle(hash);
  const objects = await bundleObjects(document, store);
  const bytes = [...objects.values()].reduce((sum, object) => sum + object.length, 0);
  return { bundle: runBundle({ hash, document, objects }), bytes };
}

function evidenceNames(
  { champion, challenger, dataset, snapshot }: GroundRequest,
  bundles: Pair<RunningBundle>,
): GateGround["evidence"] {
  const { models, evidence, profile } = bundles.challenger.document;
  const before = bundles.champion.document;
  const runs = models.map(({ node, run }) => [`run of ${node.name}`, run] as const);
  return {
    champion,
    challenger,
    dataset: dataset.hash,
    championDataset: before.evidence.dataset,
    snapshot: snapshot.hash,
    labelCutOff: dataset.manifest.label.cutOff,
    seed: dataset.manifest.split.rule.seed,
    evaluation: evidence.evaluation,
    fairness: evidence.fairness,
    ...(profile === undefined ? {} : { profile }),
    ...(before.profile === undefined ? {} : { championProfile: before.profile }),
    ...Object.fromEntries(runs),
  };
}

async function columnsOf(
  dataset: BuiltDataset,
  { document }: RunningBundle,
  championDataset: DatasetManifest,
  { registry }: SeasonSite,
): Promise<ComparedColumns | string> {
  if (document.profile === undefined) return "the champion has no profile";
  const profile = readProfile(await registry.document(document.profile));
  if (Array.isArray(profile)) return formatProblem(profile[0]!);
  return await compareColumns(
    dataset,
    profile as Exclude<typeof profile, unknown[]>,
    await spineIds(registry, championDataset),
  );
}

async function drawShared(request: GroundRequest, bundles: Pair<RunningBundle>): Promise<SharedGround | string> {
  const { dataset, snapshot, season, plan, judgement } = request;
  const { registry, vault, signal, nowMicros } = season;
  const labelCutOff = parseInstant(dataset.manifest.label.cutOff)!;
  const evidence = readFairness(await registry.document(bundles.challenger.document.evidence.fairness));
  if (Array.isArray(evidence)) return formatProblem(evidence[0]!);
  const holdOut = await drawHoldOut(dataset, plan, bundles, signal);
  const question = { declaration: judgement.fairness, vault, entityType: plan.label.node.entity };
  return {
    holdOut,
    slice: sliceOf(holdOut, plan, judgement.within),
    periods: await drawPeriods(holdOut, { plan, snapshot, labelCutOff }),
    fairness: {
      minimumCell: judgement.fairness.minimumCell,
      counts: await drawGroups(holdOut, { ...question, evidence: evidence as Exclude<typeof evidence, unknown[]> }),
    },
    timings: await timeDecisions(bundles, holdOut, nowMicros),
  };
}

function sliceOf({ rows }: HoldOut, { roles }: SeasonPlan, { column, below }: JudgeRequest["within"]): SliceColumn {
  const places = roles.flatMap(({ role, set }) =>
    set.features.map(({ name }, i) => ({ role, i, name: `${role}.${name}` })),
  );
  const place = places.find(({ name }) => name === column);
  if (place === undefined) return { column, below, values: null };
  const { role, i } = place;
  return { column, below, values: Float64Array.from(rows, ({ values }) => values[role]?.numbers[i] ?? Number.NaN) };
}
