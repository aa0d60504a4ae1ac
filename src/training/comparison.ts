// Fitted models judged side by side: calibrated on validation, chosen on validation by the written rule, measured on test,
// beside the yardstick that a person would get by hand and a control that must be refused.

import { AssayError, invariant } from "../base/index.ts";
import {
  auc,
  type ComparedModel,
  type CutoffRow,
  cutoffsAtShares,
  type Estimate,
  type EvaluationDocument,
  gains,
  modelRow,
  pairedAucDifference,
  reliability,
  scoreBands,
} from "../evaluate/index.ts";
import { type CalibratorDocument, loadCalibrator, type Scorer } from "../score/index.ts";
import { discriminationGate } from "./gate.ts";
import { fitIsotonic } from "./isotonic.ts";
import { type ModelRows, marginsOf, readModelRows } from "./model-rows.ts";
import { chooseModel, type ModelChoice } from "./selection.ts";

/** A fitted model as it enters the comparison. */
export interface Contender {
  readonly name: string;
  readonly family: string;
  /** Rank: the simplest has the lowest. */
  readonly complexity: number;
  readonly scorer: Scorer;
  readonly trainSeconds: number;
  readonly files: readonly string[];
  /** Whether its files hold missing kinds; the flat file of the reference does not. */
  readonly kinds: boolean;
}

export interface ComparisonRequest {
  readonly dataset: { readonly hash: string; readonly labelCutOff: string; readonly rows: EvaluationDocument["rows"] };
  readonly seed: string;
  readonly contenders: readonly Contender[];
  readonly reference: Contender;
  readonly control: Contender;
  /** Borrowers that `aucWithin` looks at: those whose value in the column is below the bound. */
  readonly within: { readonly column: string; readonly below: number };
  /** Microseconds on a running clock; a port, so that costs can be measured outside pure rooms. */
  readonly nowMicros: () => number;
}

export interface ScoredContender {
  readonly contender: Contender;
  readonly calibrator: CalibratorDocument;
  readonly validation: Scored;
  readonly test: Scored;
}

export interface Scored {
  readonly rows: ModelRows;
  readonly margins: Float64Array;
  readonly probabilities: Float64Array;
}

export interface Comparison {
  readonly document: EvaluationDocument;
  readonly choice: ModelChoice;
  readonly scored: ReadonlyMap<string, ScoredContender>;
}

export async function compareModels(request: ComparisonRequest): Promise<Comparison> {
  const scored = new Map<string, ScoredContender>();
  for (const contender of [...request.contenders, request.reference]) {
    scored.set(contender.name, await scoreContender(contender, request));
  }
  const labels = scored.get(request.reference.name)!.validation.rows.labels;
  const choice = chooseModel(
    request.contenders.map(({ name, complexity }) => ({
      name,
      complexity,
      margins: scored.get(name)!.validation.margins,
    })),
    labels,
  );
  const document = await documentOf(request, scored, choice);
  return { document, choice, scored };
}

async function scoreContender(contender: Contender, request: ComparisonRequest): Promise<ScoredContender> {
  const { kinds } = contender;
  const read = (split: "validation" | "test") =>
    readModelRows(contender.files, contender.scorer.columns, { split, kinds });
  const [validation, test] = [await read("validation"), await read("test")];
  const validationMargins = marginsOf(contender.scorer, validation);
  const calibrator = fitIsotonic(validationMargins, validation.labels, {
    dataset: request.dataset.hash,
    knownUntil: request.dataset.labelCutOff,
    split: { seed: request.seed, part: validation.split },
  });
  invariant(test.split !== calibrator.fittedOn.split?.part, "no model is measured on rows it was calibrated on");
  return {
    contender,
    calibrator,
    validation: calibrated(validation, validationMargins, calibrator),
    test: calibrated(test, marginsOf(contender.scorer, test), calibrator),
  };
}

function calibrated(rows: ModelRows, margins: Float64Array, document: CalibratorDocument): Scored {
  const calibrator = loadCalibrator(document);
  if (Array.isArray(calibrator)) throw new AssayError(calibrator[0]!);
  return { rows, margins, probabilities: margins.map((margin) => calibrator.probability(margin)) };
}

async function documentOf(
  request: ComparisonRequest,
  scored: ReadonlyMap<string, ScoredContender>,
  choice: ModelChoice,
): Promise<EvaluationDocument> {
  const mask = await maskOf(request);
  const champion = scored.get(choice.chosen)!;
  const { dataset, seed, reference } = request;
  const all = [...request.contenders.toSorted((a, b) => a.complexity - b.complexity), reference];
  return {
    format: "assay.evaluation",
    version: 1,
    dataset: dataset.hash,
    labelCutOff: dataset.labelCutOff,
    seed,
    rows: dataset.rows,
    models: all.map(({ name }) =>
      compared(scored.get(name)!, roleOf(name, choice, reference.name), mask, request.nowMicros),
    ),
    choice: { chosen: choice.chosen, runnerUp: choice.runnerUp, rule: choice.rule, sentence: choice.sentence },
    againstReference: againstReference(champion, scored.get(reference.name)!),
    control: await controlOf(request),
    champion: championTables(champion.test),
  };
}

function roleOf(name: string, choice: ModelChoice, reference: string): ComparedModel["role"] {
  if (name === choice.chosen) return "champion";
  if (name === reference) return "reference";
  return name === choice.runnerUp ? "shadow" : "candidate";
}

function compared(
  { contender, validation, test }: ScoredContender,
  role: ComparedModel["role"],
  mask: Uint8Array,
  nowMicros: () => number,
): ComparedModel {
  const { name, family, trainSeconds, scorer } = contender;
  const { labels } = test.rows;
  const row = modelRow({ name, scores: test.margins, probabilities: test.probabilities, labels, mask });
  const validationAuc = auc(validation.margins, validation.rows.labels);
  return { ...row, family, role, trainSeconds, scoreMicros: scoringCost(scorer, test.rows, nowMicros), validationAuc };
}

/** Median over repeated passes, with their range as limits: a machine's time is no sample to put an interval on. */
function scoringCost(scorer: Scorer, rows: ModelRows, nowMicros: () => number): Estimate {
  const costs = Array.from({ length: 5 }, () => {
    const started = nowMicros();
    marginsOf(scorer, rows);
    return (nowMicros() - started) / rows.length;
  }).sort((a, b) => a - b);
  const method = "median of 5 passes over the test rows, one thread; limits are the fastest and the slowest";
  return { value: costs[2]!, low: costs[0]!, high: costs[4]!, standardError: null, method, n: rows.length };
}

async function maskOf({ within, contenders }: ComparisonRequest): Promise<Uint8Array> {
  const rows = await readModelRows(contenders[0]!.files, [within.column], { split: "test", kinds: false });
  return Uint8Array.from(rows.values, (value) => (value < within.below ? 1 : 0));
}

/** At least .003, so that a tiny sample error never fails a model that is as good for any purpose. */
const REFERENCE_MARGIN = 0.003;

function againstReference(
  champion: ScoredContender,
  reference: ScoredContender,
): EvaluationDocument["againstReference"] {
  const difference = pairedAucDifference(champion.test.margins, reference.test.margins, champion.test.rows.labels);
  const allowed = Math.max(REFERENCE_MARGIN, difference.standardError ?? 0);
  return { ...difference, within: (difference.difference ?? -1) >= -allowed };
}

async function controlOf({ control }: ComparisonRequest): Promise<EvaluationDocument["control"]> {
  const rows = await readModelRows(control.files, control.scorer.columns, {
    split: "validation",
    kinds: control.kinds,
  });
  const area = auc(marginsOf(control.scorer, rows), rows.labels);
  const verdict = discriminationGate({ auc: area.value, low: area.low });
  return { auc: area, refused: verdict.verdict === "fail", sentence: verdict.sentence };
}

function championTables({ rows, margins, probabilities }: Scored): EvaluationDocument["champion"] {
  const { labels } = rows;
  return {
    reliability: reliability(probabilities, labels, 10),
    gains: gains(margins, labels, 10),
    bands: scoreBands(probabilities, labels, { count: 10 }),
    cutoffs: cutoffTable(probabilities, labels),
  };
}

/** The ten cut-offs at which a tenth more would be approved each time. */
export function tenCutoffs(probabilities: ArrayLike<number>): number[] {
  return cutoffsAtShares(probabilities, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95]);
}

function cutoffTable(probabilities: Float64Array, labels: Uint8Array): CutoffRow[] {
  const cutoffs = tenCutoffs(probabilities);
  return scoreBands(probabilities, labels, { edges: cutoffs })
    .filter((band) => band.to !== null)
    .map((band) => ({
      cutoff: band.to!,
      approvedShare: band.cumulativeShare,
      badRate: {
        value: band.cumulativeBadRate,
        low: band.cumulativeLow,
        high: band.cumulativeHigh,
        standardError: null,
        method: "Wilson 95 % interval",
        n: band.cumulativeN,
      },
    }));
}
