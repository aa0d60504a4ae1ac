// One bucket at a time in a thread of its own: reads the bucket's table files, runs the kernel, hands the arrays back
// without a copy.

import { parentPort, workerData } from "node:worker_threads";
import { invariant } from "../base/index.ts";
import { readBucket, type Snapshot } from "../history/index.ts";
import { BackFill, type BackFillPlan, type BackFillResult, type BackFillRows, type LinkedRows } from "./back-fill.ts";

export interface BackFillSetup {
  readonly snapshot: Snapshot;
  readonly plan: BackFillPlan;
}

/** "links": whom the rows are linked to; "values": the values themselves. */
export type BackFillAsk = "links" | "values";

export type BackFillAnswer =
  | { readonly result: BackFillResult }
  | { readonly linked: LinkedRows }
  | { readonly failure: string };

invariant(parentPort !== null, "back-fill runs as a worker thread");
const port = parentPort;
const { snapshot, plan } = workerData as BackFillSetup;
const backFill = new BackFill(plan);

async function answer(bucket: number, rows: BackFillRows, ask: BackFillAsk): Promise<void> {
  try {
    const histories = readBucket(snapshot, bucket, backFill.events, backFill.schema);
    if (ask === "links")
      return port.postMessage({ linked: await backFill.linked(rows, histories) } satisfies BackFillAnswer);
    const result = await backFill.run(rows, histories);
    const lent = [result.numbers.buffer, result.kinds.buffer, result.label.buffer] as ArrayBuffer[];
    port.postMessage({ result } satisfies BackFillAnswer, lent);
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    port.postMessage({ failure } satisfies BackFillAnswer);
  }
}

interface Message {
  readonly bucket: number;
  readonly rows: BackFillRows;
  readonly ask: BackFillAsk;
}

port.on("message", ({ bucket, rows, ask }: Message) => void answer(bucket, rows, ask));
