// One bucket at a time in a thread of its own, handing the arrays back without a copy.

import { parentPort, workerData } from "node:worker_threads";
import { invariant } from "../base/index.ts";
import { type BackFillAsk, type BackFillSetup, type BucketAnswer, BucketHand } from "./bucket-hand.ts";
import type { BucketWork } from "./bucket-rows.ts";

export type ThreadAnswer = BucketAnswer | { readonly failure: string };

export interface ThreadAsked extends BucketWork {
  readonly ask: BackFillAsk;
}

invariant(parentPort !== null, "back-fill runs as a worker thread");
const port = parentPort;
const hand = new BucketHand(workerData as BackFillSetup);

async function answer({ ask, ...work }: ThreadAsked): Promise<void> {
  try {
    const answered = await hand.answer(work, ask);
    port.postMessage(answered satisfies ThreadAnswer, "result" in answered ? lentBy(answered.result) : []);
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    port.postMessage({ failure } satisfies ThreadAnswer);
  }
}

function lentBy({
  numbers,
  kinds,
  label,
}: { readonly [name in "numbers" | "kinds" | "label"]: Uint8Array | Float64Array }) {
  return [numbers.buffer, kinds.buffer, label.buffer] as ArrayBuffer[];
}

port.on("message", (asked: ThreadAsked) => void answer(asked));
