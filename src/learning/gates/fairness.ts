// Whether any group would fare worse than under the champion: its adverse-impact ratio must not be lower by more than a margin.
// Verdicts are not corrected for how many groups there are: here a false alarm costs a loop, and a missed one costs people.

import { notWorse, Z95 } from "../../evaluate/index.ts";
import type { GateVerdict } from "../loop-document.ts";
import { type Answer, cannotTell, type Declared, worstOf } from "./gate.ts";
import type { GroupCounts, Split } from "./group-counts.ts";
import { signed } from "./parts.ts";

export interface FairnessGround {
  /** Groups, and references, with fewer people than this get no ratio. */
  readonly minimumCell: number;
  readonly counts: readonly GroupCounts[];
}

interface Judged {
  readonly name: string;
  readonly verdict: GateVerdict;
  /** Ratio of the challenger minus ratio of the champion. */
  readonly difference: number | null;
  readonly why: string;
}

export function fairness({ minimumCell, counts }: FairnessGround, { margin }: Declared<"fairness">): Answer {
  const judged = counts.flatMap((one) => judgeGroups(one, minimumCell, margin));
  if (judged.length === 0) return cannotTell("no protected attribute is declared, so nothing was asked");
  const verdict = worstOf(judged.map((one) => one.verdict));
  const measured = Object.fromEntries(judged.map(({ name, difference }) => [name, difference]));
  if (verdict !== "pass") return { verdict, sentence: told(judged.filter((one) => one.verdict === verdict)), measured };
  const least = judged.reduce((worst, one) => ((one.difference ?? 0) < (worst.difference ?? 0) ? one : worst));
  return {
    verdict,
    sentence: `no group's ratio is lower than the champion's by ${margin}; the worst is ${least.name}: ${least.why}`,
    measured,
  };
}

/** Groups of which the same is to be said are told together. */
function told(judged: readonly Judged[]): string {
  const byWhy = Map.groupBy(judged, ({ why }) => why);
  return [...byWhy].map(([why, groups]) => `${groups.map(({ name }) => name).join(", ")}: ${why}`).join("; ");
}

function judgeGroups(counts: GroupCounts, minimumCell: number, margin: number): Judged[] {
  const { attribute, favourable, reference, everybody, groups } = counts;
  const stage = `${attribute}, ${favourable}`;
  if (everybody.challengerOnly + everybody.championOnly === 0) {
    return [{ name: stage, verdict: "pass", difference: 0, why: "both favour the very same people" }];
  }
  if (groups === null) return judgeAtWorst(counts, stage, { minimumCell, margin });
  const base = groups[reference];
  const others = Object.entries(groups).filter(([group]) => group !== reference);
  if (base === undefined || others.length === 0) {
    return [{ name: stage, verdict: "inconclusive", difference: null, why: "too few people in the groups" }];
  }
  return others.map(([group, split]) => {
    const name = `${attribute} ${group}, ${favourable}`;
    const small = Math.min(peopleIn(split), peopleIn(base)) < minimumCell;
    const found = small ? null : ratioDifference(split, base);
    if (found === null) {
      const why = small ? "too few people" : "the reference group is favoured by neither";
      return { name, verdict: "inconclusive", difference: null, why };
    }
    const why = `adverse-impact ratio ${signed(found.difference)} (${signed(found.low)} to ${signed(found.high)})`;
    return { name, verdict: notWorse(found, margin), difference: found.difference, why };
  });
}

function peopleIn({ both, challengerOnly, championOnly, neither }: Split): number {
  return both + challengerOnly + championOnly + neither;
}

/**
 * Difference of two ratios of shares, a/b under the challenger minus a/b under the champion, where both shares of a group are
 * of the same people: delta method on the two groups' four cells, Wald limits. `null` where a reference share is 0.
 */
function ratioDifference(group: Split, reference: Split) {
  const [a, b] = [sharesOf(group), sharesOf(reference)];
  if (b.challenger === 0 || b.champion === 0) return null;
  const difference = a.challenger / b.challenger - a.champion / b.champion;
  const ofGroup = varianceOf(a, 1 / b.challenger, -1 / b.champion);
  const square = (share: number) => share * share;
  const ofReference = varianceOf(b, -a.challenger / square(b.challenger), a.champion / square(b.champion));
  const reach = Z95 * Math.sqrt(ofGroup + ofReference);
  return { difference, low: difference - reach, high: difference + reach };
}

type Shares = ReturnType<typeof sharesOf>;

function sharesOf(split: Split) {
  const n = peopleIn(split);
  return {
    n,
    both: split.both / n,
    challenger: (split.both + split.challengerOnly) / n,
    champion: (split.both + split.championOnly) / n,
  };
}

/** Of x · share under the challenger + y · share under the champion. */
function varianceOf({ n, both, challenger, champion }: Shares, x: number, y: number): number {
  const own = x * x * challenger * (1 - challenger) + y * y * champion * (1 - champion);
  return Math.max(0, own + 2 * x * y * (both - challenger * champion)) / n;
}

/**
 * The few who are favoured by one bundle alone may be in any group, so the champion is given all of the group's and the
 * reference none: where the ratio is not lower by more than the margin even then, it is not.
 */
function judgeAtWorst(
  { attribute, favourable, everybody, evidence }: GroupCounts,
  stage: string,
  { minimumCell, margin }: { readonly minimumCell: number; readonly margin: number },
): Judged[] {
  const why = "too few are favoured by one bundle alone to ask the vault about them";
  if (evidence.length === 0) return [{ name: stage, verdict: "inconclusive", difference: null, why }];
  return evidence.map(({ group, n, nReference, rate, referenceRate }) => {
    const name = `${attribute} ${group}, ${favourable}`;
    const known = rate !== null && referenceRate !== null && Math.min(n, nReference) >= minimumCell;
    const reference = known ? referenceRate - everybody.challengerOnly / nReference : 0;
    if (!known || reference <= 0) return { name, verdict: "inconclusive", difference: null, why };
    const champion = (rate + everybody.championOnly / n) / reference;
    const difference = rate / referenceRate - champion;
    const verdict = difference >= -margin ? "pass" : "inconclusive";
    return { name, verdict, difference, why: `adverse-impact ratio ${signed(difference)} at worst (${why})` };
  });
}
