// Hands buckets to a few worker threads, one bucket a worker at a time, or does them here where threads do not pay, and hands
// on what comes back. Each result is kept in a file named by everything it was made from, so that a build that was killed goes
// on where it was.

import { createHash, type Hash } from "node:crypto";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { AssayError, canonicalJson, SEMANTICS } from "../base/index.ts";
import type { BackFillResult, LinkedRows } from "./back-fill.ts";
import type { ThreadAnswer, ThreadAsked } from "./back-fill.worker.ts";
import { type BackFillAsk, type BackFillSetup, type BucketAnswer, BucketHand } from "./bucket-hand.ts";
import type { BucketWork } from "./bucket-rows.ts";
import { problems } from "./errors.ts";
import { keepFile, keptFile } from "./kept-file.ts";

export interface Workplace {
  /** None: this thread does the work itself. */
  readonly threads: number;
  readonly signal: AbortSignal;
  /** Folder of the results kept until the build is published. */
  readonly parts: string;
}

/** To start a thread and to load the kernel's code in it costs as much CPU as some 900,000 events. */
const THREAD_EVENTS = 1_000_000;

/** How many threads pay for so many events. One alone never does: whoever started it waits for it. */
export function threadsFor(events: number, workers: number): number {
  const threads = Math.min(workers, Math.floor(events / THREAD_EVENTS));
  return threads < 2 ? 0 : threads;
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

interface Hand {
  answer(work: BucketWork, ask: BackFillAsk): Promise<BucketAnswer>;
  end(): Promise<void>;
}

async function askBuckets(
  setup: BackFillSetup,
  work: readonly BucketWork[],
  { threads, signal, parts }: Workplace,
  ask: BackFillAsk,
  done: (answer: BucketAnswer, found: boolean) => void,
): Promise<void> {
  const queue = [...work];
  const begun = nameBegun(setup, ask);
  const hands: Hand[] = Array.from({ length: Math.min(threads, work.length) }, () => new BackFillThread(setup));
  if (hands.length === 0) hands.push(new OwnHand(setup));
  const drain = async (hand: Hand) => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      signal.throwIfAborted();
      const part = join(parts, partName(begun, next));
      const found = await keptFile<BucketAnswer>(part);
      const answer = found ?? (await hand.answer(next, ask));
      if (found === undefined) await keepFile(part, answer);
      done(answer, found !== undefined);
    }
  };
  try {
    await Promise.all(hands.map(drain));
  } finally {
    await Promise.all(hands.map((hand) => hand.end()));
  }
}

/** What an answer follows from: the release's semantics, the snapshot, the definitions and, in `partName`, the rows asked. */
function nameBegun({ snapshot, plan }: BackFillSetup, ask: BackFillAsk): Hash {
  return createHash("sha256").update(canonicalJson({ semantics: SEMANTICS, snapshot: snapshot.hash, plan, ask }));
}

function partName(begun: Hash, { bucket, rows }: BucketWork): string {
  const { index, entity, t, asked, related } = rows;
  const hash = begun.copy().update(`${bucket} `).update(index).update(t);
  hash.update(JSON.stringify([entity, asked]));
  if (related !== null) hash.update(related.numbers).update(related.kinds);
  return hash.digest("hex");
}

function failed({ bucket }: BucketWork, error: unknown): AssayError {
  const why = error instanceof Error ? error.message : String(error);
  return new AssayError(problems.WORKER_FAILED(`bucket ${bucket}`, { why }), { cause: error });
}

class OwnHand implements Hand {
  readonly #hand: BucketHand;

  constructor(setup: BackFillSetup) {
    this.#hand = new BucketHand(setup);
  }

  async answer(work: BucketWork, ask: BackFillAsk): Promise<BucketAnswer> {
    return await this.#hand.answer(work, ask).catch((error: unknown) => {
      throw failed(work, error);
    });
  }

  async end(): Promise<void> {}
}

class BackFillThread implements Hand {
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

  async answer(work: BucketWork, ask: BackFillAsk): Promise<BucketAnswer> {
    const answered = new Promise<ThreadAnswer>((resolve) => {
      this.#worker.once("message", resolve);
    });
    this.#worker.postMessage({ ...work, ask } satisfies ThreadAsked);
    const answer = await Promise.race([answered, this.#gone]).catch((error: unknown) => {
      throw failed(work, error);
    });
    if (!("failure" in answer)) return answer;
    throw failed(work, answer.failure);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
