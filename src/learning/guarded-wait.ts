// Live decisions under guardrails: both sides are counted until each has enough, and looked at ten times on the way. A
// guardrail that breaks ends the wait at once; one that still cannot tell at the end is no success.

import type { Hash } from "../base/index.ts";
import { LOOKS } from "./guardrails/guardrail.ts";
import type { GuardrailLook } from "./loop-document.ts";
import type { LoopJudge, LoopSite, Side } from "./loop-site.ts";
import type { Wait, Waits } from "./waits.ts";

export interface Guarded {
  readonly stage: GuardrailLook["stage"];
  readonly challenger: Side;
  readonly control: Side;
  /** Whether the control decides at the same time, and so must reach the number too. */
  readonly concurrent: boolean;
  readonly decisions: number;
  /** Why the wait is pointless, as a sentence; undefined while it is not. */
  readonly overtaken: () => Promise<string | undefined>;
}

export type GuardedEnd =
  | { readonly kind: "held" | "incomplete"; readonly looks: readonly GuardrailLook[]; readonly why: string }
  | { readonly kind: "overtaken"; readonly looks: readonly GuardrailLook[]; readonly why: string }
  | {
      readonly kind: "broken";
      readonly looks: readonly GuardrailLook[];
      readonly why: string;
      /** By the running clock, when the breach was seen. */
      readonly breachAtMicros: number;
    };

interface Parts {
  readonly records: Pick<LoopSite["records"], "countServed" | "failures">;
  readonly judge: Pick<LoopJudge, "look">;
  readonly waits: Waits;
}

export async function waitGuarded(parts: Parts, guarded: Guarded, wait: Wait): Promise<GuardedEnd> {
  const looks: GuardrailLook[] = [];
  let looked = 0;
  const end = await parts.waits.until(wait, async (): Promise<GuardedEnd | undefined> => {
    const overtaken = await guarded.overtaken();
    if (overtaken !== undefined) return { kind: "overtaken", looks, why: overtaken };
    const count = await countBoth(parts, guarded);
    // Past the end it goes on looking, a tenth at a time, where a guardrail needs some more.
    const tenths = Math.floor((count * LOOKS) / guarded.decisions);
    if (tenths === looked) return undefined;
    looked = tenths;
    const { stage, challenger, control } = guarded;
    const look = await parts.judge.look({ stage, challenger, control });
    if (looks.length >= LOOKS) looks.pop();
    looks.push(look);
    return ended(look, looks, { enough: tenths >= LOOKS, nowMicros: wait.nowMicros });
  });
  return end ?? { kind: "incomplete", looks, why: incomplete(guarded, looks) };
}

function ended(
  look: GuardrailLook,
  looks: readonly GuardrailLook[],
  { enough, nowMicros }: { readonly enough: boolean; readonly nowMicros: () => number },
): GuardedEnd | undefined {
  const broken = look.results.filter(({ verdict }) => verdict === "broken");
  if (broken.length > 0) {
    const why = broken.map(({ name, sentence }) => `${name}: ${sentence}`).join("; ");
    return { kind: "broken", looks, why, breachAtMicros: nowMicros() };
  }
  const holds = look.results.every(({ verdict }) => verdict === "holds");
  return enough && holds ? { kind: "held", looks, why: `${look.results.length} guardrails hold` } : undefined;
}

function incomplete({ decisions }: Guarded, looks: readonly GuardrailLook[]): string {
  const last = looks.at(-1);
  const silent = last?.results.filter(({ verdict }) => verdict === "tooFew").map(({ name }) => name) ?? [];
  const seen = last?.decisions.challenger ?? 0;
  const told = silent.length === 0 ? "" : `; ${silent.join(", ")} could not tell`;
  return `patience was over with ${seen} of ${decisions} decisions looked at${told}`;
}

/** What the challenger failed was asked of it too: a bundle that fails everything is looked at, not waited for. */
async function countBoth({ records }: Parts, { challenger, control, concurrent }: Guarded): Promise<number> {
  const failures = (await records.failures()).filter(
    ({ bundle, arm }) => bundle === challenger.bundle && arm !== "shadow",
  );
  const ours = (await records.countServed(challenger)) + failures.reduce((sum, one) => sum + one.failures, 0);
  return concurrent ? Math.min(ours, await records.countServed(control)) : ours;
}

export const OVERTAKEN = "somebody released or rolled back meanwhile";

/** A bundle in force against the last decisions of the one before it. */
export async function bakeOf(
  { registry, records }: Pick<LoopSite, "registry" | "records">,
  { bundle, previous, fromKept, decisions }: Baking,
): Promise<Guarded> {
  return {
    stage: "bake",
    challenger: { bundle, fromKept },
    control: await lastDecisions({ records }, { bundle: previous, toKept: fromKept, decisions }),
    concurrent: false,
    decisions,
    overtaken: async () => ((await registry.released())?.hash === bundle ? undefined : OVERTAKEN),
  };
}

interface Baking {
  readonly bundle: Hash;
  readonly previous: Hash;
  /** Decisions kept from here on are the bundle's. */
  readonly fromKept: number;
  readonly decisions: number;
}

/** The last `decisions` of a bundle before `toKept`; found by halving, for the order of keeping has gaps. */
export async function lastDecisions(
  { records }: { readonly records: Pick<LoopSite["records"], "countServed"> },
  { bundle, toKept, decisions }: { readonly bundle: string; readonly toKept: number; readonly decisions: number },
): Promise<Required<Pick<Side, "bundle" | "fromKept" | "toKept">>> {
  let [enough, tooFew] = [0, toKept];
  while (tooFew - enough > 1) {
    const middle = Math.floor((enough + tooFew) / 2);
    const count = await records.countServed({ bundle, fromKept: middle, toKept });
    if (count >= decisions) enough = middle;
    else tooFew = middle;
  }
  return { bundle, fromKept: enough, toKept };
}
