// The steps of a season. Each is idempotent: its product is found again by the hash of its inputs. To come: the same steps
// as a durable workflow that triggers, waits for approval, canaries and rolls back by itself.

import { AssayError, type Hash, hashJson, type Progress } from "../base/index.ts";
import { type BuiltDataset, buildDataset, type SpineRow, type SplitRule } from "../datasets/index.ts";
import type { EvaluationDocument, FairnessDocument } from "../evaluate/index.ts";
import type { Snapshot } from "../history/index.ts";
import { type BundleDocument, decide, type DecisionPart, type LoadedBundle, loadBundle } from "../policy/index.ts";
import type { Registry } from "../registry/index.ts";
import type { ObjectStore } from "../storage/index.ts";
import {
  compareModels,
  type Comparison,
  type Contender,
  controlOf,
  type DecidedRow,
  draftBundle,
  type FairnessDeclaration,
  fairnessEvidence,
  type RunSpecification,
  runTraining,
  specifyRun,
  tenCutoffs,
  type TrainedModel,
} from "../training/index.ts";
import type { Vault } from "../vault/index.ts";
import { problems } from "./errors.ts";
import type { CandidateNode, SeasonPlan } from "./plan-season.ts";
import { type DecisionRows, readDecisionRows } from "./decision-rows.ts";

export interface SeasonSite {
  readonly registry: Registry;
  readonly objects: ObjectStore;
  readonly vault: Vault;
  readonly python: string;
  /** Datasets and runs are kept below it. */
  readonly folder: (name: string) => string;
  readonly workers: number;
  readonly threads: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly nowMicros: () => number;
}

export async function buildSeason(
  plan: SeasonPlan,
  given: { readonly spine: readonly SpineRow[]; readonly snapshot: Snapshot; readonly labelCutOff: number; readonly split: SplitRule },
  site: SeasonSite,
): Promise<BuiltDataset> {
  const built = await buildDataset(
    { name: plan.bundle.name, ...given, schema: plan.schema, request: plan.request, roles: plan.roles, label: plan.label },
    { folder: site.folder("datasets"), workers: site.workers, progress: site.progress },
  );
  await site.registry.saveDocument("dataset", plan.bundle.name, built.manifest);
  return built;
}

export interface TrainedSeason {
  readonly candidates: readonly { readonly node: CandidateNode; readonly trained: TrainedModel }[];
  readonly reference: TrainedModel;
  readonly control: TrainedModel;
}

/** A flat table with the same rows and splits, for the reference that a person would fit by hand. */
export interface FlatTable {
  readonly file: string;
  readonly sha256: Hash;
  readonly columns: readonly string[];
}

const SEED = 20_051_003;

export async function trainSeason(
  plan: SeasonPlan,
  dataset: BuiltDataset,
  flat: FlatTable,
  site: SeasonSite,
): Promise<TrainedSeason> {
  const runData = { manifest: dataset.hash, files: [dataset.manifest.file.sha256], knownUntil: dataset.manifest.label.cutOff };
  const sets = plan.roles.map(({ set }) => set);
  const specifications = plan.candidates.map((node) => specifyRun(node, sets, { dataset: runData, seed: SEED }));
  const candidates = [];
  for (const [i, specification] of specifications.entries()) {
    candidates.push({ node: plan.candidates[i]!, trained: await fit(specification, dataset.file, site) });
  }
  const reference = await fit(referenceRun(flat, runData.knownUntil, dataset.hash), flat.file, site);
  const control = await fit(controlOf(specifications[0]!), dataset.file, site);
  return { candidates, reference, control };
}

function referenceRun(flat: FlatTable, knownUntil: string, manifest: Hash): RunSpecification {
  return {
    format: "assay.run",
    version: 1,
    model: "reference",
    family: { kind: "xgboost-plain" },
    columns: flat.columns,
    monotone: {},
    dataset: { manifest, files: [flat.sha256], knownUntil },
    seed: SEED,
    flipLabels: false,
  };
}

async function fit(specification: RunSpecification, file: string, site: SeasonSite): Promise<TrainedModel> {
  const { registry, objects, python, threads, progress, signal } = site;
  const id = hashJson(specification);
  await registry.startRun({ id, kind: "train", name: specification.model, spec: specification });
  try {
    const trained = await runTraining(specification, {
      python,
      folder: site.folder("runs"),
      objects,
      files: [file],
      threads,
      progress,
      signal,
    });
    const { run, artefact, rows, positives, seconds, libraries } = trained;
    await registry.saveArtefact("model", specification.model, await objects.get(artefact.hash));
    await registry.finishRun(id, { run, artefact, rows, positives, seconds, libraries });
    return trained;
  } catch (error) {
    await registry.failRun(id, String(error));
    throw error;
  }
}

export interface JudgedSeason {
  readonly comparison: Comparison;
  readonly evaluation: EvaluationDocument;
  readonly fairness: FairnessDocument;
  readonly bundle: Hash;
  /** The runner-up as champion: what a second release would put in force. */
  readonly runnerUpBundle: Hash | null;
}

export interface JudgeRequest {
  readonly dataset: BuiltDataset;
  readonly trained: TrainedSeason;
  readonly flat: FlatTable;
  readonly within: { readonly column: string; readonly below: number };
  readonly fairness: FairnessDeclaration;
  readonly approvals: BundleDocument["approvals"];
}

/** Compares, chooses, draws up the evidence, and keeps the bundle. A control that passes stops everything. */
export async function judgeSeason(plan: SeasonPlan, request: JudgeRequest, site: SeasonSite): Promise<JudgedSeason> {
  const comparison = await compareModels(comparisonOf(request, site));
  const { document: evaluation, choice } = comparison;
  if (!evaluation.control.refused) {
    throw new AssayError(problems.CONTROL_PASSED("the control", { auc: evaluation.control.auc.value ?? 0 }));
  }
  const evaluationHash = await site.registry.saveDocument("evaluation", plan.bundle.name, evaluation);
  const bundleOf = (champion: string, shadow: readonly string[]) =>
    keepBundle(plan, request, comparison, { champion, shadow, evaluationHash }, site);
  const runnerUp = choice.runnerUp;
  const released = await bundleOf(choice.chosen, runnerUp === null ? [] : [runnerUp]);
  const second = runnerUp === null ? null : await bundleOf(runnerUp, [choice.chosen]);
  return { comparison, evaluation, fairness: released.fairness, bundle: released.hash, runnerUpBundle: second?.hash ?? null };
}

function comparisonOf({ dataset, trained, flat, within }: JudgeRequest, site: SeasonSite) {
  const { manifest } = dataset;
  const contender = (name: string, family: string, complexity: number, model: TrainedModel, flatFile: boolean): Contender => ({
    name,
    family,
    complexity,
    scorer: model.scorer,
    trainSeconds: model.seconds,
    files: [flatFile ? flat.file : dataset.file],
    kinds: !flatFile,
  });
  return {
    dataset: { hash: dataset.hash, labelCutOff: manifest.label.cutOff, rows: manifest.split.rows },
    seed: manifest.split.rule.seed,
    contenders: trained.candidates.map(({ node, trained: model }, i) => contender(node.name, describeFamily(node), i, model, false)),
    reference: contender("reference", "plain XGBoost on the flat columns", trained.candidates.length, trained.reference, true),
    control: contender("control", "fitted on reversed outcomes", 0, trained.control, false),
    within,
    nowMicros: site.nowMicros,
  };
}

function describeFamily({ family }: CandidateNode): string {
  if (family.kind === "scorecard") return `scorecard, at most ${family.bins} bins`;
  return `XGBoost, ${family.trees} trees of depth ${family.depth}${family.monotone ? ", monotone" : ""}`;
}

interface Casting {
  readonly champion: string;
  readonly shadow: readonly string[];
  readonly evaluationHash: Hash;
}

async function keepBundle(
  plan: SeasonPlan,
  request: JudgeRequest,
  comparison: Comparison,
  casting: Casting,
  site: SeasonSite,
): Promise<{ readonly hash: Hash; readonly fairness: FairnessDocument }> {
  // Decisions do not depend on evidence, so a draft without fairness decides the test rows that fairness is counted on.
  const draft = draftOf(plan, request, comparison, casting, casting.evaluationHash);
  await keepDocuments(draft.documents, site.registry);
  const loaded = await loadDraft(draft.document, site);
  const rows = await readDecisionRows(request.dataset.file, plan, "test");
  const decided = decideRows(loaded, rows);
  const cutoffs = tenCutoffs(decided.map((row) => row.probability));
  const fairness = await fairnessEvidence(request.fairness, decided, cutoffs, site.vault, plan.label.node.entity);
  const fairnessHash = await site.registry.saveDocument("fairness", plan.bundle.name, fairness);
  const { document } = draftOf(plan, request, comparison, casting, fairnessHash);
  return { hash: await site.registry.saveBundle(document), fairness };
}

function draftOf(plan: SeasonPlan, request: JudgeRequest, comparison: Comparison, casting: Casting, fairness: Hash) {
  const model = (name: string) => {
    const { node, trained } = request.trained.candidates.find((candidate) => candidate.node.name === name)!;
    return { node, trained, scored: comparison.scored.get(name)! };
  };
  return draftBundle({
    node: plan.bundle,
    events: Object.values(plan.schema),
    request: plan.request,
    sets: plan.roles.map(({ role, set, meaningHash }) => ({ role, node: set, meaningHash })),
    policy: plan.policy,
    model: plan.model.name,
    reasons: plan.reasons,
    champion: model(casting.champion),
    shadow: casting.shadow.map(model),
    evidence: { dataset: request.dataset.hash, evaluation: casting.evaluationHash, fairness },
    approvals: request.approvals,
  });
}

async function keepDocuments(
  documents: ReadonlyMap<Hash, { readonly kind: string; readonly name: string; readonly document: unknown }>,
  registry: Registry,
): Promise<void> {
  for (const { kind, name, document } of documents.values()) await registry.saveDocument(kind, name, document);
}

/** Every object a bundle names that `decide` needs, by hash. */
export async function bundleObjects(document: BundleDocument, objects: ObjectStore): Promise<Map<Hash, Uint8Array>> {
  const models = [...document.models, ...document.shadow];
  const hashes = new Set([
    document.baseline.hash,
    ...models.flatMap(({ artefact, calibrator }) => [artefact.hash, ...(calibrator === null ? [] : [calibrator])]),
  ]);
  const entries = await Promise.all([...hashes].map(async (hash) => [hash, await objects.get(hash)] as const));
  return new Map(entries);
}

async function loadDraft(document: BundleDocument, site: SeasonSite): Promise<LoadedBundle> {
  const objects = await bundleObjects(document, site.objects);
  const loaded = loadBundle(document, hashJson(document), (hash) => objects.get(hash));
  if (Array.isArray(loaded)) {
    const why = loaded.map((problem) => `${problem.thing}: ${problem.rule}`).join("; ");
    throw new AssayError(problems.BUNDLE_REFUSED(`bundle "${document.name}"`, { why }));
  }
  return loaded as LoadedBundle;
}

function decideRows(bundle: LoadedBundle, rows: DecisionRows): DecidedRow[] {
  return rows.inputs.map(({ entity, input }) => {
    const decision: DecisionPart = decide(bundle, input);
    return { entity, disposition: decision.disposition, probability: decision.outputs[0]!.calibrated };
  });
}
