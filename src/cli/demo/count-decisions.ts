// What was decided, counted from the records themselves, and whether every reason in them is true.

import { canonicalJson, isMissing } from "../../base/index.ts";
import type { BundleDocument, DecisionPart, StatedReason } from "../../policy/index.ts";
import type { Workspace } from "../../workspace/index.ts";

export interface DecisionCounts {
  readonly count: number;
  readonly approved: number;
  readonly counterOffered: number;
  readonly referred: number;
  readonly declined: number;
  /** Adverse decisions, people's included, that state no reason, or one that their own record does not bear out. */
  readonly withoutReason: number;
}

/** Of these bundles. What a person decided later is looked at for its reasons and counted nowhere else. */
export async function countDecisions(workspace: Workspace, bundles: readonly string[]): Promise<DecisionCounts> {
  const registry = await workspace.registry();
  const documents = new Map<string, BundleDocument>();
  for (const hash of bundles) documents.set(hash, await registry.bundle(hash));
  const byDisposition = { approve: 0, counterOffer: 0, refer: 0, decline: 0, incomplete: 0 };
  let [count, withoutReason] = [0, 0];
  for await (const { decision } of (await workspace.records()).decisions()) {
    const document = documents.get(decision.bundle);
    if (document === undefined) continue;
    if (decision.adverse && !statesTrueReasons(decision, document)) withoutReason++;
    if (decision.supersedes !== null) continue;
    count++;
    byDisposition[decision.disposition]++;
  }
  const { approve, counterOffer, refer, decline } = byDisposition;
  return { count, approved: approve, counterOffered: counterOffer, referred: refer, declined: decline, withoutReason };
}

/** Whether it states a reason, and each one by what the record and the bundle hold beside it. */
export function statesTrueReasons(decision: DecisionPart, document: BundleDocument): boolean {
  const { reasons } = decision;
  return reasons.length > 0 && reasons.every((reason) => isTrue(reason, decision, document));
}

function isTrue(reason: StatedReason, decision: DecisionPart, document: BundleDocument): boolean {
  if (!reason.values.every((value) => isRecorded(value, decision))) return false;
  switch (reason.component) {
    case "score":
      return (
        reason.contribution !== null &&
        reason.contribution > 0 &&
        reason.contribution === raised(reason, decision, document)
      );
    case "rule":
      return reason.values.length > 0 && hasFired(reason, decision, document);
    case "person":
      return decision.decidedBy === "person" && (scored(reason, decision) ?? 1) > 0;
  }
}

function isRecorded({ feature, value }: StatedReason["values"][number], { values, asked }: DecisionPart): boolean {
  const [room, field] = feature.split(".");
  if (room === "asked" && asked[field!] !== undefined) return value === Number(asked[field!]);
  const recorded = values[feature];
  return recorded !== undefined && canonicalJson(recorded) === canonicalJson(value);
}

function scored({ reason }: StatedReason, { contributions }: DecisionPart): number | undefined {
  return contributions?.find(({ group }) => group === reason)?.contribution;
}

/** What the record says that the reason raised: its own group, or, for a reason of a missing kind, the groups it speaks for. */
function raised(reason: StatedReason, decision: DecisionPart, { reasons }: BundleDocument): number | undefined {
  const own = scored(reason, decision);
  if (own !== undefined) return own;
  // Of groups that know nothing of the person: missing throughout, or a count of nothing.
  if (!reason.values.every(({ value }) => value === 0 || isMissing(value))) return undefined;
  const speaksOf = new Set(reason.values.map(({ feature }) => feature));
  const groups = reasons.reasons.filter(({ when, group }) => when === null && group.some((one) => speaksOf.has(one)));
  return decision.contributions
    ?.filter(({ group }) => groups.some(({ name }) => name === group))
    .reduce((sum, { contribution }) => sum + contribution, 0);
}

/** Whether a rule that gives this reason fired or decided. */
function hasFired({ reason }: StatedReason, { trace }: DecisionPart, { policy }: BundleDocument): boolean {
  return policy.rules.some((rule) => {
    if (rule.kind === "bands" || rule.because !== reason) return false;
    return trace.some((traced) => traced.rule === rule.name && ["fired", "decided"].includes(traced.verdict));
  });
}
