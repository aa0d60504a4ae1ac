// From a training set to a challenger that has been judged: candidates fitted, the best made a bundle, every declared gate
// asked, and a person where the gates cannot tell.

import { type Hash, hashJson } from "../../base/index.ts";
import type { BuiltDataset } from "../../datasets/index.ts";
import type { BundleDocument } from "../../policy/index.ts";
import { judgeSeason } from "../judge-season.ts";
import type { Approval, GateResult, LoopDocument } from "../loop-document.ts";
import { patienceMicros } from "../loop-site.ts";
import { type FlatTable, type TrainedSeason, trainSeason } from "../train-season.ts";
import { builtDataset, type Gathered, type Ground } from "./gather.ts";
import { kept, type Loop, type Made, type StepOutcome } from "./loop-step.ts";

export async function trainCandidates(loop: Loop, { dataset }: Gathered): Promise<Made<null>> {
  const { trained } = await fitted(loop, dataset);
  const models = trained.candidates.map(({ node, trained: model }) => [node.name, model.artefact.hash] as const);
  const runs = trained.candidates.map(({ node, trained: model }) => [`run of ${node.name}`, model.run] as const);
  return { found: null, made: { ...Object.fromEntries(models), ...Object.fromEntries(runs) } };
}

/** Runs that have finished are found by hash. */
async function fitted(loop: Loop, hash: Hash) {
  const dataset = await builtDataset(loop.season, hash);
  // The reference is plain XGBoost on the same columns.
  const { file, columns } = dataset.manifest;
  const flat: FlatTable = { file: dataset.file, sha256: file.sha256, columns };
  return { dataset, flat, trained: await trainSeason(loop.site.plan, dataset, flat, loop.season) };
}

export interface Challenger {
  readonly challenger: Hash;
}

export async function evaluateChallenger(
  loop: Loop,
  { champion, snapshot }: Ground,
  { dataset: hash }: Gathered,
): Promise<StepOutcome<Challenger>> {
  const { entry, site, season } = loop;
  const { plan, registry } = site;
  const { dataset, flat, trained } = await fitted(loop, hash);
  const judgement = site.judgement(dataset);
  const inputs = judgedInputs(loop, dataset, { trained, judgement, snapshot });
  // Evidence holds costs that were measured, so it is drawn up once and then found.
  const earlier = (await registry.recall("loop.evaluate", inputs)) as { readonly bundle: Hash } | undefined;
  const given = { dataset, trained, flat, ...judgement, approvals: [] };
  const judged = earlier ?? (await judgeSeason(plan, { ...given, snapshot: await site.snapshot(snapshot) }, season));
  const challenger = judged.bundle;
  await registry.remember("loop.evaluate", inputs, { bundle: challenger });
  const [ours, theirs] = await Promise.all([registry.bundle(challenger), registry.bundle(champion)]);
  const { evaluation, fairness } = ours.evidence;
  const made = { challenger, evaluation, fairness };
  if (decidesAlike(ours, theirs)) {
    return { ...kept("the challenger decides as the champion does: nothing new was learnt"), made };
  }
  await site.book.note(entry.id, { challenger });
  return { found: { challenger }, made };
}

function judgedInputs(
  { site: { plan } }: Loop,
  dataset: BuiltDataset,
  more: { readonly trained: TrainedSeason; readonly judgement: object; readonly snapshot: Hash },
): Hash {
  const { candidates, reference, control } = more.trained;
  return hashJson({
    dataset: dataset.hash,
    snapshot: more.snapshot,
    runs: [...candidates.map(({ trained }) => trained.run), reference.run, control.run],
    policy: plan.policy,
    reasons: plan.reasons,
    bundle: plan.bundle,
    judgement: JSON.parse(JSON.stringify(more.judgement)),
  });
}

/** Everything that a decision is made from; evidence and approvals are not. */
function decidesAlike(ours: BundleDocument, theirs: BundleDocument): boolean {
  return hashJson(decidingParts(ours)) === hashJson(decidingParts(theirs));
}

function decidingParts({ models, policy, baseline, featureSets, request, roles, reasons, semantics }: BundleDocument) {
  const fitted = models.map(({ node, artefact, calibrator }) => ({ name: node.name, artefact, calibrator }));
  return { fitted, policy, baseline, featureSets, request, roles, reasons, semantics };
}

export interface Gated {
  readonly gates: readonly GateResult[];
}

export async function askGates(
  { site, season }: Loop,
  { champion, snapshot: hash }: Ground,
  gathered: Gathered,
  { challenger }: Challenger,
): Promise<StepOutcome<Gated>> {
  const [dataset, snapshot] = [await builtDataset(season, gathered.dataset), await site.snapshot(hash)];
  const gates = await site.judge.gates({ champion, challenger, dataset, snapshot, season });
  const named = (verdict: GateResult["verdict"]) => gates.filter((gate) => gate.verdict === verdict);
  const made = {
    passed: named("pass").length,
    failed: named("fail").length,
    inconclusive: named("inconclusive").length,
  };
  const failed = named("fail").map(({ name, sentence }) => `${name}: ${sentence}`);
  if (failed.length > 0) return { ...kept(`a gate failed: ${failed.join("; ")}`), found: { gates }, made };
  return { found: { gates }, made };
}

type GivenApproval = NonNullable<LoopDocument["approval"]>;

export interface Approved {
  readonly approval: GivenApproval;
}

/** By the declared envelope where every gate passes, else by a person; nobody's silence is a yes. */
export async function awaitApproval(
  { entry, site, season, signal }: Loop,
  { gates }: Gated,
): Promise<StepOutcome<Approved>> {
  const open = gates.filter(({ verdict }) => verdict === "inconclusive").map(({ name }) => name);
  if (open.length === 0 && site.declaration.approval !== "person") {
    const note = `all ${gates.length} gates pass, within what is declared`;
    const approval = { verdict: "approve", person: "the declared envelope", note, basis: "envelope" } as const;
    return { found: { approval }, made: { approval: "envelope" } };
  }
  const why = open.length === 0 ? "a person approves each release here" : `gates cannot tell: ${open.join(", ")}`;
  await site.book.pause(entry.id, `${why}; it waits for a person`);
  const wait = { owner: entry.id, stage: "approval", patienceMicros: patienceMicros(site), signal };
  const answer = await site.waits.until({ ...wait, pollMillis: site.pollMillis, nowMicros: season.nowMicros }, () =>
    site.book.approvalOf(entry.id),
  );
  if (answer === undefined) return kept(`${why}, and nobody answered`);
  return answered(answer);
}

function answered(answer: Approval): StepOutcome<Approved> {
  const approval = { ...answer, basis: "person" } as const;
  const made = { approval: answer.person };
  if (answer.verdict === "approve") return { found: { approval }, made };
  return { ...kept(`${answer.person} refused it: ${answer.note}`), found: { approval }, made };
}
