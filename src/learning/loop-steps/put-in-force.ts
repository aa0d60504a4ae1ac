// The challenger in force: released under the loop's key, then watched on live decisions; a broken guardrail brings the
// champion back before anything is written about it.

import { formatProblem, type Hash, isAssayError } from "../../base/index.ts";
import { bakeOf, OVERTAKEN, waitGuarded } from "../guarded-wait.ts";
import { LOOP_RELEASER, type LoopSite } from "../loop-site.ts";
import type { Ground } from "./gather.ts";
import type { Challenger } from "./judge.ts";
import { type Looked, waitOf } from "./look-on.ts";
import { type Ending, kept, type Loop, type StepOutcome } from "./loop-step.ts";

export interface InForce {
  /** Decisions kept from here on are the challenger's. */
  readonly fromKept: number;
}

/** All that spoke for it is asked once more: a freeze, the stop switch, and whether the champion is still the one beaten. */
export async function releaseChallenger(
  { entry, site }: Loop,
  { champion }: Ground,
  { challenger }: Challenger,
): Promise<StepOutcome<InForce>> {
  const closed = await whyClosed(site, entry.id);
  if (closed !== undefined) return kept(closed);
  const before = (await site.registry.released())?.hash;
  if (before !== champion && before !== challenger) return kept(OVERTAKEN);
  const note = `loop ${entry.id}: ${entry.trigger.why}`;
  await site.registry.release({ bundle: challenger, by: LOOP_RELEASER, note, key: keyOf(entry.id) });
  const after = (await site.registry.released())?.hash;
  if (after !== challenger) return { end: { verdict: "rolledBack", why: OVERTAKEN, problem: null } };
  const fromKept = await site.records.keptHead();
  return { found: { fromKept }, made: { bundle: challenger, fromKept } };
}

function keyOf(loop: string): string {
  return `loop:${loop}`;
}

async function whyClosed(site: LoopSite, id: string): Promise<string | undefined> {
  try {
    await site.book.checkOpen(`loop ${id}`);
    return undefined;
  } catch (error) {
    if (isAssayError(error)) return formatProblem(error.problem);
    throw error;
  }
}

export async function bakeChallenger(
  loop: Loop,
  { champion }: Ground,
  { challenger }: Challenger,
  { fromKept }: InForce,
): Promise<StepOutcome<Looked>> {
  const { entry, site, season } = loop;
  const decisions = site.declaration.bake?.decisions ?? 0;
  if (decisions === 0) return { found: { looks: [] }, made: { decisions: 0 } };
  const guarded = await bakeOf(site, { bundle: challenger, previous: champion, fromKept, decisions });
  const end = await waitGuarded(site, guarded, waitOf(loop, "bake"));
  const made = { decisions: end.looks.at(-1)?.decisions.challenger ?? 0, looks: end.looks.length };
  const found = { looks: end.looks };
  if (end.kind === "held") return { found, made };
  if (end.kind === "overtaken") return { end: overtakenEnd(champion, await site.registry.released()), found, made };
  await bringBack(site, entry.id, challenger);
  const took =
    end.kind === "broken" ? { rolledBackWithinMillis: (season.nowMicros() - end.breachAtMicros) / 1_000 } : {};
  const why = end.kind === "broken" ? `a guardrail broke: ${end.why}` : `the bake is incomplete: ${end.why}`;
  return {
    end: { verdict: "rolledBack", why: `${why}; the champion is back`, problem: null },
    found,
    made: { ...made, ...took },
  };
}

/** Somebody moved the pointer while it baked: what is in force now is theirs to answer for. */
function overtakenEnd(champion: Hash, released: { readonly hash: Hash } | null): Ending {
  if (released?.hash === champion)
    return { verdict: "rolledBack", why: `${OVERTAKEN}; the champion is back`, problem: null };
  return { verdict: "released", why: `${OVERTAKEN}, before its bake was over`, problem: null };
}

/** Brings back what was in force before the challenger, once, and only while the challenger is, by our own release. */
export async function bringBack(site: LoopSite, loop: string, challenger: Hash): Promise<void> {
  const [released, last] = [await site.registry.released(), (await site.registry.releases()).at(-1)];
  if (released?.hash !== challenger || last?.by !== LOOP_RELEASER) return;
  await site.registry.rollback({ by: LOOP_RELEASER, note: `loop ${loop}`, key: keyOf(loop), from: challenger });
}
