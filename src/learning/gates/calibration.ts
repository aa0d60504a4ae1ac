// Whether the challenger's probabilities come true: as many bads as it expects, and no larger squared errors than the
// champion's on the same people.

import { expectedOverObserved, notWorse, pairedBrierGain } from "../../evaluate/index.ts";
import type { GateVerdict } from "../loop-document.ts";
import { type Answer, cannotTell, type Declared, LEAST_OF_CLASS, worstOf } from "./gate.ts";
import type { HoldOut } from "./hold-out.ts";

export function calibration(
  { challenger, champion, labels }: Pick<HoldOut, "challenger" | "champion" | "labels">,
  { most, margin }: Declared<"calibration">,
): Answer {
  const bads = labels.reduce((sum, label) => sum + label, 0);
  const counts = { rows: labels.length, bads };
  if (Math.min(bads, labels.length - bads) < LEAST_OF_CLASS) {
    return cannotTell(
      `${bads} bad of ${labels.length} rows are too few to see whether probabilities come true`,
      counts,
    );
  }
  const ratio = expectedOverObserved(challenger.probabilities, labels);
  const theirs = expectedOverObserved(champion.probabilities, labels);
  const gain = pairedBrierGain(challenger.probabilities, champion.probabilities, labels);
  const verdict = worstOf([within(ratio, most), notWorse(gain, margin)]);
  const sentence = `expected over observed ${ratio.value!.toFixed(3)} (${ratio.low!.toFixed(3)} to ${ratio.high!.toFixed(3)}), the champion's ${theirs.value!.toFixed(3)}; Brier score better by ${gain.value!.toFixed(4)} (${gain.low!.toFixed(4)} to ${gain.high!.toFixed(4)})`;
  return {
    verdict,
    sentence,
    measured: {
      expectedOverObserved: ratio.value,
      ratioLow: ratio.low,
      ratioHigh: ratio.high,
      championRatio: theirs.value,
      brierGain: gain.value,
      gainLow: gain.low,
      gainHigh: gain.high,
      ...counts,
    },
  };
}

/** The whole interval must lie within, or without, to say so. */
function within(
  { low, high }: { readonly low: number | null; readonly high: number | null },
  most: number,
): GateVerdict {
  if (low === null || high === null) return "inconclusive";
  if (low >= 1 / most && high <= most) return "pass";
  return low > most || high < 1 / most ? "fail" : "inconclusive";
}
