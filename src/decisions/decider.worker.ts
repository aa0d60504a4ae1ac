// A worker thread around one Evaluator: the service's event loop only moves bytes. Jobs come and go in batches, because a
// message costs more than a decision moves. Shadow models and bundles look on after the answers are gone, between batches, a
// slice of time at once.

import { parentPort, workerData } from "node:worker_threads";
import { invariant, isAssayError, type Problem } from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import { openOnlineReader } from "../history/online-reader.ts";
import {
  type BundleParcel,
  type EvaluatedText,
  type EvaluationRequest,
  Evaluator,
  type Onlooker,
} from "./evaluator.ts";
import type { ShadowOpinion } from "./served.ts";

export interface DeciderSetup {
  readonly onlineFolder: string;
  readonly schema: HistorySchema;
}

export type DeciderJob =
  | { readonly kind: "load"; readonly parcel: BundleParcel }
  | {
      readonly kind: "evaluate";
      readonly bundle: string;
      readonly request: EvaluationRequest;
      readonly onlooker: Onlooker | null;
    };

/** `models`: those of the bundle that decides; `bundle`: the onlooker. */
export type Look = "models" | "bundle";

export interface Looked {
  readonly decisionId: string;
  readonly look: Look;
  readonly done: Done<readonly ShadowOpinion[]>;
}

/** What became of one thing that was asked. */
export type Done<T> =
  | { readonly result: T }
  | { readonly problem: Problem | null; readonly message: string; readonly stack: string | undefined };

export type DeciderMessage = "close" | { readonly batch: number; readonly jobs: readonly DeciderJob[] };

export type DeciderAnswer =
  /** In the order of the jobs. */
  | { readonly batch: number; readonly done: readonly Done<EvaluatedText | null>[] }
  | { readonly looked: readonly Looked[] };

/** For onlookers, between two glances at what else waits: the most that an answer waits for them, but for the last of them. */
const SLICE_MS = 1;

invariant(parentPort !== null, "the decider runs as a worker thread");
const port = parentPort;
const { onlineFolder, schema } = workerData as DeciderSetup;
const reader = openOnlineReader(onlineFolder, schema);
const evaluator = new Evaluator(reader);
const waiting: (() => Looked)[] = [];
let looking = false;

function run(job: DeciderJob): EvaluatedText | null {
  if (job.kind === "load") {
    evaluator.load(job.parcel);
    return null;
  }
  const { bundle, request, onlooker } = job;
  const { answer, input } = evaluator.evaluate(bundle, request);
  if (evaluator.hasShadow(bundle)) lookLater(request, "models", () => evaluator.shadow(bundle, input));
  if (onlooker !== null) {
    const { asked } = onlooker;
    lookLater(request, "bundle", () => [evaluator.opinion(onlooker.bundle, { ...request, asked })]);
  }
  return answer;
}

function lookLater({ decisionId }: EvaluationRequest, look: Look, opinions: () => readonly ShadowOpinion[]): void {
  waiting.push(() => ({ decisionId, look, done: attempt(opinions) }));
}

function lookOn(): void {
  const until = performance.now() + SLICE_MS;
  const looked: Looked[] = [];
  while (waiting.length > 0 && performance.now() < until) looked.push(waiting.shift()!());
  tell({ looked });
  looking = waiting.length > 0;
  if (looking) setImmediate(lookOn);
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
    while (waiting.length > 0) lookOn();
    void reader.close();
    port.close();
    return;
  }
  tell({ batch: message.batch, done: message.jobs.map((job) => attempt(() => run(job))) });
  if (waiting.length > 0 && !looking) {
    looking = true;
    setImmediate(lookOn);
  }
});
