// The one door to a fitted model: bytes in, a scorer or named problems out.

import { invariant, type Problem } from "../base/index.ts";
import type { Group, ModelFormat, Row, Scorer } from "./artefacts.ts";
import { problems } from "./errors.ts";
import { forestMargin, forestSumBound } from "./forest.ts";
import { forestExplainer } from "./forest-explainer.ts";
import { loadScorecard } from "./scorecard.ts";
import { readForest } from "./xgboost-document.ts";

/**
 * A scorer from an artefact's bytes. `columns` are the names the artefact was fitted on, in order; rows have as many
 * values, NaN where missing. The margin is the log odds of bad.
 *
 *     const scorer = loadScorer("xgboost-json", bytes, ["applicant.lateCount180d", "applicant.paidShare90d"]);
 *     if (!Array.isArray(scorer)) scorer.margin({ values: Float64Array.of(2, 0.4), kinds: Uint8Array.of(0, 0) });
 */
export function loadScorer(format: ModelFormat, bytes: Uint8Array, columns: readonly string[]): Scorer | Problem[] {
  const repeated = columns.filter((column, i) => columns.indexOf(column) < i);
  if (repeated.length > 0) return repeated.map((column) => problems.REPEATED_COLUMN(`column ${column}`, {}));
  const scorer = format === "assay.scorecard" ? loadScorecard(bytes, columns) : loadForest(bytes, columns);
  return Array.isArray(scorer) ? scorer : { ...scorer, explainer: guarded(scorer) };
}

function loadForest(bytes: Uint8Array, columns: readonly string[]): Scorer | Problem[] {
  const forest = readForest(bytes, columns);
  if (Array.isArray(forest)) return forest;
  return {
    format: "xgboost-json",
    columns,
    sumBound: forestSumBound(forest),
    margin: (row) => forestMargin(forest, row.values),
    explainer: (groups, baseline) => forestExplainer(forest, columns.length, groups, baseline),
  };
}

// Groups come from a reason library that its loader has checked against the columns: a slip here is ours.
function guarded(scorer: Scorer): Scorer["explainer"] {
  return (groups: readonly Group[], baseline: readonly Row[]) => {
    const members = groups.flatMap((group) => group.columns).sort((a, b) => a - b);
    const complete = members.length === scorer.columns.length && members.every((column, i) => column === i);
    invariant(complete, "every column lies in exactly one group");
    invariant(baseline.length > 0, "a baseline has rows");
    return scorer.explainer(groups, baseline);
  };
}
