// What a season has to tell, as lines for people.

import type { DatasetManifest } from "../datasets/index.ts";
import type { EvaluationDocument } from "../evaluate/index.ts";
import { table, thousands } from "./terminal.ts";

export function datasetLines({
  rows,
  spineRows,
  positives,
  columns,
  dropped,
  split,
  label,
}: DatasetManifest): string[] {
  const left = Object.entries(dropped).map(([reason, count]) => `${thousands(count)} ${reason}`);
  const leftOut = left.length === 0 ? "" : ` (left out: ${left.join(", ")})`;
  const parts = Object.entries(split.rows).map(([name, count]) => `${name} ${thousands(count)}`);
  return [
    `${thousands(rows)} of ${thousands(spineRows)} rows have an outcome known by ${label.cutOff.slice(0, 10)}${leftOut}.`,
    `${columns.length} columns, ${((100 * positives) / rows).toFixed(1)} % bad; ${parts.join(", ")}.`,
  ];
}

/** The comparison as a table; the second AUC is that among the borrowers called `within`. */
export function modelLines({ models }: EvaluationDocument, within: string): string[] {
  const header = ["model", "role", "AUC", "95 %", within, "KS", "Brier", "log loss", "slope", "fit s", "µs/row"];
  const rows = models.map((model) => [
    model.name,
    model.role,
    digits(model.auc.value, 4),
    `${digits(model.auc.low, 3)}–${digits(model.auc.high, 3)}`,
    digits(model.aucWithin.value, 4),
    digits(model.ks.value, 3),
    digits(model.brier.value, 4),
    digits(model.logLoss.value, 4),
    digits(model.calibrationSlope.value, 2),
    model.trainSeconds.toFixed(1),
    digits(model.scoreMicros.value, 1),
  ]);
  return table(header, rows);
}

function digits(value: number | null, places: number): string {
  return value === null ? "—" : value.toFixed(places);
}
