// What somebody who only looked on would have decided, beside what was decided: who would flip, and whether both say why alike.

import type { ServedDecision } from "../decisions/index.ts";
import type { ShadowReport } from "./report-document.ts";
import { shareEstimate } from "./share-estimate.ts";

export interface Opinion {
  readonly model: string;
  readonly disposition: string;
  readonly firstReason: string | null;
  readonly calibrated: number;
}

/** Decides a recorded request again under another bundle, from the values in its record. */
export type SecondOpinion = (served: ServedDecision) => Opinion;

/** A counter-offer refuses what was asked. */
const ADVERSE: ReadonlySet<string> = new Set(["counterOffer", "decline"]);

export class ShadowTally {
  readonly #secondOpinion: SecondOpinion | null;
  readonly #flips = new Map<string, Map<string, number>>();
  #model = "";
  #decisions = 0;
  #flipped = 0;
  #bothAdverse = 0;
  #agreeing = 0;
  #difference = 0;

  constructor(secondOpinion: SecondOpinion | null) {
    this.#secondOpinion = secondOpinion;
  }

  add(served: ServedDecision): void {
    const opinion = this.#secondOpinion?.(served) ?? recordedOpinion(served);
    if (opinion === null) return;
    const { decision } = served;
    this.#model = opinion.model;
    this.#decisions++;
    this.#difference += opinion.calibrated - decision.outputs[0]!.calibrated;
    if (opinion.disposition !== decision.disposition) this.#flipped++;
    const row = this.#flips.get(decision.disposition) ?? new Map<string, number>();
    this.#flips.set(decision.disposition, row);
    row.set(opinion.disposition, (row.get(opinion.disposition) ?? 0) + 1);
    if (!decision.adverse || !ADVERSE.has(opinion.disposition)) return;
    this.#bothAdverse++;
    if (decision.reasons[0]?.reason === opinion.firstReason) this.#agreeing++;
  }

  report(): ShadowReport | null {
    if (this.#decisions === 0) return null;
    return {
      model: this.#model,
      decisions: this.#decisions,
      flips: Object.fromEntries([...this.#flips].map(([from, row]) => [from, Object.fromEntries(row)])),
      flipped: shareEstimate(this.#flipped, this.#decisions),
      firstReasonAgrees: shareEstimate(this.#agreeing, this.#bothAdverse),
      meanDifference: this.#difference / this.#decisions,
    };
  }
}

/** A whole bundle that looked on left what it would have decided. */
function recordedOpinion({ shadows }: ServedDecision): Opinion | null {
  const whole = shadows.find(({ disposition }) => disposition !== null);
  if (whole === undefined) return null;
  const { model, disposition, firstReason, calibrated } = whole;
  return { model, disposition: disposition!, firstReason, calibrated };
}
