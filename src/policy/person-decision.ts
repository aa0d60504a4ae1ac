// A referral closed by a person: a decision of its own that supersedes it, with the person's own reasons. Values, scores
// and trace stay those of the referral, because they are what the person looked at. Where the score itself referred (a grey
// band), a decline failed both components, and the score's principal reasons stand beside the person's
// (Reg B commentary 9(b)(2)-7).

import { formatInstant, hashJson, nearest, type Problem, parseScaled } from "../base/index.ts";
import type { OfferNode } from "../define/index.ts";
import { offeredTerms, scaleOf } from "./amounts.ts";
import { LEAST_CONTRIBUTION } from "./baseline.ts";
import type { BundleDocument } from "./bundle-document.ts";
import type { DecisionPart, ReasonComponent, StatedReason } from "./decision.ts";
import { problems } from "./errors.ts";
import { limited } from "./stated-reasons.ts";

/** What the person says. */
export interface PersonVerdict {
  readonly disposition: "approve" | "counterOffer" | "decline";
  /** Code of the override, from the lender's list. */
  readonly code: string;
  readonly person: string;
  /** Names in the reason library, the most important first; none for an approval. */
  readonly reasons: readonly string[];
  /** Terms of a counter-offer, in major units. An approval offers what the policy's approving band offers. */
  readonly offered?: { readonly [term: string]: string } | null;
}

/**
 * The person's decision on a referral. `document` is the bundle it was referred under.
 *
 *     personDecision(referral, { decisionId: "d-2", t, disposition: "decline", code: "income", person: "r.chen",
 *       reasons: ["incomeUnverified"] }, document);
 */
export function personDecision(
  referral: DecisionPart,
  verdict: PersonVerdict & { readonly decisionId: string; readonly t: number },
  document: BundleDocument,
): DecisionPart | Problem[] {
  const found = [...checkReferral(referral, verdict.t, document), ...checkVerdict(referral, verdict, document)];
  if (found.length > 0) return found;
  const adverse = verdict.disposition !== "approve";
  const own = verdict.reasons.map((name) => personReason(referral, document, name));
  const byScore =
    adverse && isGreyBand(referral) ? referral.reasons.filter((reason) => reason.component === "score") : [];
  return {
    ...referral,
    decisionId: verdict.decisionId,
    t: formatInstant(verdict.t),
    offered: offerOf(referral, verdict, document),
    contributions: adverse ? referral.contributions : null,
    disposition: verdict.disposition,
    adverse,
    basis: basisOf(adverse, byScore),
    reasons: limited(own, byScore, document.jurisdiction.maxReasons),
    decidedBy: "person",
    override: { code: verdict.code, person: verdict.person },
    supersedes: referral.decisionId,
  };
}

function basisOf(adverse: boolean, byScore: readonly StatedReason[]): ReasonComponent {
  if (!adverse) return "none";
  return byScore.length > 0 ? "both" : "person";
}

function isGreyBand({ trace }: DecisionPart): boolean {
  return trace.some((traced) => traced.kind === "bands" && traced.verdict === "decided");
}

function checkReferral(referral: DecisionPart, t: number, document: BundleDocument): Problem[] {
  const thing = `decision ${referral.decisionId}`;
  if (referral.disposition !== "refer") return [problems.NO_REFERRAL(thing, { disposition: referral.disposition })];
  if (hashJson(document) !== referral.bundle) return [problems.OTHER_BUNDLE(thing, { bundle: referral.bundle })];
  // Both are UTC at the same precision, so text order is time order.
  return formatInstant(t) < referral.t ? [problems.BEFORE_REFERRAL(thing, { t: referral.t })] : [];
}

function checkVerdict(referral: DecisionPart, verdict: PersonVerdict, document: BundleDocument): Problem[] {
  return [...checkReasons(referral, verdict, document), ...checkOffer(verdict, document)];
}

function checkReasons(referral: DecisionPart, verdict: PersonVerdict, document: BundleDocument): Problem[] {
  const thing = `the verdict on decision ${referral.decisionId}`;
  const names = document.reasons.reasons.map((reason) => reason.name);
  const most = document.jurisdiction.maxReasons - (isGreyBand(referral) ? 1 : 0);
  const { reasons, disposition } = verdict;
  const why = (text: string) => [problems.PERSON_REASONS(thing, { why: text })];
  if (disposition === "approve") return reasons.length === 0 ? [] : why("an approval states no reasons");
  if (reasons.length === 0) return why("an adverse decision states at least one specific reason");
  if (new Set(reasons).size < reasons.length) return why("a reason is named twice");
  if (reasons.length > most) return why(`at most ${most} of their own reasons help the applicant`);
  return reasons.flatMap((name) => {
    if (!names.includes(name)) {
      return [problems.UNKNOWN_NAME(thing, { what: "reason", name }, { nearest: nearest(name, names) })];
    }
    return helped(referral, name) ? why(`the reason "${name}" did not raise this applicant's risk`) : [];
  });
}

/** A scored reason must have raised the risk. One that no score measured is the person's own judgement. */
function helped({ contributions }: DecisionPart, reason: string): boolean {
  const scored = contributions?.find(({ group }) => group === reason);
  return scored !== undefined && scored.contribution <= LEAST_CONTRIBUTION;
}

function checkOffer(verdict: PersonVerdict, document: BundleDocument): Problem[] {
  const thing = `the offer of ${verdict.person}`;
  const offered = verdict.offered ?? null;
  if (verdict.disposition === "approve") return [];
  if (verdict.disposition === "decline") {
    return offered === null ? [] : [problems.PERSON_OFFER(thing, { why: "a decline offers nothing" })];
  }
  const expected = Object.entries(approvingOffer(document));
  const given = offered ?? {};
  if (Object.keys(given).length !== expected.length) {
    return [
      problems.PERSON_OFFER(thing, { why: `it does not give the terms ${expected.map(([term]) => term).join(", ")}` }),
    ];
  }
  return expected.flatMap(([term, { asked }]) => {
    const scaled = parseScaled(given[term] ?? "", scaleOf(document.request.fields[asked]!.type));
    if (scaled !== undefined && scaled > 0) return [];
    return [problems.PERSON_OFFER(thing, { why: `its term "${term}" is ${JSON.stringify(given[term] ?? null)}` })];
  });
}

function approvingOffer({ policy }: BundleDocument): OfferNode {
  const bands = policy.rules.find((next) => next.kind === "bands");
  const action = bands?.bands[0]?.action;
  return action?.kind === "approve" ? action.offer : {};
}

function offerOf(referral: DecisionPart, verdict: PersonVerdict, document: BundleDocument): DecisionPart["offered"] {
  if (verdict.disposition === "decline") return null;
  if (verdict.disposition === "counterOffer") return { ...verdict.offered };
  const { fields } = document.request;
  const offer = approvingOffer(document);
  const asked: { [field: string]: number } = {};
  for (const term of Object.values(offer)) {
    asked[term.asked] = parseScaled(referral.asked[term.asked]!, scaleOf(fields[term.asked]!.type))!;
  }
  return offeredTerms(offer, fields, asked);
}

/** The person's own reason, with what the applicant's values were where the reason has a group. */
function personReason(referral: DecisionPart, document: BundleDocument, name: string): StatedReason {
  const { text, group } = document.reasons.reasons.find((reason) => reason.name === name)!;
  const values = group.map((feature) => ({ feature, value: referral.values[feature]! }));
  return { reason: name, text: text["en"]!, component: "person", contribution: null, values };
}
