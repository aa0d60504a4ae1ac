// A few decider workers behind a queue. What is asked in one turn of the event loop goes to the workers in a few messages
// and comes back in as many. A worker that dies takes its jobs with it: they are refused by name, the client repeats them,
// and another worker is seated.

import { Worker } from "node:worker_threads";
import { AssayError } from "../base/index.ts";
import type { DecisionPart } from "../policy/index.ts";
import type { DeciderAnswer, DeciderJob, DeciderMessage, DeciderSetup, Done, Look } from "./decider.worker.ts";
import { problems } from "./errors.ts";
import type { BundleParcel, EvaluatedText, Evaluation, EvaluationRequest, Onlooker } from "./evaluator.ts";
import type { ShadowOpinion } from "./served.ts";

export interface Evaluated {
  readonly evaluation: Evaluation;
  /** Of the bundle's shadow models. Comes later than the answer; empty where it has none. */
  readonly shadow: Opinions;
  /** Of the bundle that looked on. Comes later than the answer; empty where none did. */
  readonly opinion: Opinions;
}

type Opinions = Promise<readonly ShadowOpinion[]>;
type Awaited = { readonly [look in Look]: Deferred<readonly ShadowOpinion[]> };

interface Deferred<T> {
  readonly resolve: (result: T) => void;
  readonly reject: (error: unknown) => void;
}

interface Task extends Deferred<EvaluatedText | null> {
  readonly job: DeciderJob;
  /** null where nobody looks on. */
  readonly looks: Awaited | null;
}

interface Seat {
  /** null while a new one is awaited. */
  worker: Worker | null;
  /** Batches under way. */
  readonly held: Map<number, readonly Task[]>;
  /** By `lookKey`. */
  readonly looks: Map<string, Deferred<readonly ShadowOpinion[]>>;
  /** Deaths since the last answer. */
  deaths: number;
}

/** Batches a worker holds at once: two, so that it never waits for the event loop between them. */
const HELD_AT_MOST = 2;
/** A larger batch makes its first decision wait for its last. */
const BATCH_AT_MOST = 8;
/** A worker that cannot start is tried again less and less often. */
const RESTART_MS = 50;
const RESTART_MS_AT_MOST = 5_000;
/** After so many deaths without an answer, requests are refused instead of waiting for the next try. */
const DEATHS_AT_MOST = 3;

export class DeciderPool {
  readonly #setup: DeciderSetup;
  readonly #seats: Seat[] = [];
  readonly #queue: Task[] = [];
  /** What a replacement worker must hold. */
  readonly #parcels = new Map<string, BundleParcel>();
  #nextBatch = 1;
  #dispatching = false;
  #closing = false;

  constructor(setup: DeciderSetup, workers: number) {
    this.#setup = setup;
    for (let i = 0; i < workers; i++) {
      const seat: Seat = { worker: null, held: new Map(), looks: new Map(), deaths: 0 };
      this.#seats.push(seat);
      this.#start(seat);
    }
  }

  /** Every worker compiles and loads the bundle before this resolves; a refusal is thrown and changes nothing. */
  async prepare(parcel: BundleParcel): Promise<void> {
    await Promise.all(this.#seats.map((seat) => this.#load(seat, parcel)));
    this.#parcels.set(parcel.hash, parcel);
  }

  /** Throws ASSAY_DECISIONS_WORKER_LOST where the worker died over it; asking again is safe. */
  async evaluate(bundle: string, request: EvaluationRequest, onlooker: Onlooker | null = null): Promise<Evaluated> {
    const looks = {
      models: Promise.withResolvers<readonly ShadowOpinion[]>(),
      bundle: Promise.withResolvers<readonly ShadowOpinion[]>(),
    };
    // Whoever does not wait for them need not hear that they failed.
    for (const { promise } of Object.values(looks)) promise.catch(() => undefined);
    const answer = await this.#enqueue({ kind: "evaluate", bundle, request, onlooker }, looks);
    const decision = JSON.parse(answer.decisionText) as DecisionPart;
    return { evaluation: { ...answer, decision }, shadow: looks.models.promise, opinion: looks.bundle.promise };
  }

  /** Finishes what is queued, then ends the workers. */
  async close(): Promise<void> {
    while (this.#queue.length > 0 || this.#seats.some((seat) => seat.held.size > 0)) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    this.#closing = true;
    await Promise.all(this.#seats.flatMap(({ worker }) => (worker === null ? [] : [ended(worker)])));
  }

  #start(seat: Seat): void {
    const worker = new Worker(new URL("./decider.worker.ts", import.meta.url), { workerData: this.#setup });
    seat.worker = worker;
    worker.on("message", (answer: DeciderAnswer) => this.#answered(seat, answer));
    // It comes before the exit, which says the rest.
    worker.on("error", () => undefined);
    worker.on("exit", () => this.#left(seat));
    for (const parcel of this.#parcels.values()) this.#load(seat, parcel).catch(() => undefined);
  }

  #left(seat: Seat): void {
    seat.worker = null;
    if (this.#closing) return;
    const lost = [...[...seat.held.values()].flat(), ...seat.looks.values()];
    seat.held.clear();
    seat.looks.clear();
    seat.deaths++;
    const pause = seat.deaths === 1 ? 0 : Math.min(RESTART_MS * 2 ** seat.deaths, RESTART_MS_AT_MOST);
    setTimeout(() => {
      if (this.#closing) return;
      this.#start(seat);
      this.#dispatchSoon();
    }, pause).unref();
    if (this.#seats.every(({ deaths }) => deaths >= DEATHS_AT_MOST)) lost.push(...this.#queue.splice(0));
    for (const { reject } of lost) reject(workerLost());
  }

  #enqueue(job: DeciderJob, looks: Awaited): Promise<EvaluatedText> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ job, looks, resolve: resolve as Task["resolve"], reject });
      this.#dispatchSoon();
    });
  }

  #load(seat: Seat, parcel: BundleParcel): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#post(seat, [{ job: { kind: "load", parcel }, looks: null, resolve, reject }]);
    });
  }

  /** After everything that is asked in this turn of the event loop. */
  #dispatchSoon(): void {
    if (this.#dispatching) return;
    this.#dispatching = true;
    process.nextTick(() => {
      this.#dispatching = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const free = this.#seats.filter(({ worker, held }) => worker !== null && held.size < HELD_AT_MOST);
      if (free.length === 0) return;
      const seat = free.reduce((least, candidate) => (candidate.held.size < least.held.size ? candidate : least));
      this.#post(seat, this.#queue.splice(0, BATCH_AT_MOST));
    }
  }

  #post(seat: Seat, tasks: readonly Task[]): void {
    if (seat.worker === null) {
      for (const { reject } of tasks) reject(workerLost());
      return;
    }
    const batch = this.#nextBatch++;
    seat.held.set(batch, tasks);
    const message: DeciderMessage = { batch, jobs: tasks.map(({ job }) => job) };
    seat.worker.postMessage(message);
  }

  #answered(seat: Seat, answer: DeciderAnswer): void {
    seat.deaths = 0;
    if ("looked" in answer) {
      for (const { decisionId, look, done } of answer.looked) {
        const key = lookKey(look, decisionId);
        settle(seat.looks.get(key), done);
        seat.looks.delete(key);
      }
      return;
    }
    const tasks = seat.held.get(answer.batch) ?? [];
    seat.held.delete(answer.batch);
    for (const [i, task] of tasks.entries()) this.#finish(seat, task, answer.done[i]!);
    this.#dispatch();
  }

  #finish(seat: Seat, task: Task, done: Done<EvaluatedText | null>): void {
    settle(task, done);
    if (task.looks === null || task.job.kind !== "evaluate") return;
    const { bundle, request, onlooker } = task.job;
    const expected = {
      models: this.#parcels.get(bundle)!.document.shadow.length > 0,
      bundle: onlooker !== null,
    };
    for (const look of ["models", "bundle"] as const) {
      if ("result" in done && expected[look]) seat.looks.set(lookKey(look, request.decisionId), task.looks[look]);
      else task.looks[look].resolve([]);
    }
  }
}

function lookKey(look: Look, decisionId: string): string {
  return `${look} ${decisionId}`;
}

function settle<T>(deferred: Deferred<T> | undefined, done: Done<T>): void {
  if ("result" in done) deferred?.resolve(done.result);
  else deferred?.reject(errorOf(done));
}

function errorOf({ problem, message, stack }: Exclude<Done<never>, { result: never }>): Error {
  if (problem !== null) return new AssayError(problem);
  return Object.assign(new Error(message), stack === undefined ? {} : { stack });
}

function workerLost(): AssayError {
  return new AssayError(problems.WORKER_LOST("decider"));
}

async function ended(worker: Worker): Promise<void> {
  const exited = new Promise((resolve) => worker.once("exit", resolve));
  worker.postMessage("close" satisfies DeciderMessage);
  await exited;
}
