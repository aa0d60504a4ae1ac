// A worker thread around one Evaluator: the service's event loop only moves bytes.

import { parentPort, workerData } from "node:worker_threads";
import { invariant, isAssayError, type Problem } from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import { openOnlineReader } from "../history/online-reader.ts";
import type { DecideInput } from "../policy/index.ts";
import { type BundleParcel, type Evaluation, type EvaluationRequest, Evaluator } from "./evaluator.ts";

export interface DeciderSetup {
  readonly onlineFolder: string;
  readonly schema: HistorySchema;
}

export type DeciderJob =
  | { readonly kind: "load"; readonly parcel: BundleParcel }
  | { readonly kind: "evaluate"; readonly bundle: string; readonly request: EvaluationRequest }
  | { readonly kind: "shadow"; readonly bundle: string; readonly input: DecideInput };

export type DeciderAnswer =
  | { readonly job: number; readonly result: unknown }
  | { readonly job: number; readonly problem: Problem | null; readonly message: string };

invariant(parentPort !== null, "the decider runs as a worker thread");
const port = parentPort;
const { onlineFolder, schema } = workerData as DeciderSetup;
const reader = openOnlineReader(onlineFolder, schema);
const evaluator = new Evaluator(reader);

function run(job: DeciderJob): Evaluation | ReturnType<Evaluator["shadow"]> | null {
  if (job.kind === "evaluate") return evaluator.evaluate(job.bundle, job.request);
  if (job.kind === "shadow") return evaluator.shadow(job.bundle, job.input);
  evaluator.load(job.parcel);
  return null;
}

port.on("message", (message: { id: number; job: DeciderJob } | "close") => {
  if (message === "close") {
    void reader.close();
    port.close();
    return;
  }
  try {
    port.postMessage({ job: message.id, result: run(message.job) } satisfies DeciderAnswer);
  } catch (error) {
    const problem = isAssayError(error) ? error.problem : null;
    port.postMessage({ job: message.id, problem, message: String(error) } satisfies DeciderAnswer);
  }
});
