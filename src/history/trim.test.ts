import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { HistoryEvent } from "../compile/index.ts";
import type { EventLog } from "./event-log.ts";
import { removeTemporaryFolders, schema, statementEvent, temporaryFolder } from "./fixture.ts";
import { openLocalLog } from "./local-log.ts";
import { openOnlineStore } from "./online-store.ts";
import { bringUp } from "./replay.ts";
import { seal } from "./seal.ts";
import { currentSnapshot, keptSnapshots, readSnapshot, SNAPSHOTS_KEPT } from "./snapshot.ts";
import { trimLog } from "./trim.ts";
import { encodeEvent } from "./wire-event.ts";

afterAll(removeTemporaryFolders);

const event = (i: number): HistoryEvent => statementEvent("ann", `s${i}`, { at: i });

/** A history whose log has a segment per record, so that trimming shows at once. */
async function sealedTimes(seals: number): Promise<{ folder: string; log: EventLog }> {
  const folder = temporaryFolder();
  const log = await openLocalLog(join(folder, "log"), { segmentBytes: 17 });
  for (let i = 0; i < seals; i++) {
    await log.append([encodeEvent(event(i))]);
    await seal(folder, log, { schema, recorded: {} });
  }
  return { folder, log };
}

test("the log keeps what is not sealed, and what a roll-back to any kept snapshot needs", async () => {
  const { folder, log } = await sealedTimes(SNAPSHOTS_KEPT + 3);
  expect(await trimLog(folder, log)).toEqual([]);
  const [oldestKept] = await keptSnapshots(folder);
  const { position } = (await readSnapshot(folder, oldestKept!)).manifest;
  expect(position.offset).toBe(4);
  expect(log.oldest()).toEqual(position);
  await log.close();
});

test("without a snapshot nothing is trimmed", async () => {
  const folder = temporaryFolder();
  const log = await openLocalLog(join(folder, "log"), { segmentBytes: 17 });
  for (let i = 0; i < 3; i++) await log.append([encodeEvent(event(i))]);
  expect(await trimLog(folder, log)).toEqual([]);
  expect(log.oldest().offset).toBe(0);
  await log.close();
});

test("an online store that is behind the trimmed log is rebuilt from the snapshot", async () => {
  const { folder, log } = await sealedTimes(SNAPSHOTS_KEPT + 3);
  await trimLog(folder, log);
  await log.append([encodeEvent(event(50))]);
  const untouched = openOnlineStore(join(folder, "online"), schema);
  await untouched.rebuild((async function* () {})(), { partition: 0, offset: 0 });
  await untouched.close();
  const online = openOnlineStore(join(folder, "online"), schema);
  expect(online.mustRebuild()).toBe(false);
  await bringUp(online, await currentSnapshot(folder), log, schema);
  expect(online.appliedUpTo()).toEqual(log.head());
  expect([...online.history("ann", ["statement"]).events["statement"]!.at]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 50]);
  await online.close();
  await log.close();
});
