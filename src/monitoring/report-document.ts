// A report: what a span of served decisions looked like beside the profile of the bundle that made them. Plain data, kept by
// hash; the page, the command, alerts, triggers and guardrails all read this and nothing else.

import type { Hash } from "../base/index.ts";
import type { ParityReport } from "../datasets/index.ts";
import type { Estimate } from "../evaluate/index.ts";

/** What has changed, each told as itself. */
export type FindingKind =
  /** A value's distribution moved, nothing more particular being the matter. */
  | "drift"
  | "missing"
  | "unseenCategory"
  | "vanishedCategory"
  /** All values of a field multiplied by the same. */
  | "brokenUnit"
  /** Part of the values multiplied, or outside all that was seen before. */
  | "outOfRange"
  | "lateFeed"
  | "staleFeed"
  /** Many values moved together within what each was seen to be. */
  | "shiftedPopulation"
  | "scoreShift"
  | "dispositions"
  | "reasonMix"
  | "calibration"
  | "discrimination"
  | "fairness"
  | "shadow"
  | "latency"
  /** Served values that history no longer gives. */
  | "parity";

export type Severity = "notice" | "warning" | "critical";

export interface Finding {
  /** Same thing, same key, in every report: what hysteresis counts by. */
  readonly key: string;
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly subject: {
    /** `applicant.owedNow`, `pd.deep.pd`, `statement.billed`, … */
    readonly name: string;
    readonly source?: string;
    readonly event?: string;
    readonly field?: string;
    /** Position in the log of the first event that shows it. */
    readonly firstPosition?: number;
    /** `role.feature` of the features that read the field. */
    readonly features?: readonly string[];
  };
  readonly effect: { readonly measure: string; readonly value: number };
  /** What chance alone would give at these sizes, and how that is known. */
  readonly bound: { readonly value: number; readonly method: string };
  /** After the correction for having looked at many things; null where no test stands behind the finding. */
  readonly adjustedP: number | null;
  readonly sentence: string;
  readonly wayOut: string;
}

/** `small`: beyond chance, but of a size that credit practice calls stable. `tooFew`: these rows could not tell. */
export type DriftVerdict = "stable" | "small" | "drifted" | "tooFew";

/** One value against its profile. */
export interface ValueDrift {
  readonly name: string;
  readonly verdict: DriftVerdict;
  readonly nReference: number;
  readonly nCurrent: number;
  /** Deciles of the reference and one cell per missing kind: the credit convention (PSI of a score, CSI of a characteristic). */
  readonly psi: number;
  /** 95th percentile of the PSI without drift at these sizes. */
  readonly psiCritical: number;
  /** Evidently's convention: equal-width bins over both sides pooled. null where it does not exist. */
  readonly psiEvidently: number | null;
  /** Distance, base 2, over the cells of `psi`. */
  readonly jensenShannon: number;
  /** In units of the reference's standard deviation; null where that is 0 or a side has no present value. */
  readonly wasserstein: number | null;
  readonly ks: number | null;
  readonly p: number;
  readonly adjustedP: number;
  readonly missing: {
    readonly reference: number;
    readonly current: number;
    /** Missing kind → shares of rows. */
    readonly byKind: { readonly [kind: string]: { readonly reference: number; readonly current: number } };
  };
  /** Share of present values below the least or above the most that the profile saw. */
  readonly outOfRange: number;
  readonly means: { readonly reference: number | null; readonly current: number | null };
  /** The cells of `psi`, for pictures: upper edge (null for the last) or missing kind, and shares. */
  readonly cells: readonly { readonly cell: string; readonly reference: number; readonly current: number }[];
}

/** Counts by name against the profile's: dispositions, reasons. */
export interface CountDrift {
  readonly psi: number;
  readonly psiCritical: number;
  readonly p: number;
  readonly cells: readonly { readonly cell: string; readonly reference: number; readonly current: number }[];
}

/** A share of the current rows, with its interval, beside the profile's. */
export interface RateDrift {
  readonly name: string;
  readonly reference: number;
  readonly current: Estimate;
}

export interface FieldDrift extends ValueDrift {
  readonly source: string;
  readonly event: string;
  readonly field: string;
  readonly unseen: readonly string[];
  readonly vanished: readonly string[];
  readonly firstPosition: number | null;
}

export interface FeedState {
  readonly source: string;
  readonly event: string;
  readonly events: number;
  readonly delayMicros: number;
  /** Share of events known later than declared. */
  readonly lateShare: Estimate;
  readonly lateShareReference: number;
  readonly lateness95thMicros: number | null;
  /** ISO 8601; null where nothing came. */
  readonly newestKnownAt: string | null;
  /** From the newest event to the report's moment. */
  readonly ageMicros: number | null;
  readonly longestGapMicros: number;
  readonly verdict: "onTime" | "late" | "stale" | "tooFew";
}

export interface FeedReport {
  /** Positions of the log that were looked at, half open. */
  readonly positions: { readonly from: number; readonly to: number };
  readonly feeds: readonly FeedState[];
  readonly fields: readonly FieldDrift[];
}

export interface ShadowReport {
  readonly model: string;
  readonly decisions: number;
  /** Champion's disposition → shadow's → decisions. */
  readonly flips: { readonly [champion: string]: { readonly [shadow: string]: number } };
  readonly flipped: Estimate;
  /** Of those adverse under both: the same first reason. */
  readonly firstReasonAgrees: Estimate;
  /** Shadow minus champion, calibrated. */
  readonly meanDifference: number;
}

export interface VintageRow {
  /** Month of the decision, `2005-10`. */
  readonly vintage: string;
  readonly decisions: number;
  /** With an outcome that is known. */
  readonly matured: number;
  readonly maturity: number;
  readonly badRate: Estimate;
  readonly auc: Estimate;
  readonly ks: Estimate;
  readonly expectedOverObserved: Estimate;
}

export interface OutcomeReport {
  /** Outcomes known later do not exist in the report. */
  readonly labelCutOff: string;
  readonly matured: number;
  /** Label status → decisions: good, bad, immature, notObserved, censored, indeterminate; excluded where there are any. */
  readonly statuses: { readonly [status: string]: number };
  readonly vintages: readonly VintageRow[];
  readonly calibration: {
    readonly slope: Estimate;
    readonly intercept: Estimate;
    readonly expectedOverObserved: Estimate;
  };
  readonly bands: readonly {
    readonly from: number | null;
    readonly to: number | null;
    readonly decisions: number;
    readonly matured: number;
    readonly expected: number | null;
    readonly observed: Estimate;
  }[];
  readonly auc: Estimate;
  readonly ks: Estimate;
  /** Of whom outcomes are known: where the declined show none, the numbers above are about the others. */
  readonly dispositions: readonly {
    readonly disposition: string;
    readonly decisions: number;
    readonly matured: number;
    readonly badRate: Estimate;
  }[];
  readonly notes: readonly string[];
}

export interface FairnessReport {
  readonly rows: readonly {
    readonly attribute: string;
    readonly group: string;
    readonly reference: string;
    readonly favourable: string;
    readonly air: number | null;
    readonly low: number | null;
    readonly high: number | null;
    readonly n: number;
  }[];
  readonly notes: readonly string[];
}

export interface LatencyReport {
  readonly decisions: number;
  /** Of read, kernel and decide together, in the decider. */
  readonly p50Micros: number | null;
  readonly p99Micros: number | null;
}

/** `assay.monitor` version 1. */
/** One look at a share of the latest decisions, computed again from table files. */
export interface ParityRound extends ParityReport {
  readonly snapshot: Hash;
  /** ISO 8601. */
  readonly drawnAt: string;
  readonly share: number;
  readonly decisions: number;
  /** Decisions that read history beyond the snapshot: nothing can be said of them yet. */
  readonly waiting: number;
}

export interface MonitorReport {
  readonly format: "assay.monitor";
  readonly version: 1;
  readonly bundle: Hash;
  readonly profile: Hash;
  /** When the report was drawn, by the clock that decisions are made by. */
  readonly drawnAt: string;
  /** Which decisions: by their order of keeping, half open, and what else narrowed them. */
  readonly span: { readonly fromKept: number; readonly toKept: number; readonly sample: string | null };
  readonly decisions: number;
  /** Chance of any alarm in a report where nothing has changed, as promised. */
  readonly falseAlarmRate: number;
  readonly features: readonly ValueDrift[];
  readonly outputs: readonly ValueDrift[];
  readonly dispositions: CountDrift | null;
  readonly reasons: CountDrift | null;
  readonly rates: readonly RateDrift[];
  readonly shadow: ShadowReport | null;
  readonly latency: LatencyReport;
  readonly feeds: FeedReport | null;
  readonly outcomes: OutcomeReport | null;
  readonly fairness: FairnessReport | null;
  /** Absent where no share of decisions is computed again. */
  readonly parity?: ParityRound;
  readonly findings: readonly Finding[];
  readonly verdict: "quiet" | "findings" | "tooFew";
}
