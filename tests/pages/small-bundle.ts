// A bundle over the shipped definitions with a scorecard written by hand, so that the gallery's letters and traces come from
// the same `decide` as everybody's.

import { hashBytes, hashJson, SEMANTICS } from "../../src/base/index.ts";
import { approvalCutoff, type BundleDocument, jurisdictionPack, type LoadedBundle, loadBundle } from "../../src/policy/index.ts";
import { type CalibratorDocument, loadCalibrator, loadScorer, type Row, type ScorecardDocument } from "../../src/score/index.ts";
import { example, type Holder, reviewMeaning } from "./portfolio.ts";

const columns = example.model.inputs.flatMap(({ role, features }) => features.map((feature) => `${role}.${feature}`));

function characteristic(feature: string, edges: readonly number[], terms: readonly number[]) {
  const bins = terms.map((term, i) => ({ below: edges[i] ?? null, term, rows: 100 }));
  return { column: `applicant.${feature}`, bins, missing: { term: 0, byKind: {} } };
}

const scorecard: ScorecardDocument = {
  format: "assay.scorecard",
  version: 1,
  intercept: -1.55,
  characteristics: [
    characteristic("statusNow", [0, 1, 2], [-0.25, -0.2, 0.85, 1.8]),
    characteristic("lateCount184d", [1, 2, 4], [-0.25, 0.15, 0.45, 0.8]),
    characteristic("worstStatus184d", [1, 3], [-0.1, 0.25, 0.5]),
    characteristic("utilisationNow", [0.1, 0.5, 0.9], [-0.2, -0.05, 0.1, 0.3]),
    characteristic("limitNow", [50_000, 150_000, 300_000], [0.35, 0.1, -0.15, -0.35]),
    characteristic("paidOverLimit92d", [0.03, 0.1, 0.4], [0.25, 0.1, -0.1, -0.35]),
    characteristic("paidShare92d", [0.04, 0.5], [0.15, 0, -0.15]),
    characteristic("billedChange92d", [0.8, 1.2], [-0.05, 0, 0.1]),
    characteristic("idleCount184d", [1, 4], [0, 0.1, 0.2]),
  ],
};

const bytesOf = (document: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(document));
const artefact = bytesOf(scorecard);

function scorerOf() {
  const scorer = loadScorer("assay.scorecard", artefact, columns);
  if (Array.isArray(scorer)) throw new Error(JSON.stringify(scorer));
  return scorer;
}

/** The row that the model scores, out of the values of the feature set. */
function modelRow({ values }: Holder): Row {
  const places = columns.map((column) => example.review.features.findIndex(({ name }) => `applicant.${name}` === column));
  return {
    values: Float64Array.from(places, (place) => values.numbers[place]!),
    kinds: Uint8Array.from(places, (place) => values.kinds[place]!),
  };
}

export function marginsOf(holders: readonly Holder[]): number[] {
  const scorer = scorerOf();
  return holders.map((holder) => scorer.margin(modelRow(holder)));
}

/** Observed rates in twenty bins of the margin, never falling: roughly what an isotonic fit would give. */
function calibratorOf(holders: readonly Holder[], margins: readonly number[]): CalibratorDocument {
  const order = margins.map((_, i) => i).sort((a, b) => margins[a]! - margins[b]!);
  const size = Math.ceil(order.length / 20);
  const points = new Map<number, number>();
  let highest = 0.01;
  for (let from = 0; from < order.length; from += size) {
    const bin = order.slice(from, from + size);
    highest = Math.max(highest, bin.reduce((sum, i) => sum + holders[i]!.missed, 0) / bin.length);
    points.set(margins[bin[Math.floor(bin.length / 2)]!]!, highest);
  }
  return {
    format: "assay.calibrator",
    version: 1,
    method: "isotonic",
    margins: [...points.keys()],
    probabilities: [...points.values()],
    fittedOn: { rows: holders.length, dataset: "1".repeat(64), knownUntil: "2005-11-10T00:00:00.000000Z" },
  };
}

/** The fifty holders nearest the cut-off on its passing side. */
function justPassing(margins: readonly number[], calibrator: CalibratorDocument, cutoff: number): number[] {
  const loaded = loadCalibrator(calibrator);
  if (Array.isArray(loaded)) throw new Error(JSON.stringify(loaded));
  return [...margins.keys()]
    .filter((i) => loaded.probability(margins[i]!) < cutoff - 0.005)
    .sort((a, b) => margins[b]! - margins[a]!)
    .slice(0, 50);
}

/** The bundle, verified and loaded as a decider would. */
export function smallBundle(holders: readonly Holder[], evidence: BundleDocument["evidence"]): LoadedBundle {
  const margins = marginsOf(holders);
  const calibrator = calibratorOf(holders, margins);
  const calibration = bytesOf(calibrator);
  const cutoff = approvalCutoff(example.policy)!;
  const passing = justPassing(margins, calibrator, cutoff).map((i) => holders[i]!);
  const rows = passing.map(modelRow);
  const baseline = bytesOf({
    format: "assay.baseline",
    version: 1,
    model: example.model.name,
    output: example.bundle.baseline.output,
    cutoff,
    columns,
    rows: rows.map((row) => [...row.values].map((value) => (Number.isNaN(value) ? null : value))),
    kinds: rows.map((row) => [...row.kinds]),
  });
  const objects = new Map([artefact, calibration, baseline].map((bytes) => [hashBytes(bytes), bytes]));
  const document = documentOf(hashBytes(calibration), hashBytes(baseline), cutoff, evidence);
  const loaded = loadBundle(document, hashJson(document), (hash) => objects.get(hash));
  if (Array.isArray(loaded)) throw new Error(JSON.stringify(loaded, null, 1));
  return loaded;
}

function documentOf(calibrator: string, baseline: string, cutoff: number, evidence: BundleDocument["evidence"]): BundleDocument {
  const { bundle, model } = example;
  const fitted = { artefact: { format: "assay.scorecard", hash: hashBytes(artefact) }, calibrator, columns, run: "run-20051110-7f3a" } as const;
  const families = model.family.kind === "contest" ? model.family.entries : [{ name: model.name, family: model.family }];
  return {
    format: "assay.bundle",
    version: 1,
    name: bundle.name,
    semantics: SEMANTICS,
    events: example.events,
    request: example.request,
    roles: { applicant: example.review.name },
    featureSets: [{ node: example.review, meaningHash: reviewMeaning }],
    models: [{ ...fitted, node: { ...model, family: families[0]!.family } }],
    shadow: families.slice(1, 2).map(({ name, family }) => ({ ...fitted, node: { ...model, name: `${model.name}.${name}`, family } })),
    policy: example.policy,
    reasons: example.reasons,
    baseline: { hash: baseline, model: model.name, output: bundle.baseline.output, cutoff },
    jurisdiction: jurisdictionPack(bundle.jurisdiction)!,
    evidence,
    intendedUse: bundle.intendedUse,
    owner: bundle.owner,
    validator: bundle.validator,
    limits: bundle.limits,
    approvals: [{ person: "m.lindqvist", at: "2005-11-12T09:30:00.000000Z", note: "Within the limits above; look again when the next outcomes are known." }],
  };
}
