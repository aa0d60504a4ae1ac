// Values of other entities for rows of a set that relates to them. Histories lie in buckets by entity, so this takes two
// passes before the set's own: the parties' buckets say who is linked to whom at each row's `t`, then the buckets of those
// give what is read of them at the same `t`. One bucket is in memory at a time, however far the links reach.

import { missingCode } from "../base/index.ts";
import { type RelatedValues, relationsOf } from "../compile/index.ts";
import type { BackFillPlan, BackFillResult, LinkedRows } from "./back-fill.ts";
import { type BucketWork, type PartyRows, rowsByBucket } from "./bucket-rows.ts";

/** Who does a bucket's work: worker threads for a build, the same code in place for a replay. */
export interface BucketHands {
  /** 2^bits buckets. */
  readonly bits: number;
  fill(
    plan: BackFillPlan,
    work: readonly BucketWork[],
    done: (result: BackFillResult, found: boolean) => void,
  ): Promise<void>;
  link(plan: BackFillPlan, work: readonly BucketWork[], done: (linked: LinkedRows) => void): Promise<void>;
}

const nothingAsked = () => ({});

/** Related values for each row, one after the other in the order of the plan's links; null where there are no links. */
export async function linkedValues(
  plan: BackFillPlan,
  rows: PartyRows,
  hands: BucketHands,
): Promise<RelatedValues | null> {
  const values = plan.set.features.map(({ feature }) => feature.value);
  const relations = relationsOf(plan.set.name, values);
  if (relations.length === 0) return null;
  const ids = await linkedIds(plan, rows, relations.length, hands);
  const width = relations.reduce((sum, { set }) => sum + set.features.length, 0);
  const related = nobodyLinked(rows.entity.length * width);
  let place = 0;
  for (const [link, { set }] of relations.entries()) {
    const columns = { place, width, count: set.features.length };
    const linked = { entity: ids[link]!, t: rows.t, asked: nothingAsked, related: null };
    const other = { ...plan, set, request: null, label: null };
    await hands.fill(other, rowsByBucket(linked, hands.bits), (result) => putColumns(result, related, columns));
    place += columns.count;
  }
  return related;
}

/** For each link, whom it names at each row; undefined where nobody. */
async function linkedIds(
  plan: BackFillPlan,
  rows: PartyRows,
  links: number,
  hands: BucketHands,
): Promise<(string | undefined)[][]> {
  const ids = Array.from({ length: links }, () => new Array<string | undefined>(rows.entity.length).fill(undefined));
  const bare = { ...rows, asked: nothingAsked };
  await hands.link({ ...plan, label: null }, rowsByBucket(bare, hands.bits), ({ index, ids: found }) => {
    index.forEach((row, i) => {
      for (let link = 0; link < links; link++) ids[link]![row] = found[link]![i] ?? undefined;
    });
  });
  return ids;
}

function nobodyLinked(cells: number): RelatedValues {
  const kinds = new Uint8Array(cells).fill(missingCode("not linked"));
  return { numbers: new Float64Array(cells).fill(Number.NaN), kinds, offset: 0 };
}

function putColumns(
  { index, numbers, kinds }: BackFillResult,
  into: RelatedValues,
  { place, width, count }: { readonly place: number; readonly width: number; readonly count: number },
): void {
  index.forEach((row, i) => {
    into.numbers.set(numbers.subarray(i * count, (i + 1) * count), row * width + place);
    into.kinds.set(kinds.subarray(i * count, (i + 1) * count), row * width + place);
  });
}
