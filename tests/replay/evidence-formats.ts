// The evidence a bundle carries: an evaluation and a fairness document, computed from a few rows and counts.

import { canonicalJson, logistic, seededRandom } from "../../src/base/index.ts";
import {
  airAtCutoffs,
  auc,
  cutoffsAtShares,
  type EvaluationDocument,
  type FairnessDocument,
  fairnessTable,
  gains,
  modelRow,
  pairedAucDifference,
  readEvaluation,
  readFairness,
  reliability,
  scoreBands,
} from "../../src/evaluate/index.ts";
import { type Format, orThrow, withVersion } from "./format.ts";

const random = seededRandom("tests/replay/evidence");
const rows = Array.from({ length: 60 }, () => {
  const margin = random.normal() - 1;
  return { margin, other: margin + random.normal(), bad: random.next() < logistic(margin) ? 1 : 0 };
});
const labels = rows.map(({ bad }) => bad);
const margins = rows.map(({ margin }) => margin);
const probabilities = margins.map(logistic);

function evaluationDocument(): EvaluationDocument {
  const mask = rows.map((_, i) => i % 3);
  const measured = modelRow({ name: "pd", scores: margins, probabilities, labels, mask });
  const others = rows.map(({ other }) => other);
  const seconds = { value: 1.5, low: 1, high: 2, standardError: null, method: "median of 5 passes", n: 60 };
  const validationAuc = auc(margins, labels);
  const champion = {
    ...measured,
    family: "scorecard",
    role: "champion",
    trainSeconds: 2,
    scoreMicros: seconds,
  } as const;
  return {
    format: "assay.evaluation",
    version: 1,
    dataset: "0".repeat(64),
    labelCutOff: "2024-08-01T00:00:00.000000Z",
    seed: "7",
    rows: { train: 180, validation: 60, test: 60 },
    models: [{ ...champion, validationAuc }],
    choice: { chosen: "pd", runnerUp: null, rule: "the simplest", sentence: "There was one." },
    againstReference: { ...pairedAucDifference(margins, others, labels), within: true },
    control: { auc: auc(others, labels), refused: false, sentence: "It was not flipped." },
    champion: {
      reliability: reliability(probabilities, labels, 3),
      gains: gains(margins, labels, 3),
      bands: scoreBands(probabilities, labels, { count: 3 }),
      cutoffs: cutoffsAtShares(probabilities, [0.5]).map((cutoff) => ({
        cutoff,
        approvedShare: 0.5,
        badRate: validationAuc,
      })),
    },
  };
}

function fairnessDocument(): FairnessDocument {
  const stage = { stage: "decision", favourable: "approved as asked", reference: "male", minimumCell: 30 };
  const groups = {
    male: { n: 400, favourable: 260 },
    female: { n: 500, favourable: 290 },
    "not collected": { n: 12, favourable: null },
  };
  const attribute = "sex";
  const cutoffs = [0.1, 0.2].map((cutoff, i) => ({
    cutoff,
    groups: { male: { n: 400, favourable: 100 + 90 * i }, female: { n: 500, favourable: 110 + 100 * i } },
  }));
  return {
    format: "assay.fairness",
    version: 1,
    people: 912,
    drawnOn: "test people whose outcome was known by 2024-08-01",
    minimumCell: 30,
    declared: [{ attribute, reference: "male", basis: "prohibited basis (ECOA)" }],
    rows: fairnessTable([{ ...stage, groups }]).map((each) => ({ attribute, ...each })),
    cutoffs: airAtCutoffs({ ...stage, cutoffs }).map((each) => ({ attribute, ...each })),
    notes: ["Race and ethnicity are absent."],
  };
}

const evaluation: Format = {
  name: "evaluation",
  version: 1,
  compare: "bytes",
  write: () => Buffer.from(canonicalJson(evaluationDocument())),
  read: (bytes) => {
    const { models, champion } = orThrow(readEvaluation(JSON.parse(bytes.toString())));
    return { auc: models[0]!.auc.value, names: models.map(({ name }) => name), bands: champion.bands.length };
  },
  future: (bytes) => withVersion(bytes, 2),
  refusal: "ASSAY_EVALUATE_UNKNOWN_VERSION",
};

const fairness: Format = {
  name: "fairness",
  version: 1,
  compare: "bytes",
  write: () => Buffer.from(canonicalJson(fairnessDocument())),
  read: (bytes) => {
    const { rows, cutoffs } = orThrow(readFairness(JSON.parse(bytes.toString())));
    return { ratios: rows.map(({ group, air }) => [group, air]), atCutoffs: cutoffs.map(({ air }) => air) };
  },
  future: (bytes) => withVersion(bytes, 2),
  refusal: "ASSAY_EVALUATE_UNKNOWN_VERSION",
};

export const evidenceFormats: readonly Format[] = [evaluation, fairness];
