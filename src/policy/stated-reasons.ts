// Which reasons a decision states, by the component that failed (Reg B commentary 9(b)(2)-7): a rule names its reason; a
// score names the groups that raised the risk most, measured against people who just passed; a rule that reads the score
// names both. At most the jurisdiction's number, unless more rule factors fired, each of which must be named. A group that
// did not raise the risk is never a reason, and one that hardly did is no principal reason. Where a group raised it by being missing, a reason for that kind may speak.

import { invariant, type MissingKind } from "../base/index.ts";
import type { ReasonNode } from "../define/index.ts";
import type { Row } from "../score/index.ts";
import { LEAST_CONTRIBUTION } from "./baseline.ts";
import { missingAt, recordedValue } from "./bound-columns.ts";
import type { LoadedBundle } from "./bundle.ts";
import { operandsOf } from "./conditions.ts";
import type { DecisionPart, ReasonComponent, StatedReason } from "./decision.ts";
import type { Player } from "./players.ts";
import type { Fired, Ruling } from "./rules.ts";

export interface Statement {
  readonly basis: ReasonComponent;
  readonly reasons: readonly StatedReason[];
}

type Contributions = NonNullable<DecisionPart["contributions"]>;

/**
 * What an adverse decision states, or a referral would if it were declined. `contributions` are the players', in order;
 * `scoreFails` says whether the champion's output lies at the cut-off or above.
 */
export function stateReasons(
  bundle: LoadedBundle,
  ruling: Ruling,
  values: Row,
  contributions: Contributions,
  scoreFails: boolean,
): Statement {
  const byRule = ruleReasons(bundle, ruling.fired);
  const { maxReasons, leastReasonShare = 0 } = bundle.document.jurisdiction;
  const raised = countsScore(ruling, scoreFails) ? scoreReasons(bundle, values, contributions) : [];
  const byScore = principal(raised, leastReasonShare);
  const reasons = limited(byRule, byScore, maxReasons);
  return { basis: basisOf(byRule.length > 0, byScore.length > 0), reasons };
}

/** Rule factors first and all of them; then as many of the score's as fit, at least one where both components failed. */
export function limited(
  first: readonly StatedReason[],
  byScore: readonly StatedReason[],
  most: number,
): StatedReason[] {
  const own = new Set(first.map((reason) => reason.reason));
  const others = byScore.filter((reason) => !own.has(reason.reason));
  return [...first, ...others.slice(0, Math.max(1, most - first.length))];
}

function basisOf(rule: boolean, score: boolean): ReasonComponent {
  if (rule) return score ? "both" : "rule";
  return score ? "score" : "none";
}

function countsScore({ by, fired }: Ruling, scoreFails: boolean): boolean {
  if (by.kind === "bands") return true;
  if (by.kind === "refer" && scoreFails) return true;
  return fired.some(({ rule }) => operandsOf(rule.when).some((operand) => operand.kind === "output"));
}

function ruleReasons(bundle: LoadedBundle, fired: readonly Fired[]): StatedReason[] {
  const stated = new Map<string, StatedReason>();
  for (const one of fired) {
    if (one.rule.because === null) continue;
    const { name, text } = reasonNamed(bundle, one.rule.because);
    const before = stated.get(name)?.values ?? [];
    const added = factorsOf(one).filter(({ feature }) => !before.some((value) => value.feature === feature));
    const values = [...before, ...added];
    stated.set(name, { reason: name, text: text["en"]!, component: "rule", contribution: null, values });
  }
  return [...stated.values()];
}

/** What the rule read of the person and the request; amounts asked as numbers in major units. A score is no factor. */
function factorsOf({ rule, reads }: Fired): StatedReason["values"] {
  return operandsOf(rule.when).flatMap((operand, i) => {
    const { operand: feature, value } = reads[i]!;
    if (operand.kind === "output") return [];
    if (typeof value !== "string") return [{ feature, value }];
    const amount = Number(value);
    return Number.isNaN(amount) ? [] : [{ feature, value: amount }];
  });
}

/** The reasons of all groups that raised the risk, the largest contribution first; ties in the library's order. */
function scoreReasons(bundle: LoadedBundle, values: Row, contributions: Contributions): StatedReason[] {
  const stated = new Map<string, StatedReason>();
  for (const [i, player] of bundle.players.entries()) {
    const { contribution } = contributions[i]!;
    if (contribution <= LEAST_CONTRIBUTION) continue;
    const speaker = speakerFor(bundle, player, values);
    // Several groups may be missing alike and share one reason; it then carries the sum of what they raised.
    const before = stated.get(speaker.name);
    stated.set(speaker.name, {
      reason: speaker.name,
      text: speaker.text["en"]!,
      component: "score",
      contribution: (before?.contribution ?? 0) + contribution,
      values: [...(before?.values ?? []), ...valuesOf(bundle, values, player.columns)],
    });
  }
  return [...stated.values()].sort((a, b) => b.contribution! - a.contribution!);
}

/** Those that carry at least `leastShare` of the sum, and the first in any case. `raised` is sorted, the largest first. */
function principal(raised: readonly StatedReason[], leastShare: number): StatedReason[] {
  const least = leastShare * raised.reduce((sum, reason) => sum + reason.contribution!, 0);
  return raised.filter((reason, i) => i === 0 || reason.contribution! >= least);
}

/**
 * The reason that speaks for a group: its own, unless the group knows nothing of the person: every column is missing, or is
 * the 0 that a count of nothing gives. Then a reason for one of the kinds may speak; one that names a column of the group
 * goes before one that names none.
 */
function speakerFor(bundle: LoadedBundle, player: Player, values: Row): ReasonNode {
  const kinds = kindsIfNothingKnown(bundle, player, values);
  const candidates = bundle.document.reasons.reasons.filter(
    (reason) => reason.when !== null && kinds.includes(reason.when) && speaksFor(reason, player),
  );
  return candidates.find((reason) => reason.group.length > 0) ?? candidates[0] ?? player.reason;
}

function speaksFor(reason: ReasonNode, player: Player): boolean {
  return reason.group.length === 0 || player.columns.some((column) => reason.group.includes(column));
}

function kindsIfNothingKnown(bundle: LoadedBundle, player: Player, values: Row): MissingKind[] {
  const places = player.columns.map((column) => bundle.columns.findIndex((bound) => bound.name === column));
  const known = places.some((place) => {
    if (missingAt(values, place) !== null) return false;
    return bundle.columns[place]!.feature.missing.length > 0 || values.values[place] !== 0;
  });
  return known ? [] : places.map((place) => missingAt(values, place)).filter((kind) => kind !== null);
}

function reasonNamed(bundle: LoadedBundle, name: string): ReasonNode {
  const reason = bundle.document.reasons.reasons.find((candidate) => candidate.name === name);
  invariant(reason !== undefined, `a loaded bundle holds the reason ${name}`);
  return reason;
}

function valuesOf(bundle: LoadedBundle, values: Row, features: readonly string[]): StatedReason["values"] {
  return features.map((feature) => {
    const place = bundle.columns.findIndex((column) => column.name === feature);
    return { feature, value: recordedValue(values, place) };
  });
}
