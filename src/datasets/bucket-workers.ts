// Hands buckets to a few worker threads, one bucket a worker at a time, and hands on what comes back. Each result is kept in a
// file named by everything it was made from, so that a build that was killed goes on where it was.

import { createHash } from "node:crypto";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { AssayError, canonicalJson, SEMANTICS } from "../base/index.ts";
import type { BackFillResult, LinkedRows } from "./back-fill.ts";
import type { BackFillAnswer, BackFillAsk, BackFillSetup } from "./back-fill.worker.ts";
import type { BucketWork } from "./bucket-rows.ts";
import { problems } from "./errors.ts";
import { keepFile, keptFile } from "./kept-file.ts";

export interface Workplace {
  readonly workers: number;
  readonly signal: AbortSignal;
  /** Folder of the results kept until the build is published. */
  readonly parts: string;
}

/**
 * Calls `done` with each result as it comes, and whether it was found from an earlier try. The first failure ends the rest and
 * is thrown: ASSAY_DATASETS_WORKER_FAILED, also where a thread ends without an answer.
 */
export async function fillBuckets(
  setup: BackFillSetup,
  work: readonly BucketWork[],
  place: Workplace,
  done: (result: BackFillResult, found: boolean) => void,
): Promise<void> {
  await askBuckets(setup, work, place, "values", (answer, found) => {
    if ("result" in answer) done(answer.result, found);
  });
}

/** As `fillBuckets`, for whom the rows are linked to. */
export async function linkBuckets(
  setup: BackFillSetup,
  work: readonly BucketWork[],
  place: Workplace,
  done: (linked: LinkedRows) => void,
): Promise<void> {
  await askBuckets(setup, work, place, "links", (answer) => {
    if ("linked" in answer) done(answer.linked);
  });
}

type Answered = Exclude<BackFillAnswer, { failure: string }>;

async function askBuckets(
  setup: BackFillSetup,
  work: readonly BucketWork[],
  { workers, signal, parts }: Workplace,
  ask: BackFillAsk,
  done: (answer: Answered, found: boolean) => void,
): Promise<void> {
  const queue = [...work];
  const threads = Array.from({ length: Math.min(workers, work.length) }, () => new BackFillThread(setup));
  const drain = async (thread: BackFillThread) => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      signal.throwIfAborted();
      const part = join(parts, partName(setup, next, ask));
      const found = await keptFile<Answered>(part);
      const answer = found ?? (await thread.answer(next, ask));
      if (found === undefined) await keepFile(part, answer);
      done(answer, found !== undefined);
    }
  };
  try {
    await Promise.all(threads.map(drain));
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
}

/** Hash of what an answer follows from: the release's semantics, the snapshot, the definitions and the rows asked. */
function partName({ snapshot, plan }: BackFillSetup, { bucket, rows }: BucketWork, ask: BackFillAsk): string {
  const { index, entity, t, asked, related } = rows;
  const hash = createHash("sha256");
  hash.update(canonicalJson({ semantics: SEMANTICS, snapshot: snapshot.hash, plan, bucket, ask }));
  hash
    .update(index)
    .update(t)
    .update(JSON.stringify([entity, asked]));
  if (related !== null) hash.update(related.numbers).update(related.kinds);
  return hash.digest("hex");
}

class BackFillThread {
  readonly #worker: Worker;
  /** Rejects when the thread is gone, whether it said why or not. */
  readonly #gone: Promise<never>;

  constructor(setup: BackFillSetup) {
    this.#worker = new Worker(new URL("./back-fill.worker.ts", import.meta.url), { workerData: setup });
    this.#gone = new Promise((_, reject) => {
      this.#worker.once("error", reject);
      this.#worker.once("exit", (code) => reject(new Error(`its thread ended with code ${code}`)));
    });
    this.#gone.catch(() => {});
  }

  async answer(work: BucketWork, ask: BackFillAsk): Promise<Answered> {
    const answered = new Promise<BackFillAnswer>((resolve) => {
      this.#worker.once("message", resolve);
    });
    this.#worker.postMessage({ ...work, ask });
    const failed = (error: unknown): BackFillAnswer => ({
      failure: error instanceof Error ? error.message : String(error),
    });
    const answer = await Promise.race([answered, this.#gone.catch(failed)]);
    if (!("failure" in answer)) return answer;
    throw new AssayError(problems.WORKER_FAILED(`bucket ${work.bucket}`, { why: answer.failure }));
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
