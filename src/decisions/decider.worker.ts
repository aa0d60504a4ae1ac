// A worker thread around one Evaluator: the service's event loop only moves bytes. Jobs come and go in batches, because a
// message costs more than a decision moves. Shadow models score after the answers are gone, between batches.

import { parentPort, workerData } from "node:worker_threads";
import { invariant, isAssayError, type Problem } from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import { openOnlineReader } from "../history/online-reader.ts";
import type { DecideInput, ShadowOutput } from "../policy/index.ts";
import { type BundleParcel, type EvaluatedText, type EvaluationRequest, Evaluator } from "./evaluator.ts";

export interface DeciderSetup {
  readonly onlineFolder: string;
  readonly schema: HistorySchema;
}

export type DeciderJob =
  | { readonly kind: "load"; readonly parcel: BundleParcel }
  | { readonly kind: "evaluate"; readonly bundle: string; readonly request: EvaluationRequest };

/** What became of one thing that was asked. */
export type Done<T> =
  | { readonly result: T }
  | { readonly problem: Problem | null; readonly message: string; readonly stack: string | undefined };

export type DeciderMessage = "close" | { readonly batch: number; readonly jobs: readonly DeciderJob[] };

export type DeciderAnswer =
  /** In the order of the jobs. */
  | { readonly batch: number; readonly done: readonly Done<EvaluatedText | null>[] }
  | { readonly shadows: readonly { readonly decisionId: string; readonly done: Done<readonly ShadowOutput[]> }[] };

/** Shadow scores between two looks at what else waits. */
const SHADOWS_AT_ONCE = 16;

invariant(parentPort !== null, "the decider runs as a worker thread");
const port = parentPort;
const { onlineFolder, schema } = workerData as DeciderSetup;
const reader = openOnlineReader(onlineFolder, schema);
const evaluator = new Evaluator(reader);
const shadows: { readonly bundle: string; readonly input: DecideInput }[] = [];
let scoring = false;

function run(job: DeciderJob): EvaluatedText | null {
  if (job.kind === "load") {
    evaluator.load(job.parcel);
    return null;
  }
  const { answer, input } = evaluator.evaluate(job.bundle, job.request);
  if (evaluator.hasShadow(job.bundle)) shadows.push({ bundle: job.bundle, input });
  return answer;
}

function scoreShadows(): void {
  const some = shadows.splice(0, SHADOWS_AT_ONCE);
  tell({
    shadows: some.map(({ bundle, input }) => ({
      decisionId: input.decisionId,
      done: attempt(() => evaluator.shadow(bundle, input)),
    })),
  });
  scoring = shadows.length > 0;
  if (scoring) setImmediate(scoreShadows);
}

function attempt<T>(work: () => T): Done<T> {
  try {
    return { result: work() };
  } catch (error) {
    const problem = isAssayError(error) ? error.problem : null;
    return { problem, message: String(error), stack: error instanceof Error ? error.stack : undefined };
  }
}

function tell(answer: DeciderAnswer): void {
  port.postMessage(answer);
}

port.on("message", (message: DeciderMessage) => {
  if (message === "close") {
    while (shadows.length > 0) scoreShadows();
    void reader.close();
    port.close();
    return;
  }
  tell({ batch: message.batch, done: message.jobs.map((job) => attempt(() => run(job))) });
  if (shadows.length > 0 && !scoring) {
    scoring = true;
    setImmediate(scoreShadows);
  }
});
