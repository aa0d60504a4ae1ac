// Time travel: which of the kept snapshots answers for a name or for a place in the log.

import { AssayError, type Hash } from "../base/index.ts";
import { problems } from "./errors.ts";
import type { Position } from "./event-log.ts";
import { keptSnapshots, readSnapshot, type Snapshot } from "./snapshot.ts";

/**
 * The kept snapshot of a hash, or of the beginning of one; or the oldest that holds all that had arrived by a position,
 * which `readBucket(…, before)` then cuts off there. Throws ASSAY_HISTORY_UNKNOWN_SNAPSHOT.
 */
export async function snapshotAt(folder: string, at: Hash | Position): Promise<Snapshot> {
  const kept = await keptSnapshots(folder);
  if (typeof at === "string") {
    const named = kept.filter((hash) => at !== "" && hash.startsWith(at));
    if (named.length === 1) return await readSnapshot(folder, named[0]!);
    throw new AssayError(problems.UNKNOWN_SNAPSHOT(folder, { hash: at }));
  }
  const snapshots = await Promise.all(kept.map((hash) => readSnapshot(folder, hash)));
  const reaching = snapshots.filter(({ manifest }) => manifest.position.offset >= at.offset);
  const oldest = reaching.reduce<Snapshot | undefined>(
    (found, one) =>
      found === undefined || one.manifest.position.offset < found.manifest.position.offset ? one : found,
    undefined,
  );
  if (oldest !== undefined) return oldest;
  throw new AssayError(problems.UNKNOWN_SNAPSHOT(folder, { hash: `that reaches record ${at.offset}` }));
}
