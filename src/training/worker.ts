// The Python worker as a child process: started without a shell, listened to line by line, stopped on request. It reads a
// job file and writes files; nothing it prints is trusted beyond progress and refusals.

import { type ChildProcess, spawn } from "node:child_process";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { AssayError, type Problem, type Progress } from "../base/index.ts";
import { problems } from "./errors.ts";
import { trainerHome } from "./trainer.ts";

const LAST_WORDS_CHARACTERS = 600;

export interface WorkerCall {
  /** The interpreter's path. */
  readonly python: string;
  /** What to name in errors. */
  readonly thing: string;
  readonly jobPath: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** A worker silent for longer is taken to hang. */
  readonly silenceMillis: number;
  /** From SIGTERM to SIGKILL. */
  readonly graceMillis: number;
}

const progressLine = z.object({ stage: z.string(), done: z.number(), total: z.number(), unit: z.string() });
const errorLine = z.object({
  error: z.object({
    code: z.string().regex(/^ASSAY_TRAINING_[A-Z_]+$/),
    thing: z.string(),
    rule: z.string(),
    wayOut: z.string(),
  }),
});

/** Runs one job to its end. Throws what the worker refused, or CANCELLED, SILENT, CRASHED, PYTHON_ABSENT. */
export async function runWorker(call: WorkerCall): Promise<void> {
  if (call.signal.aborted) throw new AssayError(problems.CANCELLED(call.thing, {}));
  const child = spawn(call.python, ["-P", "-X", "utf8", "-m", "assay_trainer", call.jobPath], {
    cwd: dirname(call.jobPath),
    env: workerEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const problem = await listen(child, call);
  if (problem !== undefined) throw new AssayError(problem);
}

// Settings and secrets of the parent are none of the worker's business.
function workerEnvironment(): NodeJS.ProcessEnv {
  const passed = ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "SYSTEMROOT"];
  const environment: NodeJS.ProcessEnv = {
    PYTHONPATH: trainerHome,
    PYTHONHASHSEED: "0",
    // Spinning OpenMP threads starve everything else on a busy machine, XGBoost itself first.
    OMP_WAIT_POLICY: "PASSIVE",
    OPENBLAS_NUM_THREADS: "1",
  };
  for (const name of passed) if (process.env[name] !== undefined) environment[name] = process.env[name];
  return environment;
}

/** What the run's end means; `undefined` where it ended well. */
async function listen(child: ChildProcess, call: WorkerCall): Promise<Problem | undefined> {
  let verdict: Problem | undefined;
  let lastWords = "";
  const stop = stopper(child, call.graceMillis);
  const silence = setTimeout(() => {
    verdict ??= problems.SILENT(call.thing, { minutes: call.silenceMillis / 60_000 });
    stop.now();
  }, call.silenceMillis);
  const cancel = (): void => {
    verdict ??= problems.CANCELLED(call.thing, {});
    stop.now();
  };
  call.signal.addEventListener("abort", cancel, { once: true });
  createInterface({ input: child.stdout! }).on("line", (line) => {
    const said = readLine(line);
    if (said === undefined) return;
    silence.refresh();
    if ("code" in said) verdict ??= said;
    else call.progress(said);
  });
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    lastWords = (lastWords + text).slice(-LAST_WORDS_CHARACTERS);
  });
  const end = await ended(child);
  clearTimeout(silence);
  stop.clear();
  call.signal.removeEventListener("abort", cancel);
  if (end.error !== undefined) return problems.PYTHON_ABSENT(call.python, { detail: end.error });
  if (verdict !== undefined || end.how === "exit 0") return verdict;
  return problems.CRASHED(call.thing, { how: end.how, lastWords: lastWords.trim().replaceAll(/\s*\n\s*/g, " | ") });
}

/** SIGTERM now, SIGKILL after a grace. */
function stopper(child: ChildProcess, graceMillis: number): { readonly now: () => void; readonly clear: () => void } {
  let timer: NodeJS.Timeout | undefined;
  return {
    now: () => {
      child.kill("SIGTERM");
      timer ??= setTimeout(() => child.kill("SIGKILL"), graceMillis);
    },
    clear: () => clearTimeout(timer),
  };
}

async function ended(child: ChildProcess): Promise<{ readonly how: string; readonly error?: string }> {
  return await new Promise((resolve) => {
    child.once("error", (error) => resolve({ how: "an error", error: error.message }));
    child.once("close", (code, signal) => resolve({ how: signal === null ? `exit ${code}` : `signal ${signal}` }));
  });
}

function readLine(line: string): z.infer<typeof progressLine> | Problem | undefined {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    // A library that prints to stdout is not heard.
    return undefined;
  }
  const progress = progressLine.safeParse(json);
  if (progress.success) return progress.data;
  return errorLine.safeParse(json).data?.error;
}
