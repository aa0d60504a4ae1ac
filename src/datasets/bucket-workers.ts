// Hands buckets to a few worker threads, one bucket a worker at a time, and yields what comes back.

import { Worker } from "node:worker_threads";
import { AssayError } from "../base/index.ts";
import type { BackFillResult, BackFillRows } from "./back-fill.ts";
import type { BackFillAnswer, BackFillSetup } from "./back-fill.worker.ts";
import { problems } from "./errors.ts";

export interface BucketWork {
  readonly bucket: number;
  readonly rows: BackFillRows;
}

/** Calls `done` with each result as it comes; the first failure ends the rest and is thrown. */
export async function fillBuckets(
  setup: BackFillSetup,
  work: readonly BucketWork[],
  workers: number,
  done: (result: BackFillResult) => void,
): Promise<void> {
  const queue = [...work];
  const threads = Array.from({ length: Math.min(workers, work.length) }, () => startWorker(setup));
  try {
    await Promise.all(threads.map((thread) => fillFrom(queue, thread, done)));
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

function startWorker(setup: BackFillSetup): Worker {
  return new Worker(new URL("./back-fill.worker.ts", import.meta.url), { workerData: setup });
}

async function fillFrom(queue: BucketWork[], thread: Worker, done: (result: BackFillResult) => void): Promise<void> {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) done(await fillOne(thread, next));
}

async function fillOne(thread: Worker, work: BucketWork): Promise<BackFillResult> {
  const answer = await new Promise<BackFillAnswer>((resolve, reject) => {
    const failed = (error: unknown) => reject(workerFailed(work, String(error)));
    thread.once("error", failed);
    thread.once("message", (message: BackFillAnswer) => {
      thread.off("error", failed);
      resolve(message);
    });
    thread.postMessage(work);
  });
  if ("failure" in answer) throw workerFailed(work, answer.failure);
  return answer.result;
}

function workerFailed(work: BucketWork, why: string): AssayError {
  return new AssayError(problems.WORKER_FAILED(`bucket ${work.bucket}`, { why }));
}
