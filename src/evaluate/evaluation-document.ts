// The two pieces of evidence that a bundle carries by hash: how well its models do, and how its decisions fall on groups.
// Plain data, so that a page, a validator and a later release read the same numbers.

import type { Problem } from "../base/index.ts";
import type { GainsRow, ScoreBand } from "./bands.ts";
import type { ReliabilityRow } from "./calibration.ts";
import type { PairedDifference } from "./discrimination.ts";
import { problems } from "./errors.ts";
import type { Estimate } from "./estimate.ts";
import type { CutoffFairnessRow, FairnessRow } from "./fairness.ts";
import type { ModelRow } from "./model-table.ts";

/** A model on the test rows, beside what it cost. */
export interface ComparedModel extends ModelRow {
  readonly family: string;
  readonly role: "champion" | "shadow" | "candidate" | "reference";
  readonly trainSeconds: number;
  /** Microseconds to score one row, median over the test rows. */
  readonly scoreMicros: Estimate;
  readonly validationAuc: Estimate;
}

export interface CutoffRow {
  /** Probability of bad below which the line would be granted. */
  readonly cutoff: number;
  readonly approvedShare: number;
  /** Among those approved. */
  readonly badRate: Estimate;
}

/** `assay.evaluation` version 1. All numbers are on the test rows unless said. */
export interface EvaluationDocument {
  readonly format: "assay.evaluation";
  readonly version: 1;
  readonly dataset: string;
  readonly labelCutOff: string;
  readonly seed: string;
  readonly rows: { readonly train: number; readonly validation: number; readonly test: number };
  /** Simplest first, the reference last. */
  readonly models: readonly ComparedModel[];
  readonly choice: {
    readonly chosen: string;
    readonly runnerUp: string | null;
    readonly rule: string;
    readonly sentence: string;
  };
  /** Chosen minus reference, and whether it lies within the larger of .003 and one paired standard error. */
  readonly againstReference: PairedDifference & { readonly within: boolean };
  /** The same model fitted on flipped outcomes: the gate must refuse it. */
  readonly control: { readonly auc: Estimate; readonly refused: boolean; readonly sentence: string };
  readonly champion: {
    readonly reliability: readonly ReliabilityRow[];
    readonly gains: readonly GainsRow[];
    readonly bands: readonly ScoreBand[];
    readonly cutoffs: readonly CutoffRow[];
  };
}

/** `assay.fairness` version 1: the bundle's decisions on test people, by group; attributes were read as totals only. */
export interface FairnessDocument {
  readonly format: "assay.fairness";
  readonly version: 1;
  /** How many people the decisions are about. */
  readonly people: number;
  /** Who they are, in words that follow their number: `test people whose outcome was known by 2024-06-01`. */
  readonly drawnOn: string;
  readonly minimumCell: number;
  /** What was declared before anything was computed. */
  readonly declared: readonly { readonly attribute: string; readonly reference: string; readonly basis: string }[];
  readonly rows: readonly (FairnessRow & { readonly attribute: string })[];
  readonly cutoffs: readonly (CutoffFairnessRow & { readonly attribute: string })[];
  readonly notes: readonly string[];
}

/** A kept evaluation, or what keeps this release from reading it. */
export function readEvaluation(document: unknown): EvaluationDocument | Problem[] {
  return ofVersion1<EvaluationDocument>(document, "assay.evaluation");
}

/** A kept fairness document, or what keeps this release from reading it. */
export function readFairness(document: unknown): FairnessDocument | Problem[] {
  return ofVersion1<FairnessDocument>(document, "assay.fairness");
}

function ofVersion1<T>(document: unknown, format: string): T | Problem[] {
  const found = (document ?? {}) as { readonly format?: unknown; readonly version?: unknown };
  if (found.format === format && found.version === 1) return document as T;
  const version = `${String(found.version)} of "${String(found.format)}"`;
  return [problems.UNKNOWN_VERSION(`the document read as ${format}`, { version })];
}
