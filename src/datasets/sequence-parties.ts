// Whose histories the rows of a spine are asked for when sequences are fitted and built, and on which side of the split they are.

import { type Hash, hashPrefix, hashText } from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import type { SequenceNode } from "../define/index.ts";
import type { Snapshot } from "../history/index.ts";
import type { SpineRow } from "./spine.ts";
import { type SplitName, type SplitRule, splitOf } from "./split.ts";

/** A sequence over the rows of a spine. */
export interface SequenceRows {
  readonly sequence: { readonly node: SequenceNode; readonly meaningHash: Hash };
  readonly schema: HistorySchema;
  readonly snapshot: Snapshot;
  readonly spine: readonly SpineRow[];
  /** The party whose events they are. */
  readonly role: string;
  readonly split: SplitRule;
  /** The role whose party decides on the split, as the first role of a dataset does; `role` where it is absent. */
  readonly splitRole?: string;
}

export function splitOfRow({ split, role, splitRole = role }: SequenceRows, { parties }: SpineRow): SplitName {
  return splitOf(parties[splitRole] ?? "", split);
}

/** Entities by the bucket that their histories lie in, buckets in order. */
export function byBucket(
  entities: Iterable<string>,
  { manifest }: Snapshot,
): [bucket: number, entities: Set<string>][] {
  const buckets = new Map<number, Set<string>>();
  for (const entity of entities) {
    const bucket = hashPrefix(entity, manifest.bits);
    buckets.set(bucket, (buckets.get(bucket) ?? new Set()).add(entity));
  }
  return [...buckets].sort(([a], [b]) => a - b);
}

const DIGITS = 16;

/** How a fit remembers whom it saw: by no name, and so that two ids that share a mark only refuse more. */
export function markOf(entity: string): string {
  return hashText(entity).slice(0, DIGITS);
}

export function marksIn(seen: string): Set<string> {
  return new Set(Array.from({ length: seen.length / DIGITS }, (_, i) => seen.slice(i * DIGITS, (i + 1) * DIGITS)));
}
