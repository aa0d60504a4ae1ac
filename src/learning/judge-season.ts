// Compares a season's models, chooses by the written rule, draws up the evidence and keeps the bundle; the runner-up is
// kept as a second bundle. A control that passes stops everything.

import { AssayError, type Hash, hashJson } from "../base/index.ts";
import type { BuiltDataset } from "../datasets/index.ts";
import type { EvaluationDocument, FairnessDocument } from "../evaluate/index.ts";
import type { Snapshot } from "../history/index.ts";
import { drawFieldProfiles, drawProfile, type EventProfiles } from "../monitoring/index.ts";
import { type BundleDocument, decide, type LoadedBundle, loadBundle, scoreShadow } from "../policy/index.ts";
import type { Registry } from "../registry/index.ts";
import {
  type Comparison,
  type ComparisonRequest,
  type Contender,
  compareModels,
  type DecidedRow,
  type DraftedBundle,
  draftBundle,
  type FairnessDeclaration,
  fairnessEvidence,
  type TrainedModel,
  tenCutoffs,
} from "../training/index.ts";
import { bundleObjects } from "./bundle-objects.ts";
import { latestOfEach, readDecisionRows } from "./decision-rows.ts";
import { problems } from "./errors.ts";
import type { CandidateNode, SeasonPlan } from "./plan-season.ts";
import type { SeasonSite } from "./season-site.ts";
import type { FlatTable, TrainedSeason } from "./train-season.ts";

export interface JudgeRequest {
  readonly dataset: BuiltDataset;
  /** Whose events the profile shows: the one that the dataset was built from, or a later one. */
  readonly snapshot: Snapshot;
  readonly trained: TrainedSeason;
  readonly flat: FlatTable;
  /** Whom the second AUC looks at: rows whose value in the column is below the bound. */
  readonly within: { readonly column: string; readonly below: number };
  readonly fairness: FairnessDeclaration;
  readonly approvals: BundleDocument["approvals"];
}

export interface JudgedSeason {
  readonly evaluation: EvaluationDocument;
  readonly fairness: FairnessDocument;
  readonly bundle: Hash;
  /** The runner-up as champion: what a second release would put in force. */
  readonly runnerUpBundle: Hash | null;
}

/** Throws ASSAY_LEARNING_CONTROL_PASSED, BUNDLE_REFUSED; then no bundle was kept. */
export async function judgeSeason(plan: SeasonPlan, request: JudgeRequest, site: SeasonSite): Promise<JudgedSeason> {
  const comparison = await compareModels(comparisonOf(request, site));
  const { document: evaluation, choice } = comparison;
  if (!evaluation.control.refused) {
    throw new AssayError(problems.CONTROL_PASSED("the control", { auc: evaluation.control.auc.value ?? 0 }));
  }
  const evaluationHash = await site.registry.saveDocument("evaluation", plan.bundle.name, evaluation);
  const events = await drawFieldProfiles(request.snapshot, plan.schema);
  const keeping = { plan, request, comparison, evaluationHash, events, site };
  const runnerUp = choice.runnerUp;
  const first = await keepBundle(keeping, { champion: choice.chosen, shadow: runnerUp === null ? [] : [runnerUp] });
  const second = runnerUp === null ? null : await keepBundle(keeping, { champion: runnerUp, shadow: [choice.chosen] });
  return { evaluation, fairness: first.fairness, bundle: first.hash, runnerUpBundle: second?.hash ?? null };
}

function comparisonOf({ dataset, trained, flat, within }: JudgeRequest, { nowMicros }: SeasonSite): ComparisonRequest {
  const { hash, manifest, file } = dataset;
  const { candidates, reference, control } = trained;
  const contender = (name: string, family: string, complexity: number, model: TrainedModel): Contender => ({
    name,
    family,
    complexity,
    scorer: model.scorer,
    trainSeconds: model.seconds,
    files: [file],
    kinds: true,
  });
  const byHand = contender("reference", "plain XGBoost on the flat columns", candidates.length, reference);
  return {
    dataset: { hash, labelCutOff: manifest.label.cutOff, rows: manifest.split.rows },
    seed: manifest.split.rule.seed,
    contenders: candidates.map(({ node, trained: model }, i) => contender(node.name, familyWords(node), i, model)),
    reference: { ...byHand, files: [flat.file], kinds: false },
    control: contender("control", "fitted on reversed outcomes", 0, control),
    within,
    nowMicros,
  };
}

function familyWords({ family }: CandidateNode): string {
  if (family.kind === "scorecard") return `scorecard, at most ${family.bins} bins`;
  return `XGBoost, ${family.trees} trees of depth ${family.depth}${family.monotone ? ", monotone" : ""}`;
}

interface Keeping {
  readonly plan: SeasonPlan;
  readonly request: JudgeRequest;
  readonly comparison: Comparison;
  readonly evaluationHash: Hash;
  readonly events: EventProfiles;
  readonly site: SeasonSite;
}

/** Who decides and who only looks on, by name. */
interface Casting {
  readonly champion: string;
  readonly shadow: readonly string[];
}

async function keepBundle(
  keeping: Keeping,
  casting: Casting,
): Promise<{ readonly hash: Hash; readonly fairness: FairnessDocument }> {
  const { plan, request, evaluationHash, site } = keeping;
  // Decisions do not depend on evidence, so a draft without fairness decides the test rows that fairness is counted on.
  const draft = draftOf(keeping, casting, { fairness: evaluationHash, profile: null });
  await keepDocuments(draft, site.registry);
  const loaded = await loadDraft(draft.document, site);
  const rows = await readDecisionRows(request.dataset.file, plan, "test");
  // The vault counts people, each once.
  const decided = decideRows(
    loaded,
    latestOfEach(rows).map((row) => rows[row]!),
  );
  const cutoffs = tenCutoffs(decided.map((row) => row.probability));
  // The dataset holds rows with an outcome only, so decisions on the others are not among these.
  const drawnOn = `test people whose outcome was known by ${request.dataset.manifest.label.cutOff.slice(0, 10)}`;
  const drawn = { cutoffs, drawnOn };
  const fairness = await fairnessEvidence(request.fairness, decided, drawn, site.vault, plan.label.node.entity);
  const fairnessHash = await site.registry.saveDocument("fairness", plan.bundle.name, fairness);
  const profile = await keepProfile(keeping, loaded);
  const { document } = draftOf(keeping, casting, { fairness: fairnessHash, profile });
  return { hash: await site.registry.saveBundle(document), fairness };
}

function draftOf(
  { plan, request, comparison, evaluationHash }: Keeping,
  casting: Casting,
  { fairness, profile }: { readonly fairness: Hash; readonly profile: Hash | null },
): DraftedBundle {
  const model = (name: string) => {
    const { node, trained } = request.trained.candidates.find((candidate) => candidate.node.name === name)!;
    return { node, trained, scored: comparison.scored.get(name)! };
  };
  return draftBundle({
    node: plan.bundle,
    events: Object.values(plan.schema),
    request: plan.request,
    sets: plan.roles.map(({ set, ...role }) => ({ ...role, node: set })),
    policy: plan.policy,
    model: plan.model.name,
    reasons: plan.reasons,
    champion: model(casting.champion),
    shadow: casting.shadow.map(model),
    evidence: { dataset: request.dataset.hash, evaluation: evaluationHash, fairness },
    profile,
    approvals: request.approvals,
  });
}

/** What later reports hold served decisions against: the bundle's own decisions on the validation rows. */
async function keepProfile({ plan, request, events, site }: Keeping, loaded: LoadedBundle): Promise<Hash> {
  const rows = await readDecisionRows(request.dataset.file, plan, "validation");
  const decisions = rows.map((input) => ({ decision: decide(loaded, input), shadow: scoreShadow(loaded, input) }));
  const profile = await drawProfile({ name: plan.bundle.name, dataset: request.dataset, decisions, events });
  return await site.registry.saveDocument("profile", plan.bundle.name, profile);
}

async function keepDocuments({ documents }: DraftedBundle, registry: Registry): Promise<void> {
  for (const { kind, name, document } of documents.values()) await registry.saveDocument(kind, name, document);
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

function decideRows(bundle: LoadedBundle, inputs: Awaited<ReturnType<typeof readDecisionRows>>): DecidedRow[] {
  return inputs.map((input) => {
    const { disposition, outputs } = decide(bundle, input);
    return { entity: input.parties[0]!.entity, disposition, probability: outputs[0]!.calibrated };
  });
}
