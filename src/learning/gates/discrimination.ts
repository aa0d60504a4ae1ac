// Whether the challenger tells bad from good as well as the champion, on the same people.

import { auc, notWorse, pairedAucDifference } from "../../evaluate/index.ts";
import { type Answer, cannotTell, type Declared, LEAST_OF_CLASS } from "./gate.ts";
import type { HoldOut } from "./hold-out.ts";
import { signed } from "./parts.ts";

export function discrimination(
  { challenger, champion, labels }: Pick<HoldOut, "challenger" | "champion" | "labels">,
  { margin }: Declared<"discrimination">,
): Answer {
  const bads = labels.reduce((sum, label) => sum + label, 0);
  const counts = { rows: labels.length, bads };
  if (Math.min(bads, labels.length - bads) < LEAST_OF_CLASS) {
    return cannotTell(`${bads} bad of ${labels.length} rows are too few to compare two AUCs`, counts);
  }
  const { difference, low, high, pValue } = pairedAucDifference(challenger.scores, champion.scores, labels);
  const [ours, theirs] = [auc(challenger.scores, labels).value!, auc(champion.scores, labels).value!];
  const measured = { challenger: ours, champion: theirs, difference, low, high, pValue, ...counts };
  const interval = `${signed(difference)} (${signed(low)} to ${signed(high)})`;
  const sentence = `AUC ${ours.toFixed(3)}, the champion's ${theirs.toFixed(3)}: ${interval} on ${labels.length} people`;
  return { verdict: notWorse({ low, high }, margin), sentence, measured };
}
