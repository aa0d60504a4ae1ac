// Values of some parties at some moments, rebuilt from table files in place: what a replay from history asks for. The same
// back-fill runs in a build's workers.

import type { RequestValues } from "../compile/index.ts";
import type { Snapshot } from "../history/index.ts";
import type { BackFillPlan } from "./back-fill.ts";
import { BucketHand } from "./bucket-hand.ts";
import { type PartyRows, rowsByBucket } from "./bucket-rows.ts";
import { type BucketHands, linkedValues } from "./linked-values.ts";

export interface PartyMoment {
  readonly entity: string;
  /** Microseconds. */
  readonly t: number;
  /** Request fields in major units. */
  readonly asked: RequestValues;
}

export interface PartyValues {
  readonly numbers: Float64Array;
  readonly kinds: Uint8Array;
}

/** One entry per moment, in the order given; values in the set's column order. */
export async function tableValues(
  snapshot: Snapshot,
  plan: Omit<BackFillPlan, "label" | "labelCutOff">,
  moments: readonly PartyMoment[],
): Promise<PartyValues[]> {
  const whole: BackFillPlan = { ...plan, label: null, labelCutOff: 0 };
  const hands = ownHands(snapshot);
  const parties: PartyRows = {
    entity: moments.map(({ entity }) => entity),
    t: moments.map(({ t }) => t),
    asked: (i) => moments[i]!.asked,
    related: null,
  };
  const related = await linkedValues(whole, parties, hands);
  const width = plan.set.features.length;
  const found = new Array<PartyValues>(moments.length);
  await hands.fill(whole, rowsByBucket({ ...parties, related }, hands.bits), ({ index, numbers, kinds }) => {
    index.forEach((i, row) => {
      const [from, to] = [row * width, (row + 1) * width];
      found[i] = { numbers: numbers.slice(from, to), kinds: kinds.slice(from, to) };
    });
  });
  return found;
}

/** Bucket after bucket in this thread. */
function ownHands(snapshot: Snapshot): BucketHands {
  return {
    bits: snapshot.manifest.bits,
    async fill(plan, work, done) {
      const hand = new BucketHand({ snapshot, plan });
      for (const next of work) {
        const answer = await hand.answer(next, "values");
        if ("result" in answer) done(answer.result, false);
      }
    },
    async link(plan, work, done) {
      const hand = new BucketHand({ snapshot, plan });
      for (const next of work) {
        const answer = await hand.answer(next, "links");
        if ("linked" in answer) done(answer.linked);
      }
    },
  };
}
