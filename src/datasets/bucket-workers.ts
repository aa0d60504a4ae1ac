// Hands buckets to a few worker threads, one bucket a worker at a time, and hands on what comes back.

import { Worker } from "node:worker_threads";
import { AssayError } from "../base/index.ts";
import type { BackFillResult, BackFillRows } from "./back-fill.ts";
import type { BackFillAnswer, BackFillSetup } from "./back-fill.worker.ts";
import { problems } from "./errors.ts";

export interface BucketWork {
  readonly bucket: number;
  readonly rows: BackFillRows;
}

/**
 * Calls `done` with each result as it comes. The first failure ends the rest and is thrown: ASSAY_DATASETS_WORKER_FAILED,
 * also where a thread ends without an answer.
 */
export async function fillBuckets(
  setup: BackFillSetup,
  work: readonly BucketWork[],
  { workers, signal }: { readonly workers: number; readonly signal: AbortSignal },
  done: (result: BackFillResult) => void,
): Promise<void> {
  const queue = [...work];
  const threads = Array.from({ length: Math.min(workers, work.length) }, () => new BackFillThread(setup));
  const drain = async (thread: BackFillThread) => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      signal.throwIfAborted();
      done(await thread.fill(next));
    }
  };
  try {
    await Promise.all(threads.map(drain));
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
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

  async fill(work: BucketWork): Promise<BackFillResult> {
    const answered = new Promise<BackFillAnswer>((resolve) => {
      this.#worker.once("message", resolve);
    });
    this.#worker.postMessage(work);
    const failed = (error: unknown): BackFillAnswer => ({
      failure: error instanceof Error ? error.message : String(error),
    });
    const answer = await Promise.race([answered, this.#gone.catch(failed)]);
    if ("result" in answer) return answer.result;
    throw new AssayError(problems.WORKER_FAILED(`bucket ${work.bucket}`, { why: answer.failure }));
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
