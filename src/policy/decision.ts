// The decision part of a record: all that `decide` read and returned (architecture, "Record"). Plain JSON; its hash is
// what replay compares, so a field is added only with a new version.

import type { Hash, Missing } from "../base/index.ts";

export type Disposition = "approve" | "counterOffer" | "refer" | "decline" | "incomplete";

/** A present value, or what kind of nothing it is. Money and other request amounts are decimal strings in major units. */
export type RecordedValue = number | Missing;

export interface TracedRead {
  /** `applicant.statusNow`, `output:pd.pd` or `asked.increase`. */
  readonly operand: string;
  readonly value: RecordedValue | string;
}

export interface TracedRule {
  readonly rule: string;
  readonly kind: "knockOut" | "refer" | "bands";
  /** "fired": its condition held. "decided": the one that decided. "passed": it did not hold. "unknown": an operand was missing. */
  readonly verdict: "decided" | "fired" | "passed" | "unknown" | "notReached";
  readonly reads: readonly TracedRead[];
}

/** Which component failed (Reg B commentary 9(b)(2)-7). */
export type ReasonComponent = "rule" | "score" | "both" | "person" | "none";

export interface StatedReason {
  /** Name in the reason library. */
  readonly reason: string;
  readonly text: string;
  readonly component: "rule" | "score" | "person";
  /** Shapley value on the margin scale; positive raised the risk. null for rules and people. */
  readonly contribution: number | null;
  /** What the person's own values were: the features behind the reason. */
  readonly values: readonly { readonly feature: string; readonly value: RecordedValue }[];
}

export interface DecisionPart {
  readonly format: "assay.decision";
  readonly version: 1;
  readonly decisionId: string;
  /** ISO 8601 UTC, microseconds. */
  readonly t: string;
  readonly application: string;
  readonly kind: "prequalification" | "application" | "lineIncrease" | "accountReview";
  readonly stage: string;
  readonly product: string;
  readonly channel: string;
  readonly jurisdiction: { readonly name: string; readonly pack: Hash };
  readonly parties: readonly { readonly role: string; readonly entity: string }[];
  readonly asked: { readonly [field: string]: string };
  readonly offered: { readonly [term: string]: string } | null;
  readonly values: { readonly [column: string]: RecordedValue };
  readonly externalPulls: readonly never[];
  readonly fallbacks: readonly string[];
  readonly bundle: Hash;
  readonly baseline: Hash;
  readonly cutoff: number;
  readonly reasonLibrary: Hash;
  readonly outputs: readonly {
    readonly model: string;
    readonly output: string;
    readonly raw: number;
    readonly calibrated: number;
  }[];
  readonly trace: readonly TracedRule[];
  /** For adverse and referred outcomes; others on replay. */
  readonly contributions: readonly { readonly group: string; readonly contribution: number }[] | null;
  readonly disposition: Disposition;
  readonly adverse: boolean;
  readonly basis: ReasonComponent;
  readonly reasons: readonly StatedReason[];
  readonly decidedBy: "policy" | "person";
  readonly override: { readonly code: string; readonly person: string } | null;
  readonly supersedes: string | null;
  readonly scoreDisclosed: null;
  readonly overlay: null;
}

/** The request as it stands when `decide` is called. */
export interface DecideInput {
  readonly decisionId: string;
  readonly t: number;
  readonly application: string;
  readonly kind: DecisionPart["kind"];
  readonly stage: string;
  readonly product: string;
  readonly channel: string;
  readonly parties: readonly { readonly role: string; readonly entity: string }[];
  /** Request fields in stored units (scaled integers). */
  readonly asked: { readonly [field: string]: number };
  /** Role → values of the feature set bound to it, in the set's column order. */
  readonly values: {
    readonly [role: string]: { readonly numbers: Float64Array; readonly kinds: Uint8Array };
  };
}
