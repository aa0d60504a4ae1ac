// Does one bucket's work after another: reads the bucket's table files and runs the kernel. A thread has one such hand, and a
// build too small for threads has it in place; both give the same bytes.

import { readBucket, type Snapshot } from "../history/index.ts";
import { BackFill, type BackFillPlan, type BackFillResult, type LinkedRows } from "./back-fill.ts";
import type { BucketWork } from "./bucket-rows.ts";

export interface BackFillSetup {
  readonly snapshot: Snapshot;
  readonly plan: BackFillPlan;
}

/** "links": whom the rows are linked to; "values": the values themselves. */
export type BackFillAsk = "links" | "values";

export type BucketAnswer = { readonly result: BackFillResult } | { readonly linked: LinkedRows };

/** Throws what `readBucket` and compiling the plan throw. */
export class BucketHand {
  readonly #snapshot: Snapshot;
  readonly #backFill: BackFill;

  constructor({ snapshot, plan }: BackFillSetup) {
    this.#snapshot = snapshot;
    this.#backFill = new BackFill(plan);
  }

  async answer({ bucket, rows }: BucketWork, ask: BackFillAsk): Promise<BucketAnswer> {
    const { events, schema } = this.#backFill;
    const histories = readBucket(this.#snapshot, bucket, events, schema);
    if (ask === "links") return { linked: await this.#backFill.linked(rows, histories) };
    return { result: await this.#backFill.run(rows, histories) };
  }
}
