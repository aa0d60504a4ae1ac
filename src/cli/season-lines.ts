// What a season has to tell, as lines for people.

import type { BuiltSequences, DatasetManifest } from "../datasets/index.ts";
import type { Estimate, EvaluationDocument, FairnessDocument } from "../evaluate/index.ts";
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

export function sequencesLines({ manifest, found }: BuiltSequences & { readonly found: boolean }): string[] {
  const { sequence, rows, tokens, columns, split } = manifest;
  const { train, validation, test } = split.rows;
  const parts = [`train ${thousands(train)}`, `validation ${thousands(validation)}`, `test ${thousands(test)}`];
  return [
    `${thousands(tokens)} events of ${sequence.kinds.join(" and ")} with ${columns.length} columns, at most ${sequence.length} a row.`,
    `${thousands(rows)} rows; ${parts.join(", ")}.${found ? " Found: it was built before." : ""}`,
  ];
}

/** The comparison as two tables, values beside their 95 % limits; the second AUC is that among the borrowers called `within`. */
export function modelLines({ models }: EvaluationDocument, within: string): string[] {
  const ranking = models.map((model) => [
    model.name,
    model.role,
    ...limited(model.auc, 4),
    ...limited(model.aucWithin, 4),
    ...limited(model.ks, 3),
    model.trainSeconds.toFixed(1),
    digits(model.scoreMicros.value, 1),
  ]);
  const probabilities = models.map((model) => [
    model.name,
    ...limited(model.brier, 4),
    ...limited(model.logLoss, 4),
    ...limited(model.calibrationSlope, 2),
  ]);
  return [
    ...table(["model", "role", "AUC", LIMITS, within, LIMITS, "KS", LIMITS, "fit s", "µs/row"], ranking),
    "  (fit s is one measurement of training time; µs/row is the median of several)",
    ...table(["model", "Brier", LIMITS, "log loss", LIMITS, "slope", LIMITS], probabilities),
  ];
}

/** Whom the fairness evidence is about, for a reader who would take them for everybody. */
export function fairnessLine({ people, drawnOn }: FairnessDocument): string {
  return `Fairness is counted on the ${thousands(people)} ${drawnOn}.`;
}

const LIMITS = "95 %";

function limited({ value, low, high }: Estimate, places: number): [string, string] {
  return [digits(value, places), low === null ? "—" : `${digits(low, places)}–${digits(high, places)}`];
}

function digits(value: number | null, places: number): string {
  return value === null ? "—" : value.toFixed(places);
}
