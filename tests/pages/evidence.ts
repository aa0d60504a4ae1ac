// Evidence computed by the same functions as everybody's, on the gallery's holders. Other models than the first are its
// margins with seeded noise: their numbers stand for layout, not for any model.

import { exp, seededRandom } from "../../src/base/index.ts";
import {
  airAtCutoffs,
  auc,
  type ComparedModel,
  cutoffsAtShares,
  type EvaluationDocument,
  type FairnessDocument,
  fairnessTable,
  gains,
  modelRow,
  pairedAucDifference,
  reliability,
  type StageCounts,
  scoreBands,
} from "../../src/evaluate/index.ts";
import type { DecisionPart } from "../../src/policy/index.ts";
import config from "../../examples/card-lines/assay.config.ts";
import type { Holder } from "./portfolio.ts";

export interface Judged {
  readonly holders: readonly Holder[];
  readonly margins: readonly number[];
  readonly probabilities: readonly number[];
  readonly decisions: readonly DecisionPart[];
}

export function evaluationOf({ holders, margins, probabilities }: Judged): EvaluationDocument {
  const labels = holders.map((holder) => holder.missed);
  const mask = holders.map((holder) => (Number(holder.row["PAY_0"]) < 1 ? 1 : 0));
  const compared = (name: string, role: ComparedModel["role"], family: string, noise: number, trainSeconds: number): ComparedModel => {
    const scores = noisy(margins, noise, name);
    const calibrated = noise === 0 ? probabilities : scores.map((margin) => 1 / (1 + exp(-margin)));
    const row = modelRow({ name, scores, probabilities: calibrated, labels, mask });
    const scoreMicros = { value: trainSeconds * 0.4, low: null, high: null, standardError: null, method: "median of 5 passes", n: labels.length };
    return { ...row, family, role, trainSeconds, scoreMicros, validationAuc: row.auc };
  };
  const cutoffs = scoreBands(probabilities, labels, { edges: tenCutoffs(probabilities) }).filter((band) => band.to !== null);
  return {
    format: "assay.evaluation",
    version: 1,
    dataset: "1".repeat(64),
    labelCutOff: "2005-11-10T00:00:00.000000Z",
    seed: config.evaluation.split.seed,
    rows: { train: 18_012, validation: 5_974, test: holders.length },
    models: [
      compared("pd", "champion", "scorecard", 0, 1.8),
      compared("pd.shallow", "shadow", "xgboost", 0.1, 4.6),
      compared("pd.deep", "candidate", "xgboost", 0.2, 11.3),
      compared("reference", "reference", "xgboost", 0.3, 3.9),
    ],
    choice: {
      chosen: "pd",
      runnerUp: "pd.shallow",
      rule: "the simplest model whose AUC lies within one paired standard error (DeLong 1988) of the best model's, on the same rows",
      sentence: "The scorecard decides: it is the simplest model within one paired standard error of the best, on validation.",
    },
    againstReference: { ...pairedAucDifference(margins, noisy(margins, 0.3, "reference"), labels), within: true },
    control: {
      auc: auc(margins.map((margin) => -margin), labels),
      refused: true,
      sentence: "Refused, as it must be: fitted on flipped outcomes, it ranks people worse than chance.",
    },
    champion: {
      reliability: reliability(probabilities, labels, 10),
      gains: gains(margins, labels, 10),
      bands: scoreBands(probabilities, labels, { count: 10 }),
      cutoffs: cutoffs.map((band) => ({
        cutoff: band.to!,
        approvedShare: band.cumulativeShare,
        badRate: { value: band.cumulativeBadRate, low: band.cumulativeLow, high: band.cumulativeHigh, standardError: null, method: "Wilson", n: band.cumulativeN },
      })),
    },
  };
}

function tenCutoffs(probabilities: readonly number[]): number[] {
  return cutoffsAtShares(probabilities, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95]);
}

function noisy(margins: readonly number[], noise: number, seed: string): number[] {
  const random = seededRandom(seed);
  return margins.map((margin) => margin + noise * (random.next() + random.next() + random.next() - 1.5) * 2);
}

const GROUPS: { readonly [attribute: string]: (holder: Holder) => string } = {
  sex: ({ row }) => (row["SEX"] === 1 ? "male" : "female"),
  maritalStatus: ({ row }) => ["undocumented 0", "married", "single", "other"][row["MARRIAGE"]!]!,
  age: ({ row }) => (row["AGE"]! < 25 ? "under 25" : row["AGE"]! < 62 ? "25 to 61" : "62 and over"),
  education: ({ row }) =>
    ["undocumented 0", "graduate school", "university", "high school", "other", "undocumented 5", "undocumented 6"][row["EDUCATION"]!]!,
};

const STAGES = [
  { stage: "decision", favourable: "approved as asked", counts: ["approve"] },
  { stage: "decision", favourable: "any credit (as asked or a smaller increase)", counts: ["approve", "counterOffer"] },
  { stage: "referral", favourable: "not sent to a person", counts: ["approve", "counterOffer", "decline"] },
] as const;

export function fairnessOf(judged: Judged): FairnessDocument {
  const { minimumCell, attributes, notes } = config.evaluation.fairness;
  const rows = attributes.flatMap(({ field, reference }) => {
    const stages = STAGES.map(({ stage, favourable, counts }) => {
      const favours = (i: number) => (counts as readonly string[]).includes(judged.decisions[i]!.disposition);
      return { stage, favourable, reference, minimumCell, groups: counted(judged, field, favours) };
    });
    return fairnessTable(stages).map((row) => ({ attribute: field, ...row }));
  });
  const cutoffs = attributes.flatMap(({ field, reference }) => {
    const at = tenCutoffs(judged.probabilities).map((cutoff) => {
      return { cutoff, groups: counted(judged, field, (i) => judged.probabilities[i]! < cutoff) };
    });
    const declared = { stage: "score", favourable: "below the cut-off", reference, minimumCell };
    return airAtCutoffs({ ...declared, cutoffs: at }).map((row) => ({ attribute: field, ...row }));
  });
  const declared = attributes.map(({ field, reference, basis }) => ({ attribute: field, reference, basis }));
  return { format: "assay.fairness", version: 1, minimumCell, declared, rows, cutoffs, notes };
}

function counted({ holders }: Judged, attribute: string, favours: (i: number) => boolean): StageCounts["groups"] {
  const groups: { [group: string]: { n: number; favourable: number } } = {};
  holders.forEach((holder, i) => {
    const group = GROUPS[attribute]!(holder);
    const count = (groups[group] ??= { n: 0, favourable: 0 });
    count.n += 1;
    if (favours(i)) count.favourable += 1;
  });
  return groups;
}
