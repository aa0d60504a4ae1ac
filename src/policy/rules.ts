// Walking a policy: rules in the order written, the first that decides, decides. All knock-outs are evaluated and listed,
// also those after the one that decided, because each that fired is a factor of the decline.

import { invariant } from "../base/index.ts";
import type { ActionNode, PolicyNode, RuleNode } from "../define/index.ts";
import { operandsOf, type Reader, readsOf, type Truth, truthOf } from "./conditions.ts";
import type { TracedRead, TracedRule } from "./decision.ts";

type ConditionRule = Exclude<RuleNode, { kind: "bands" }>;
type BandsRule = Extract<RuleNode, { kind: "bands" }>;

/** A rule whose condition held, with what it read. */
export interface Fired {
  readonly rule: ConditionRule;
  readonly reads: readonly TracedRead[];
}

export interface Ruling {
  readonly by: RuleNode;
  readonly action: ActionNode;
  /** All knock-outs that held, and the referral where it decided; in the order written. */
  readonly fired: readonly Fired[];
  readonly trace: readonly TracedRule[];
}

export function rule(policy: PolicyNode, read: Reader): Ruling {
  const trace: TracedRule[] = [];
  const fired: Fired[] = [];
  let by: RuleNode | undefined;
  for (const next of policy.rules) {
    const traced = next.kind === "bands" ? traceBands(next, read, by) : traceCondition(next, read, by);
    if (traced.verdict === "decided") by = next;
    if (next.kind !== "bands" && (traced.verdict === "decided" || traced.verdict === "fired")) {
      fired.push({ rule: next, reads: traced.reads });
    }
    trace.push(traced);
  }
  invariant(by !== undefined, "a loaded policy ends in bands, which always decide");
  return { by, action: actionOf(by, read), fired, trace };
}

function traceCondition(next: ConditionRule, read: Reader, decided: RuleNode | undefined): TracedRule {
  const { name, kind } = next;
  if (kind === "refer" && decided !== undefined) return { rule: name, kind, verdict: "notReached", reads: [] };
  const verdict = verdictOf(truthOf(next.when, read), decided);
  return { rule: name, kind, verdict, reads: readsOf(operandsOf(next.when), read) };
}

function verdictOf(truth: Truth, decided: RuleNode | undefined): TracedRule["verdict"] {
  if (truth === null) return "unknown";
  if (!truth) return "passed";
  return decided === undefined ? "decided" : "fired";
}

function traceBands(next: BandsRule, read: Reader, decided: RuleNode | undefined): TracedRule {
  const { name, kind, on } = next;
  if (decided !== undefined) return { rule: name, kind, verdict: "notReached", reads: [] };
  return { rule: name, kind, verdict: "decided", reads: readsOf([{ kind: "output", ...on }], read) };
}

function actionOf(by: RuleNode, read: Reader): ActionNode {
  if (by.kind === "knockOut") return { kind: "decline" };
  if (by.kind === "refer") return { kind: "refer" };
  const score = read({ kind: "output", ...by.on }).number;
  return by.bands.find((band) => score < band.below)?.action ?? by.otherwise;
}

/**
 * The score below which the policy approves: the upper edge of the run of approving bands it starts with. `undefined` where
 * it starts with none. The baseline that reasons are measured against lies below it.
 */
export function approvalCutoff(policy: PolicyNode): number | undefined {
  const bands = policy.rules.find((next) => next.kind === "bands");
  let cutoff: number | undefined;
  for (const band of bands?.bands ?? []) {
    if (band.action.kind !== "approve") break;
    cutoff = band.below;
  }
  return cutoff;
}
