// What was decided, counted from the records themselves.

import type { DecisionPart } from "../../policy/index.ts";
import type { Workspace } from "../../workspace/index.ts";

export interface DecisionCounts {
  readonly count: number;
  readonly approved: number;
  readonly counterOffered: number;
  readonly referred: number;
  readonly declined: number;
  /** Adverse decisions without a reason that was scored or fired, adverse in sign, and read. */
  readonly withoutReason: number;
}

/** Of these bundles; what a person decided later is left out. */
export async function countDecisions(workspace: Workspace, bundles: readonly string[]): Promise<DecisionCounts> {
  const byDisposition = { approve: 0, counterOffer: 0, refer: 0, decline: 0, incomplete: 0 };
  let [count, withoutReason] = [0, 0];
  for await (const { decision } of (await workspace.records()).decisions()) {
    if (decision.supersedes !== null || !bundles.includes(decision.bundle)) continue;
    count++;
    byDisposition[decision.disposition]++;
    if (decision.adverse && !hasTrueReason(decision)) withoutReason++;
  }
  const { approve, counterOffer, refer, decline } = byDisposition;
  return { count, approved: approve, counterOffered: counterOffer, referred: refer, declined: decline, withoutReason };
}

function hasTrueReason({ reasons, trace }: DecisionPart): boolean {
  const fired = trace.some(
    ({ kind, verdict }) => kind === "knockOut" && (verdict === "decided" || verdict === "fired"),
  );
  return reasons.some(({ values, component, contribution }) => {
    if (values.length === 0) return false;
    return component === "score" ? contribution !== null && contribution > 0 : fired;
  });
}
