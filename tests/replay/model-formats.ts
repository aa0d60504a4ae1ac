// Fitted artefacts: a scorecard, an XGBoost file as XGBoost wrote it, a calibrator. What they mean is what they score.

import { canonicalJson, missingCode } from "../../src/base/index.ts";
import { type Group, loadCalibrator, loadScorer, type ModelFormat, type Row } from "../../src/score/index.ts";
import { fitIsotonic } from "../../src/training/index.ts";
import { type Format, orThrow, plain, withVersion } from "./format.ts";

const row = (values: readonly number[], kinds: readonly number[] = values.map(() => 0)): Row => ({
  values: Float64Array.from(values),
  kinds: Uint8Array.from(kinds),
});

/** Margins of the rows, and Shapley values of the groups against the first half of them. */
function scored(
  format: ModelFormat,
  bytes: Buffer,
  columns: readonly string[],
  rows: readonly Row[],
  groups: readonly Group[],
) {
  const scorer = orThrow(loadScorer(format, bytes, columns));
  const explain = scorer.explainer(groups, rows.slice(0, rows.length / 2));
  return {
    margins: rows.map((each) => scorer.margin(each)),
    contributions: rows.map((each) => plain(explain(each))),
    sumBound: scorer.sumBound,
  };
}

const noHistory = missingCode("no history");
const notApplicable = missingCode("not applicable");
const cardColumns = ["applicant.late", "applicant.daysSinceLate", "applicant.used"];
const cardRows = [
  row([0, 400, 0.1]),
  row([1, 90, 0.3]),
  row([3, Number.NaN, 0.8], [0, noHistory, 0]),
  row([2.5, 89.99, Number.NaN], [0, 0, notApplicable]),
];
const cardGroups = [
  { name: "latePayments", columns: [0, 1] },
  { name: "owed", columns: [2] },
];

const scorecard: Format = {
  name: "scorecard",
  version: 1,
  compare: "bytes",
  write: null,
  read: (bytes) => scored("assay.scorecard", bytes, cardColumns, cardRows, cardGroups),
  future: (bytes) => withVersion(bytes, 2),
  refusal: "ASSAY_SCORE_UNREADABLE",
};

/** The rows whose margins XGBoost 3.2 itself gave when the golden file was made. */
export const forestColumns = ["applicant.lateCount", "applicant.paidShare", "applicant.limit"];
export const forestRows = [
  [0, 0.9, 50],
  [3, 0.1, 10],
  [1, Number.NaN, 99.5],
  [2, 0.5, 0],
] as const;
const forestMargins = [-1.697839617729187, 0.5501995086669922, -0.3840758502483368, -0.4745188057422638];

const forest: Format = {
  name: "xgboost-json",
  version: 1,
  compare: "bytes",
  write: null,
  read: (bytes) => {
    const rows = forestRows.map((values) => row(values));
    const groups = forestColumns.map((name, column) => ({ name, columns: [column] }));
    const meaning = scored("xgboost-json", bytes, forestColumns, rows, groups);
    const equal = meaning.margins.every((margin, i) => margin === forestMargins[i]);
    return { ...meaning, asXgboost: equal };
  },
  future: (bytes) => {
    const model = JSON.parse(bytes.toString()) as { version: number[] };
    return Buffer.from(JSON.stringify({ ...model, version: [4, 0, 0] }));
  },
  refusal: "ASSAY_SCORE_VERSION",
};

const margins = [-3, -2.5, -2.5, -1, -0.25, 0, 0.5, 0.5, 1.75, 3];
const labels = [0, 0, 0, 1, 0, 0, 1, 0, 1, 1];

const calibrator: Format = {
  name: "calibrator",
  version: 1,
  compare: "bytes",
  write: () => {
    const about = { dataset: "0".repeat(64), knownUntil: "2024-08-01T00:00:00.000000Z" };
    return Buffer.from(canonicalJson(fitIsotonic(margins, labels, about)));
  },
  read: (bytes) => {
    const loaded = orThrow(loadCalibrator(JSON.parse(bytes.toString())));
    const asked = [-100, ...margins, -0.1, 0.3333333333333333, 2.2, 100];
    return { probabilities: asked.map((margin) => [margin, loaded.probability(margin)]) };
  },
  future: (bytes) => withVersion(bytes, 2),
  refusal: "ASSAY_SCORE_UNREADABLE",
};

export const modelFormats: readonly Format[] = [scorecard, forest, calibrator];
