// The log is a transport with bounded retention: what lies in verified table files may leave it. A roll-back may go to
// any kept snapshot and seal on from there, so the log reaches back to the oldest of them.

import type { Problem } from "../base/index.ts";
import type { EventLog } from "./event-log.ts";
import { currentSnapshot, keptSnapshots, readSnapshot, verifySnapshot } from "./snapshot.ts";

/** Trims the log, unless the files of the current snapshot are damaged: then those problems come back. */
export async function trimLog(folder: string, log: EventLog): Promise<readonly Problem[]> {
  const current = await currentSnapshot(folder);
  if (current === undefined) return [];
  const damage = await verifySnapshot(current);
  if (damage.length > 0) return damage;
  const kept = await Promise.all((await keptSnapshots(folder)).map((hash) => readSnapshot(folder, hash)));
  const offset = Math.min(...kept.map(({ manifest }) => manifest.position.offset));
  await log.trim({ partition: 0, offset });
  return [];
}
