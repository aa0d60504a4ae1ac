// The pinned rows that reasons are measured against: people just on the passing side of the cut-off (Reg B commentary
// 9(b)(2)-5, the first of its two methods). They must pass, and by more than rounding: then whoever fails the score has at
// least one group that raised the risk, and a decline without a reason cannot happen.

import { z } from "zod";
import { missingKinds, PRESENT, type Problem } from "../base/index.ts";
import type { Calibrator, Row } from "../score/index.ts";
import type { BundleDocument } from "./bundle-document.ts";
import { problems } from "./errors.ts";
import { fetchVerified, type LoadedModel, type Objects, parsedOrNull } from "./loaded-model.ts";
import { approvalCutoff } from "./rules.ts";

/** Log odds. A contribution must exceed it to count as having raised the risk: below lies rounding. */
export const LEAST_CONTRIBUTION = 1e-9;

const THING = "the baseline";
const kind = z.number().int().min(PRESENT).max(missingKinds.length);
const shape = z.object({
  format: z.literal("assay.baseline"),
  version: z.literal(1),
  model: z.string(),
  output: z.string(),
  cutoff: z.number(),
  columns: z.array(z.string()),
  rows: z.array(z.array(z.number().nullable())).min(1).max(100_000),
  kinds: z.array(z.array(kind)),
});
type Document = z.infer<typeof shape>;

export function loadBaseline(
  document: BundleDocument,
  champion: LoadedModel,
  players: number,
  objects: Objects,
): Row[] | { readonly problems: Problem[] } {
  const bytes = fetchVerified(THING, document.baseline.hash, objects);
  if (Array.isArray(bytes)) return { problems: bytes };
  const read = shape.safeParse(parsedOrNull(bytes));
  if (!read.success) return refused(`it cannot be read: ${read.error.issues[0]!.message}`);
  const mismatch = mismatchOf(read.data, document, champion);
  if (mismatch !== undefined) return refused(mismatch);
  const rows = read.data.rows.map((values, i) => ({
    values: Float64Array.from(values, (value) => value ?? Number.NaN),
    kinds: Uint8Array.from(read.data.kinds[i]!),
  }));
  const failing = failingSide(rows, document.baseline.cutoff, champion, players);
  return failing === undefined ? rows : refused(failing);
}

function refused(why: string): { readonly problems: Problem[] } {
  return { problems: [problems.BASELINE(THING, { why })] };
}

function mismatchOf(baseline: Document, document: BundleDocument, champion: LoadedModel): string | undefined {
  const cutoff = approvalCutoff(document.policy);
  if (baseline.cutoff !== document.baseline.cutoff || baseline.cutoff !== cutoff) {
    return `its cut-off is ${baseline.cutoff}, the bundle's ${document.baseline.cutoff}, and the policy approves below ${cutoff}`;
  }
  if (baseline.model !== champion.name || baseline.output !== champion.output) {
    return `it was drawn for ${baseline.model}.${baseline.output}, and the bundle explains ${champion.name}.${champion.output}`;
  }
  const width = champion.columns.length;
  if (baseline.columns.length !== width || baseline.columns.some((name, i) => name !== champion.columns[i])) {
    return "its columns are not those of the model, in order";
  }
  if (baseline.kinds.length !== baseline.rows.length) return "it has not as many rows of missing kinds as of values";
  const odd = baseline.rows.findIndex((row, i) => !wellFormed(row, baseline.kinds[i]!, width));
  return odd < 0 ? undefined : `its row ${odd} does not have one value, or one missing kind, for each column`;
}

function wellFormed(row: readonly (number | null)[], kinds: readonly number[], width: number): boolean {
  if (row.length !== width || kinds.length !== width) return false;
  return row.every((value, i) => (value === null) === (kinds[i] !== PRESENT));
}

function failingSide(rows: readonly Row[], cutoff: number, champion: LoadedModel, players: number): string | undefined {
  const margins = rows.map((row) => champion.scorer.margin(row));
  const failing = margins.findIndex((margin) => champion.calibrator.probability(margin) >= cutoff);
  if (failing >= 0) return `its row ${failing} does not pass the cut-off ${cutoff}`;
  const mean = margins.reduce((sum, margin) => sum + margin, 0) / margins.length;
  const rounding = 2 * champion.scorer.sumBound + players * LEAST_CONTRIBUTION;
  const gap = leastFailingMargin(champion.calibrator, cutoff) - mean;
  return gap > rounding ? undefined : `its rows pass by ${gap} log odds on average, within rounding (${rounding})`;
}

const FARTHEST_MARGIN = 1_000;

/** The lowest margin that fails, by bisection on a function that never falls; Infinity where none does. */
function leastFailingMargin(calibrator: Calibrator, cutoff: number): number {
  let passes = -FARTHEST_MARGIN;
  let fails = FARTHEST_MARGIN;
  if (calibrator.probability(fails) < cutoff) return Number.POSITIVE_INFINITY;
  for (let middle = 0; middle > passes && middle < fails; middle = (passes + fails) / 2) {
    if (calibrator.probability(middle) >= cutoff) fails = middle;
    else passes = middle;
  }
  return fails;
}
