import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AssayError, invariant, seededRandom } from "../src/base/index.ts";
import { loadScorer, type Row, type Scorer } from "../src/score/index.ts";
import { type Bench, callMicros, type Figure, quantile, type Result, type Size } from "./bench.ts";
import { columnNames, randomForest } from "./random-forest.ts";

const plan = {
  tiny: { trees: 8, depth: 3, columns: 15, baseline: 6, rows: 40, explained: 10 },
  small: { trees: 300, depth: 6, columns: 60, baseline: 200, rows: 4_000, explained: 400 },
};
const COLUMNS_PER_GROUP = 5;

const python = fileURLToPath(new URL("../.venv/bin/python", import.meta.url));
const peerScript = fileURLToPath(new URL("./xgboost-peer.py", import.meta.url));

/** Scoring one row at a time, as a decision does, and its exact reasons. */
export const scoreBench: Bench = {
  name: "score",
  work: "full trees on one row; exact Shapley values of groups of 5 columns against baseline rows; XGBoost beside it",
  async run(size: Size, seed: string): Promise<Result> {
    const sized = plan[size];
    const columns = columnNames(sized.columns);
    const bytes = randomForest(sized.trees, sized.depth, columns, seed);
    const scorer = loadScorer("xgboost-json", bytes, columns);
    if (Array.isArray(scorer)) throw new AssayError(scorer[0]!);
    const rows = randomRows(sized.rows, sized.columns, `${seed}/rows`);
    const margins = rows.map((row) => scorer.margin(row));
    const scoring = callMicros(sized.rows, (call) => scorer.margin(rows[call]!));
    const { figures, agreed } = explained(scorer, rows, sized, seed);
    const peer = existsSync(python) ? askXgboost(bytes, rows, sized.columns) : null;
    const equal = peer === null ? 0 : equalMargins(margins, peer.margins);
    const score: Figure = { what: "score one row, median", value: quantile(scoring, 0.5), unit: "µs" };
    const beside =
      peer === null ? score : { ...score, peer: { what: "XGBoost, one row a call", ...against(score, peer.single) } };
    const p99: Figure = { what: "score one row, p99", value: quantile(scoring, 0.99), unit: "µs" };
    const batch: Figure[] =
      peer === null ? [] : [{ what: "XGBoost, all rows in one call", value: peer.batch, unit: "µs a row" }];
    const notes = peer === null ? ["XGBoost was not asked: there is no .venv."] : [];
    return { figures: [beside, p99, ...batch, ...figures], agreed: agreed + equal, notes };
  },
};

function against({ value }: Figure, peer: number) {
  return { value: peer, ratio: value / peer };
}

function randomRows(count: number, columns: number, seed: string): Row[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => ({
    values: Float64Array.from({ length: columns }, () => (random.next() < 0.05 ? Number.NaN : random.next())),
    kinds: new Uint8Array(columns),
  }));
}

function explained(scorer: Scorer, rows: readonly Row[], sized: (typeof plan)["small"], seed: string) {
  const groups = Array.from({ length: sized.columns / COLUMNS_PER_GROUP }, (_, group) => ({
    name: `g${group}`,
    columns: Array.from({ length: COLUMNS_PER_GROUP }, (_, i) => group * COLUMNS_PER_GROUP + i),
  }));
  const baseline = randomRows(sized.baseline, sized.columns, `${seed}/baseline`);
  const began = performance.now();
  const explain = scorer.explainer(groups, baseline);
  const preparedMs = performance.now() - began;
  const mean = baseline.reduce((sum, row) => sum + scorer.margin(row), 0) / baseline.length;
  let agreed = 0;
  const micros = callMicros(sized.explained, (call) => {
    const row = rows[call % rows.length]!;
    const total = explain(row).reduce((sum, value) => sum + value, 0);
    const difference = Math.abs(total - (scorer.margin(row) - mean));
    invariant(difference <= 2 * scorer.sumBound, `the reasons of row ${call} sum to its margin`);
    agreed++;
  });
  const what = `score and exact reasons, ${sized.baseline} baseline rows`;
  return {
    agreed,
    figures: [
      { what: `${what}, median`, value: quantile(micros, 0.5), unit: "µs" },
      { what: `${what}, p99`, value: quantile(micros, 0.99), unit: "µs" },
      { what: "preparing the baseline, once a bundle", value: preparedMs, unit: "ms" },
    ],
  };
}

interface PeerAnswer {
  readonly single: number;
  readonly batch: number;
  readonly margins: readonly number[];
}

function askXgboost(model: Buffer, rows: readonly Row[], columns: number): PeerAnswer {
  const folder = mkdtempSync(join(tmpdir(), "assay-bench-"));
  try {
    writeFileSync(join(folder, "model.json"), model);
    writeFileSync(join(folder, "rows.f64"), Buffer.concat(rows.map(({ values }) => Buffer.from(values.buffer))));
    const env = { ...process.env, OMP_NUM_THREADS: "1", OMP_WAIT_POLICY: "PASSIVE" };
    const said = execFileSync(python, [peerScript, folder, String(columns)], { env, encoding: "utf8" });
    return JSON.parse(said) as PeerAnswer;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function equalMargins(ours: readonly number[], theirs: readonly number[]): number {
  const different = ours.findIndex((margin, row) => margin !== theirs[row]);
  invariant(different < 0, `the margin of row ${different} is ${ours[different]}, XGBoost's ${theirs[different]}`);
  return ours.length;
}
