import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BackFillResult } from "./back-fill.ts";
import type { BackFillSetup } from "./bucket-hand.ts";
import { type BucketWork, rowsByBucket } from "./bucket-rows.ts";
import { fillBuckets, threadsFor } from "./bucket-workers.ts";
import { inEightBuckets, openSmallHistory, type SmallHistory } from "./fixtures/small-history.ts";

let small: SmallHistory;
let setup: BackFillSetup;
let work: readonly BucketWork[];

beforeAll(async () => {
  small = await openSmallHistory();
  const { schema, request, roles, label, labelCutOff, spine } = small.request();
  const { set, meaningHash } = roles[0]!;
  const snapshot = inEightBuckets(small.snapshot);
  setup = { snapshot, plan: { schema, request, set, meaningHash, label: label.node, labelCutOff } };
  const entity = spine.map(({ parties }) => parties["applicant"]);
  const t = spine.map((row) => row.t);
  work = rowsByBucket({ entity, t, asked: (row) => ({ amount: row }), related: null }, 3);
});

afterAll(() => small.close());

/** Results in the order of their first row, and how many of them were found. */
async function filled(threads: number, parts: string, asked = setup) {
  const results: BackFillResult[] = [];
  let found = 0;
  const place = { threads, parts: join(small.folder, parts), signal: new AbortController().signal };
  await fillBuckets(asked, work, place, (result, was) => {
    results.push(result);
    if (was) found++;
  });
  return { results: results.sort((a, b) => a.index[0]! - b.index[0]!), found };
}

describe("the buckets of a back-fill", () => {
  it("come to the same bits in place, from one thread and from two", async () => {
    const { results, found } = await filled(0, "in-place");
    expect(work).toHaveLength(8);
    expect(results.flatMap(({ index }) => [...index]).sort((a, b) => a - b)).toEqual([...small.request().spine.keys()]);
    expect(results.some(({ numbers }) => numbers.some((value) => value > 0))).toBe(true);
    expect(found).toBe(0);
    expect(await filled(1, "one")).toEqual({ results, found: 0 });
    expect(await filled(2, "two")).toEqual({ results, found: 0 });
  });

  it("are found again, whoever did them", async () => {
    const { results } = await filled(2, "kept");
    expect(await filled(0, "kept")).toEqual({ results, found: 8 });
  });

  it.each([0, 2])("name the bucket that failed, with %i threads", async (threads) => {
    const gone = { ...setup, snapshot: { ...setup.snapshot, folder: join(small.folder, "gone") } };
    await expect(filled(threads, `gone-${threads}`, gone)).rejects.toMatchObject({
      problem: {
        code: "ASSAY_DATASETS_WORKER_FAILED",
        thing: expect.stringMatching(/^bucket \d$/),
        rule: expect.stringContaining("ASSAY_HISTORY_DAMAGED_FILE"),
      },
    });
  });

  it("name the bucket whose thread was killed", async () => {
    process.once("worker", (worker: Worker) => worker.once("online", () => void worker.terminate()));
    await expect(filled(1, "killed")).rejects.toMatchObject({
      problem: { code: "ASSAY_DATASETS_WORKER_FAILED", rule: expect.stringContaining("its thread ended") },
    });
  });
});

describe("threads for a back-fill", () => {
  it.each([
    { events: 1_999_999, workers: 8, threads: 0 },
    { events: 2_000_000, workers: 8, threads: 2 },
    { events: 50_000_000, workers: 8, threads: 8 },
    { events: 50_000_000, workers: 1, threads: 0 },
  ])("are $threads of $workers for $events events", ({ events, workers, threads }) => {
    expect(threadsFor(events, workers)).toBe(threads);
  });
});
