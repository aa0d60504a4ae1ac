// A seeded portfolio for the tests of this room: what `datasets` writes, small.

import { join } from "node:path";
import { missingCode, seededRandom } from "../base/index.ts";
import { type TableColumn, writeTable } from "../storage/index.ts";
import type { RunDataset, RunSpecification } from "./specification.ts";

const portfolioColumns = ["applicant.lateCount", "applicant.utilisation", "applicant.paidShare"] as const;

/** Writes two Parquet files of 1,500 borrowers each: risk grows with lateness and utilisation, and where history is absent. */
export async function writePortfolio(folder: string): Promise<{ dataset: RunDataset; files: string[] }> {
  const written = [
    await writeTable(join(folder, "part-0.parquet"), borrowers("training/portfolio/0", 1_500)),
    await writeTable(join(folder, "part-1.parquet"), borrowers("training/portfolio/1", 1_500)),
  ];
  const files = written.map((table) => table.path);
  const hashes = written.map((table) => table.sha256);
  return { files, dataset: { manifest: "a".repeat(64), files: hashes, knownUntil: "2005-11-01T00:00:00Z" } };
}

function borrowers(seed: string, rows: number): TableColumn[] {
  const random = seededRandom(seed);
  const drawn = Array.from({ length: rows }, (_, row) => {
    const late = random.integer(4) * random.integer(2);
    const kind = [0, 0, 0, 0, 0, 0, 0, 0, missingCode("no history"), missingCode("not applicable")][
      random.integer(10)
    ]!;
    const utilisation = kind === 0 ? random.next() : Number.NaN;
    const paid = random.next();
    const risk = -1.8 + 0.7 * late + (kind === 0 ? 1.5 * utilisation : kind === 1 ? 1.6 : 0.2) - 1.2 * paid;
    const label = random.next() < 1 / (1 + Math.exp(-risk)) ? 1 : 0;
    return { late, kind, utilisation, paid, label, split: ["train", "train", "train", "validation", "test"][row % 5]! };
  });
  const zeros = new Uint8Array(rows);
  return [
    { name: "decision_id", type: "varchar", values: drawn.map((_, row) => `${seed}/${row}`) },
    { name: "applicant.lateCount", type: "double", values: Float64Array.from(drawn, (each) => each.late) },
    { name: "applicant.lateCount__missing", type: "utinyint", values: zeros },
    { name: "applicant.utilisation", type: "double", values: Float64Array.from(drawn, (each) => each.utilisation) },
    { name: "applicant.utilisation__missing", type: "utinyint", values: Uint8Array.from(drawn, (each) => each.kind) },
    { name: "applicant.paidShare", type: "double", values: Float64Array.from(drawn, (each) => each.paid) },
    { name: "applicant.paidShare__missing", type: "utinyint", values: zeros },
    { name: "label", type: "utinyint", values: Uint8Array.from(drawn, (each) => each.label) },
    { name: "split", type: "varchar", values: drawn.map((each) => each.split) },
  ];
}

export const smallScorecard: RunSpecification["family"] = { kind: "scorecard", bins: 5, l2: 1 };
export const smallForest = {
  kind: "xgboost",
  depth: 3,
  trees: 40,
  learningRate: 0.15,
  monotone: true,
  minChildWeight: 5,
  subsample: 0.8,
  colsample: 1,
} as const;

export function portfolioRun(dataset: RunDataset, family: RunSpecification["family"]): RunSpecification {
  return {
    format: "assay.run",
    version: 1,
    model: `small-${family.kind}`,
    family,
    columns: portfolioColumns,
    monotone: { "applicant.lateCount": 1, "applicant.utilisation": 1, "applicant.paidShare": -1 },
    dataset,
    seed: 7,
    flipLabels: false,
  };
}
