import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { instant, MICROS_PER_DAY, MICROS_PER_HOUR } from "../base/index.ts";
import {
  NOW,
  RecordingVault,
  rawStatement,
  removeTemporaryFolders,
  SOURCE,
  schema,
  statementEvent,
  temporaryFolder,
} from "./fixture.ts";
import { type History, openHistory } from "./history.ts";
import { binStartMicros, LatenessTally, latenessBin, latenessQuantile, lateShare, OTHER_SOURCES } from "./lateness.ts";
import { readLateness } from "./lateness-book.ts";

afterAll(removeTemporaryFolders);

const DELAY = 2 * MICROS_PER_DAY;

test("every lateness lies in its bin, a bin begins where the one before ends, and none is wider than a quarter", () => {
  const micros = fc.oneof(fc.integer({ min: -1e6, max: 1e7 }), fc.maxSafeNat());
  fc.assert(
    fc.property(micros, (late) => {
      const bin = latenessBin(late);
      expect(late).toBeLessThan(binStartMicros(bin + 1));
      if (bin > 0) expect(late).toBeGreaterThanOrEqual(binStartMicros(bin));
    }),
  );
  // From 4 ms on each of them holds a whole millisecond.
  for (let bin = 9; bin < 170; bin++) {
    expect(latenessBin(binStartMicros(bin))).toBe(latenessBin(binStartMicros(bin + 1) - 1));
    if (bin > 20) expect(binStartMicros(bin + 1) / binStartMicros(bin)).toBeLessThanOrEqual(1.25);
  }
});

test("counts of two spans merge to the counts of both", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom("a", "b"), fc.nat(1e9), fc.boolean())), fc.nat(20), (rows, cut) => {
      const tallied = (part: typeof rows) => {
        const tally = new LatenessTally();
        for (const [source, late, seen] of part) {
          tally.add(statementEvent("e", "1", { source, at: 0, knownAt: late }), 5e8, seen ? late + 7 : null);
        }
        return tally;
      };
      const merged = tallied(rows.slice(0, cut));
      merged.merge(tallied(rows.slice(cut)).feeds());
      expect(merged.feeds()).toEqual(tallied(rows).feeds());
    }),
  );
});

test("sources beyond what may be told apart count together", () => {
  const tally = new LatenessTally();
  for (let i = 0; i < 1_100; i++) tally.add(statementEvent("e", "1", { source: `s${i}` }), DELAY, null);
  const feeds = tally.feeds();
  expect(feeds).toHaveLength(1_001);
  expect(feeds.find(({ source }) => source === OTHER_SOURCES)?.known.events).toBe(100);
});

async function open(folder: string, now: number): Promise<History> {
  return await openHistory(folder, { schema, vault: new RecordingVault(), clock: { now: () => now } });
}

const day = (n: number) => instant("2024-01-01T00:00:00Z") + n * MICROS_PER_DAY;

test("first deliveries are counted by both clocks, exactly where the declared delay is asked about", async () => {
  const folder = temporaryFolder();
  const history = await open(folder, day(3));
  await history.ingest(
    [
      rawStatement("ann", "on time"),
      rawStatement("ann", "late", { knownAt: "2024-01-03T00:00:01Z" }),
      rawStatement("ann", "on time", { knownAt: "2024-01-04T00:00:00Z", fields: { billed: 7 } }),
      rawStatement("ann", "on time"),
      "no object",
    ],
    { source: SOURCE },
  );
  const [feed, ...others] = history.lateness();
  expect(others).toEqual([]);
  expect(feed).toMatchObject({ source: SOURCE, event: "statement", delayMicros: DELAY });
  expect([feed!.known.events, lateShare(feed!.known)]).toEqual([2, 0.5]);
  expect([feed!.arrived.events, lateShare(feed!.arrived)]).toEqual([2, 1]);
  const within = latenessQuantile(feed!.arrived, 0.5)!;
  expect(within).toBeGreaterThan(72 * MICROS_PER_HOUR);
  expect(within).toBeLessThanOrEqual(90 * MICROS_PER_HOUR);
  const counted = history.lateness();
  await history.close();
  expect(await readLateness(folder)).toEqual(counted);
  const again = await open(folder, NOW);
  expect(again.lateness()).toEqual(counted);
  await again.close();
});

test("what was taken in and not yet counted is counted from the log, without an arrival", async () => {
  const folder = temporaryFolder();
  const first = await open(folder, day(3));
  await first.ingest([rawStatement("ann", "s1")], { source: SOURCE });
  await first.close();
  const noted = readFileSync(join(folder, "lateness.json"));
  const second = await open(folder, day(3));
  const revision = rawStatement("ann", "s1", { knownAt: "2024-01-03T12:00:00Z", fields: { billed: 7 } });
  await second.ingest([rawStatement("ann", "s2"), revision], { source: SOURCE });
  await second.close();
  // A kill leaves the note as it was before.
  writeFileSync(join(folder, "lateness.json"), noted);
  const third = await open(folder, NOW);
  expect(third.lateness()[0]).toMatchObject({ known: { events: 2 }, arrived: { events: 1 } });
  await third.close();
});

test("a history without counts is counted from now on, and an unknown version is refused", async () => {
  const folder = temporaryFolder();
  const first = await open(folder, NOW);
  await first.ingest([rawStatement("ann", "s1")], { source: SOURCE });
  await first.close();
  const path = join(folder, "lateness.json");
  rmSync(path);
  const second = await open(folder, NOW);
  expect(second.lateness()).toEqual([]);
  await second.ingest([rawStatement("ann", "s1"), rawStatement("ann", "s2")], { source: SOURCE });
  expect(second.lateness()).toMatchObject([{ known: { events: 1 } }]);
  await second.close();
  writeFileSync(path, readFileSync(path, "utf8").replace('"version":1', '"version":2'));
  await expect(open(folder, NOW)).rejects.toMatchObject({ code: "ASSAY_HISTORY_UNKNOWN_VERSION" });
});
