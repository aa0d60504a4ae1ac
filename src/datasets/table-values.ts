// Values of some parties at some moments, rebuilt from table files in place: what a replay from history asks for. The same
// back-fill runs in a build's workers.

import { hashPrefix } from "../base/index.ts";
import type { RequestValues } from "../compile/index.ts";
import { readBucket, type Snapshot } from "../history/index.ts";
import { BackFill, type BackFillPlan } from "./back-fill.ts";

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
  const backFill = new BackFill({ ...plan, label: null, labelCutOff: 0 });
  const width = plan.set.features.length;
  const found = new Array<PartyValues>(moments.length);
  const byBucket = Map.groupBy(moments.keys(), (i) => hashPrefix(moments[i]!.entity, snapshot.manifest.bits));
  for (const [bucket, index] of byBucket) {
    const rows = {
      index: Int32Array.from(index),
      entity: index.map((i) => moments[i]!.entity),
      t: Float64Array.from(index, (i) => moments[i]!.t),
      asked: index.map((i) => moments[i]!.asked),
    };
    const { numbers, kinds } = await backFill.run(rows, readBucket(snapshot, bucket, backFill.events, plan.schema));
    index.forEach((i, row) => {
      const [from, to] = [row * width, (row + 1) * width];
      found[i] = { numbers: numbers.slice(from, to), kinds: kinds.slice(from, to) };
    });
  }
  return found;
}
