// Who meets a challenger that decides for a share of applicants. A person's arm is a function of the rollout's salt and their
// id alone: nothing is stored, every service says the same, and whoever comes again meets the same bundle. The control is as
// large as the canary and meets it at the same time, so that comparing the two compares bundles and not weeks.

import { createHash } from "node:crypto";
import type { Rollout } from "../registry/index.ts";

/** `control` is decided by the champion, as most are; it is what the canary is held against. */
export type Arm = "champion" | "control" | "canary";

/** What of a rollout tells a person's arm. */
export type Shares = Pick<Rollout, "stage" | "shareBasisPoints" | "salt">;

export interface Assignment {
  readonly arm: Arm;
  /** Chance of this arm, over salts. */
  readonly propensity: number;
  /** null where no rollout is under way. */
  readonly salt: string | null;
}

const BASIS_POINTS = 10_000;

/**
 * 2^32 is no multiple of 10,000: the first 7,296 buckets are larger by one value in 429,496, which makes a share wrong by
 * less than a millionth of itself. Where the share grows, who is in the canary stays there; some of the control join them.
 */
export function armOf(rollout: Shares, key: string): Arm {
  const bucket = createHash("sha256").update(`${rollout.salt}\n${key}`).digest().readUInt32BE(0) % BASIS_POINTS;
  const share = canaryShare(rollout);
  if (bucket < share) return "canary";
  return bucket < 2 * share ? "control" : "champion";
}

export function assignmentOf(rollout: Shares | null, key: string): Assignment {
  if (rollout === null) return { arm: "champion", propensity: 1, salt: null };
  const arm = armOf(rollout, key);
  const share = canaryShare(rollout);
  const propensity = (arm === "champion" ? BASIS_POINTS - 2 * share : share) / BASIS_POINTS;
  return { arm, propensity, salt: rollout.salt };
}

/**
 * Of a request in the canary that the challenger failed. The champion decided it, so it is no canary; and it is no control,
 * which nobody chose by what a bundle can do. The champion's arm has it, as it would have it from any salt but one that
 * makes it a control: hence the propensity. Failures are counted beside the records.
 */
export function standIn(rollout: Shares): Assignment {
  const propensity = (BASIS_POINTS - canaryShare(rollout)) / BASIS_POINTS;
  return { arm: "champion", propensity, salt: rollout.salt };
}

function canaryShare({ stage, shareBasisPoints }: Shares): number {
  return stage === "canary" ? shareBasisPoints : 0;
}
