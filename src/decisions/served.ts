// Decisions as monitoring and guardrails read them: whole records of a span in the order they were kept, with what shadows
// made of them beside.

import type { StoredDecision } from "./record-store.ts";

export interface ServedSpan {
  /** Half open in the order of keeping; everything by default. */
  readonly fromKept?: number;
  readonly toKept?: number;
  /** Of this bundle only. */
  readonly bundle?: string;
  /** `champion`, `control`, `canary`. */
  readonly arm?: string;
}

export interface ServedDecision extends StoredDecision {
  /** Its number in the order of keeping. */
  readonly kept: number;
  readonly shadows: readonly ShadowOpinion[];
}

/** What a model or bundle that only looked on made of the same request. */
export interface ShadowOpinion {
  readonly bundle: string;
  readonly model: string;
  readonly raw: number;
  readonly calibrated: number;
  /** Where a whole bundle looked on; null for a model beside the champion. */
  readonly disposition: string | null;
  readonly firstReason: string | null;
}

/** Counts that no record holds: requests that a bundle took and failed. */
export interface BundleFailures {
  readonly bundle: string;
  readonly arm: string;
  readonly failures: number;
}
