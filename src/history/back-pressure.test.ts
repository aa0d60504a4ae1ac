import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { clock, RecordingVault, rawStatement, removeTemporaryFolders, schema, temporaryFolder } from "./fixture.ts";
import { openHistory } from "./history.ts";
import type { ReadRow } from "./read-row.ts";

afterAll(removeTemporaryFolders);

/** Rows of one caller that wait in the door, and those that the caller has read for the next chunk. */
const HELD_ROWS = 2_000;

test("a slow disk: sources are read no further than the log has kept, so memory holds a chunk of each", async () => {
  const history = await openHistory(temporaryFolder(), { schema, vault: new RecordingVault(), clock });
  const append = history.log.append.bind(history.log);
  let kept = 0;
  let pulled = 0;
  const ahead: number[] = [];
  // The real log, behind a disk that takes its time.
  history.log.append = async (records) => {
    await sleep(5);
    ahead.push(pulled - kept);
    const range = await append(records);
    kept += records.length;
    return range;
  };
  const callers = 3;
  async function* rows(caller: number): AsyncGenerator<ReadRow> {
    for (let i = 0; i < 9_000; i++) {
      pulled++;
      yield { row: i + 1, raw: rawStatement(`e${i % 50}`, `${caller}-${i}`) };
    }
  }
  const answers = await Promise.all(
    Array.from({ length: callers }, (_, caller) => history.ingestRows(rows(caller), { source: "core" })),
  );
  expect(answers.map(({ accepted }) => accepted)).toEqual([9_000, 9_000, 9_000]);
  expect(Math.max(...ahead)).toBeLessThanOrEqual(callers * HELD_ROWS);
  expect(Math.max(...ahead)).toBeGreaterThan(0);
  await history.close();
});
