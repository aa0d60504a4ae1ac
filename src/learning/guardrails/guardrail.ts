// One look at the guardrails. Each compares the challenger with its control, and breaks only where two things hold: the
// difference is larger than declared, and chance could not have made it. It is "too few" while chance alone could still show a
// difference as large as declared, so that to hold means something.
//
// A wait looks ten times on the way, and each look asks every guardrail: any of them may be wrong by chance. The one per cent that
// chance may have of a whole wait is spent in equal parts over looks and guardrails (Bonferroni's inequality; equal spending as
// in Pocock 1977, without his gain from looks that resemble each other, so that the promise holds however they do).

import { sameShareP, Z95 } from "../../evaluate/index.ts";
import { compareCounts, percent } from "../../monitoring/index.ts";
import type { GuardrailDeclaration } from "../declaration.ts";
import type { GuardrailResult } from "../loop-document.ts";
import type { ArmCounts } from "./arm-tally.ts";
import { scoreCells } from "./score-cells.ts";

export const LOOKS = 10;
const WHOLE_ALPHA = 0.01;

/** Below it on either side no test of shares or cells is asked: they are all of large samples. */
const LEAST_EACH = 30;
/** Fewer have no 99th percentile. */
const LEAST_TIMED = 100;

export interface Arm extends ArmCounts {
  /** Requests that the bundle took in this arm, and those it failed, since ever: failures are not kept by time. */
  readonly taken: number;
  readonly failed: number;
}

export interface Arms {
  readonly challenger: Arm;
  readonly control: Arm;
}

type Guardrails = {
  readonly [G in GuardrailDeclaration["guardrail"]]: (
    arms: Arms,
    declared: Extract<GuardrailDeclaration, { readonly guardrail: G }>,
    alpha: number,
  ) => Omit<GuardrailResult, "name">;
};

/** Of one look. */
export function askGuardrails(arms: Arms, declared: readonly GuardrailDeclaration[]): GuardrailResult[] {
  const alpha = WHOLE_ALPHA / (LOOKS * declared.length);
  return declared.map((one) => {
    const guardrail = guardrails[one.guardrail] as (arms: Arms, one: GuardrailDeclaration, alpha: number) => Answer;
    return { name: one.guardrail, ...guardrail(arms, one, alpha) };
  });
}

type Answer = Omit<GuardrailResult, "name">;

const guardrails: Guardrails = {
  errors: ({ challenger, control }, { most }, alpha) => {
    const [ours, theirs] = [failuresOf(challenger), failuresOf(control)];
    const { value, beyondChance } = higherShare(ours, theirs, alpha);
    const told = `it failed ${ours.hits} of ${ours.n} requests, the control ${theirs.hits} of ${theirs.n} (all that either took)`;
    const tooFew = few(ours.n, theirs.n, LEAST_EACH) || chanceDifference(ours, theirs) > most;
    return answer({ tooFew, broken: beyondChance && value > most, told }, [value, shareOf(theirs)], most);
  },
  latency: ({ challenger, control }, { mostMicros }, alpha) => {
    const [ours, theirs] = [slow(challenger.micros, mostMicros), slow(control.micros, mostMicros)];
    const [p99, theirP99] = [percentile99(challenger.micros), percentile99(control.micros)];
    const { beyondChance } = higherShare(ours, theirs, alpha);
    const told = `99th percentile ${shown(p99)} microseconds, the control's ${shown(theirP99)}`;
    const broken = (p99 ?? 0) > mostMicros && beyondChance;
    return answer({ tooFew: few(ours.n, theirs.n, LEAST_TIMED), broken, told }, [p99, theirP99], mostMicros);
  },
  approvalRate: ({ challenger, control }, { most }, alpha) =>
    sharesApart("approves", approvalsOf(challenger), approvalsOf(control), { most, alpha }),
  scoreShift: ({ challenger, control }, { most }, alpha) => {
    const cells = scoreCells(control.scores, challenger.scores);
    return mixApart("scores", cells.control, cells.challenger, { most, alpha });
  },
  missingRate: ({ challenger, control }, { most }, alpha) => missingApart(challenger, control, { most, alpha }),
  reasonMix: ({ challenger, control }, { most }, alpha) =>
    mixApart("first reasons", control.reasons, challenger.reasons, { most, alpha }),
};

interface Share {
  readonly hits: number;
  readonly n: number;
}

interface Limits {
  readonly most: number;
  readonly alpha: number;
}

function answer(
  { tooFew, broken, told }: { readonly tooFew: boolean; readonly broken: boolean; readonly told: string },
  [challenger, control]: readonly [number | null, number | null],
  most: number,
): Answer {
  if (broken)
    return { verdict: "broken", sentence: `${told}: beyond chance, and more than ${most}`, challenger, control, most };
  if (tooFew) return { verdict: "tooFew", sentence: `${told}: too few to tell ${most}`, challenger, control, most };
  return { verdict: "holds", sentence: told, challenger, control, most };
}

function sharesApart(does: string, ours: Share, theirs: Share, { most, alpha }: Limits): Answer {
  const told = `it ${does} ${percentOf(ours)} of ${ours.n} people, the control ${percentOf(theirs)} of ${theirs.n}`;
  const apart = Math.abs((shareOf(ours) ?? 0) - (shareOf(theirs) ?? 0));
  const fewest = few(ours.n, theirs.n, LEAST_EACH);
  const broken = !fewest && apart > most && sameShareP(ours, theirs) <= alpha;
  const tooFew = fewest || chanceDifference(ours, theirs) > most;
  return answer({ tooFew, broken, told }, [shareOf(ours), shareOf(theirs)], most);
}

/** The column whose share of missing values differs most, each as likely to be wrong by chance as any other. */
function missingApart(challenger: Arm, control: Arm, { most, alpha }: Limits): Answer {
  const common = Object.keys(challenger.missing).filter((column) => control.missing[column] !== undefined);
  const columns = common.map((column) => {
    const ours = { hits: challenger.missing[column]!, n: challenger.people };
    const theirs = { hits: control.missing[column]!, n: control.people };
    return { column, ours, theirs, apart: Math.abs(shareOf(ours)! - shareOf(theirs)!) };
  });
  if (columns.length === 0) {
    return answer({ tooFew: true, broken: false, told: "the two read no column in common" }, [null, null], most);
  }
  const { column, ours, theirs } = columns.reduce((worst, one) => (one.apart > worst.apart ? one : worst));
  const one = sharesApart(`lacks ${column} of`, ours, theirs, { most, alpha: alpha / columns.length });
  const blind = columns.some((each) => chanceDifference(each.ours, each.theirs) > most);
  return one.verdict === "holds" && blind ? { ...one, verdict: "tooFew" } : one;
}

function mixApart(
  what: string,
  control: ArmCounts["reasons"],
  challenger: ArmCounts["reasons"],
  { most, alpha }: Limits,
): Answer {
  const [n, m] = [total(challenger), total(control)];
  const drift = compareCounts(control, challenger);
  if (drift === null || few(n, m, LEAST_EACH)) {
    const told = `${what} of ${n} people, the control's of ${m}`;
    return answer({ tooFew: true, broken: false, told }, [drift?.psi ?? null, 0], most);
  }
  const { psi, psiCritical, p } = drift;
  const told = `PSI of ${what} ${psi.toFixed(3)} between ${n} people and the control's ${m}; chance gives ${psiCritical.toFixed(3)}`;
  return answer({ tooFew: psiCritical > most, broken: psi > most && p <= alpha, told }, [psi, 0], most);
}

function total(counts: ArmCounts["reasons"]): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function few(n: number, m: number, least: number): boolean {
  return Math.min(n, m) < least;
}

function shareOf({ hits, n }: Share): number | null {
  return n === 0 ? null : hits / n;
}

function percentOf(share: Share): string {
  return share.n === 0 ? "none" : percent(share.hits / share.n);
}

function shown(micros: number | null): string {
  return micros === null ? "unknown" : micros.toFixed(0);
}

function higherShare(ours: Share, theirs: Share, alpha: number) {
  const value = shareOf(ours) ?? 0;
  const enough = !few(ours.n, theirs.n, LEAST_EACH);
  return { value, beyondChance: enough && value > (shareOf(theirs) ?? 0) && sameShareP(ours, theirs) <= alpha };
}

/** What two equal shares differ by in 5 of 100 comparisons of these sizes; a share of 0 or 1 counts half a row otherwise. */
function chanceDifference(a: Share, b: Share): number {
  const pooled = (a.hits + b.hits + 0.5) / (a.n + b.n + 1);
  return Z95 * Math.sqrt(pooled * (1 - pooled) * (1 / a.n + 1 / b.n));
}

function failuresOf({ failed, taken }: Arm): Share {
  return { hits: failed, n: taken };
}

function approvalsOf({ approved, people }: Arm): Share {
  return { hits: approved, n: people };
}

function slow(micros: readonly number[], most: number): Share {
  return { hits: micros.filter((one) => one > most).length, n: micros.length };
}

/** Nearest rank. */
function percentile99(micros: readonly number[]): number | null {
  return micros.toSorted((a, b) => a - b)[Math.ceil(micros.length * 0.99) - 1] ?? null;
}
