// A challenger on its way in: one at a time it looks on (shadow) or decides for a share of applicants (canary) beside the
// bundle in force. Services follow it as they follow releases. A release or a roll-back ends it in the same transaction.

import type { Hash } from "../base/index.ts";

export interface Rollout {
  /** Of the loop, or of whoever began it. */
  readonly id: string;
  readonly stage: "shadow" | "canary";
  readonly bundle: Hash;
  /** Ten-thousandths of applicants that the challenger decides for, and as many for the control; 0 in shadow. */
  readonly shareBasisPoints: number;
  /** Of the assignment; another rollout assigns anew. */
  readonly salt: string;
  /** Names of the guardrails that watch it; a canary without is refused. */
  readonly guardrails: readonly string[];
}

export interface Rollouts {
  /**
   * Begins, or changes the stage of the rollout with this id. Throws ASSAY_REGISTRY_ROLLOUT_UNDER_WAY where another is,
   * UNGUARDED for a canary without guardrails, SHARE for more than 5,000 basis points, UNKNOWN_BUNDLE.
   */
  setRollout(rollout: Rollout): Promise<void>;
  /** Ends it; one that is not under way is left alone. */
  endRollout(id: string): Promise<void>;
  rollout(): Promise<Rollout | null>;
}
