// Yesterday's decisions again. The champion must repeat each to the byte, or the record cannot be trusted to judge anything by;
// the challenger, given the same recorded values, may decide only so many otherwise.

import { hashJson } from "../../base/index.ts";
import { type RecordStore, type RunningBundle, replayDecision, type StoredDecision } from "../../decisions/index.ts";
import { wilson } from "../../evaluate/index.ts";
import { percent } from "../../monitoring/index.ts";
import type { BundleDocument } from "../../policy/index.ts";
import { lastDecisions } from "../guarded-wait.ts";
import { type Answer, cannotTell, type Declared } from "./gate.ts";
import type { Pair } from "./hold-out.ts";

export interface Replayed {
  readonly decisions: number;
  /** Ids of those that the champion does not repeat. */
  readonly differing: readonly string[];
  /** Of policy's decisions, how many the challenger decides otherwise; null where it reads other features than were recorded. */
  readonly challenger: { readonly decided: number; readonly flipped: number } | null;
}

export function replay({ decisions, differing, challenger }: Replayed, { mostFlipped }: Declared<"replay">): Answer {
  const counts = { decisions, differing: differing.length };
  if (decisions === 0) return cannotTell("the champion has recorded no decision yet", counts);
  if (differing.length > 0) {
    const which = differing.slice(0, 3).join(", ");
    const sentence = `the champion does not repeat ${differing.length} of ${decisions} recorded decisions: ${which}`;
    return { verdict: "fail", sentence, measured: counts };
  }
  const told = `the champion repeats ${decisions} recorded decisions bit for bit`;
  if (challenger === null) {
    return cannotTell(`${told}; the challenger reads features that were not recorded`, counts);
  }
  const { decided, flipped } = challenger;
  const measured = { ...counts, decided, flipped };
  if (decided === 0) return cannotTell(`${told}; none was policy's alone`, measured);
  const { value, low, high } = wilson(flipped, decided);
  const verdict = high <= mostFlipped ? "pass" : low > mostFlipped ? "fail" : "inconclusive";
  const sentence = `${told}; the challenger decides ${percent(value)} (${percent(low)} to ${percent(high)}) of ${decided} otherwise`;
  return { verdict, sentence, measured: { ...measured, flippedShare: value, low, high } };
}

export type ReplayRecords = Pick<RecordStore, "served" | "countServed" | "keptHead" | "decision">;

/** Throws what reading records throws, and the signal's reason. */
export async function drawReplay(
  records: ReplayRecords,
  bundles: Pair<RunningBundle>,
  decisions: number,
  signal: AbortSignal,
): Promise<Replayed> {
  const bundle = bundles.champion.loaded.hash;
  const span = await lastDecisions({ records }, { bundle, toKept: await records.keptHead(), decisions });
  const readable = readsAlike(bundles.challenger.document, bundles.champion.document);
  const counts = { decisions: 0, decided: 0, flipped: 0 };
  const differing: string[] = [];
  for await (const stored of records.served(span)) {
    signal.throwIfAborted();
    counts.decisions++;
    if (!(await isRepeated(records, bundles.champion, stored))) differing.push(stored.decision.decisionId);
    if (!readable || stored.decision.decidedBy !== "policy") continue;
    counts.decided++;
    // Another bundle's answer differs in its hashes at least; it flips where the disposition is among the differences.
    if (replayDecision(bundles.challenger, stored).differences.includes("disposition")) counts.flipped++;
  }
  const { decided, flipped } = counts;
  return { decisions: counts.decisions, differing, challenger: readable ? { decided, flipped } : null };
}

async function isRepeated(records: ReplayRecords, champion: RunningBundle, stored: StoredDecision): Promise<boolean> {
  const { supersedes } = stored.decision;
  const referral = supersedes === null ? undefined : await records.decision(supersedes);
  return replayDecision(champion, stored, referral === undefined ? {} : { referral: referral.decision }).same;
}

/** A recorded value means to the challenger what it meant to the champion only where the whole set means the same. */
function readsAlike(challenger: BundleDocument, champion: BundleDocument): boolean {
  const meanings = ({ roles, featureSets, request }: BundleDocument) =>
    hashJson({
      request,
      roles: Object.fromEntries(
        Object.entries(roles).map(([role, set]) => [
          role,
          featureSets.find(({ node }) => node.name === set)!.meaningHash,
        ]),
      ),
    });
  return meanings(challenger) === meanings(champion);
}
