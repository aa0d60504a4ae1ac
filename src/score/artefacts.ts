// The fitted artefacts `score` reads, as bytes with a hash, and what it makes of them. Numbers used for calibration,
// selection, evaluation and decisions are these, never the fitting library's (contract 9).

/** `assay.scorecard` version 1: margin (log odds of bad) = intercept + one term per characteristic. */
export interface ScorecardDocument {
  readonly format: "assay.scorecard";
  readonly version: 1;
  readonly intercept: number;
  readonly characteristics: readonly {
    /** `role.feature`. */
    readonly column: string;
    /** Ascending; a value takes the first bin with `value < below`; the last has `below: null`. */
    readonly bins: readonly { readonly below: number | null; readonly term: number; readonly rows: number }[];
    /** Term of a missing value, and by kind where the fit saw enough rows of that kind. */
    readonly missing: { readonly term: number; readonly byKind: { readonly [kind: string]: number } };
  }[];
}

/** `assay.calibrator` version 1: probability of bad from margin; linear between the points, flat outside them. */
export interface CalibratorDocument {
  readonly format: "assay.calibrator";
  readonly version: 1;
  readonly method: "isotonic";
  /** Strictly ascending margins and non-decreasing probabilities. */
  readonly margins: readonly number[];
  readonly probabilities: readonly number[];
  readonly fittedOn: {
    readonly rows: number;
    readonly dataset: string;
    readonly knownUntil: string;
    /** Whom it saw: a part of the dataset's split, which falls by entity. Absent in those written before it was kept. */
    readonly split?: { readonly seed: string; readonly part: "train" | "validation" | "test" };
  };
}

/** `assay.baseline` version 1: the rows that reasons are measured against, all on the passing side of the cut-off. */
export interface BaselineDocument {
  readonly format: "assay.baseline";
  readonly version: 1;
  readonly model: string;
  readonly output: string;
  readonly cutoff: number;
  readonly columns: readonly string[];
  /** Row-major; `null` is a missing value. */
  readonly rows: readonly (readonly (number | null)[])[];
  readonly kinds: readonly (readonly number[])[];
}

export type ModelFormat = "xgboost-json" | "assay.scorecard";

/** One row of model inputs: values (NaN where missing) and missing codes, in the order of `columns`. */
export interface Row {
  readonly values: Float64Array;
  readonly kinds: Uint8Array;
}

/** A player: the named columns that carry one reason. Indices are into the model's `columns`. */
export interface Group {
  readonly name: string;
  readonly columns: readonly number[];
}

export interface Scorer {
  readonly format: ModelFormat;
  readonly columns: readonly string[];
  /** Log odds of bad. Bit-equal on every machine. */
  margin(row: Row): number;
  /** How far `margin` can lie from the real sum of the terms it adds up, for any row (float32 sums for XGBoost). */
  readonly sumBound: number;
  /**
   * Exact Shapley values of the groups as players, on the margin scale, against the baseline rows: the mean over the rows
   * of the game "columns of a coalition from `row`, the others from the baseline row". Every column that the model uses
   * must lie in exactly one group. Sums to `margin(row) - mean baseline margin` up to `2 * sumBound`, because the game is
   * over the real sum of the terms.
   */
  explainer(groups: readonly Group[], baseline: readonly Row[]): (row: Row) => Float64Array;
}

export interface Calibrator {
  probability(margin: number): number;
}
