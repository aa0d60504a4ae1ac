// A few decider workers behind a queue. Decisions go first; shadow scores wait until no decision does.

import { Worker } from "node:worker_threads";
import { AssayError, type Problem } from "../base/index.ts";
import type { DecideInput, ShadowOutput } from "../policy/index.ts";
import type { DeciderAnswer, DeciderJob, DeciderSetup } from "./decider.worker.ts";
import { problems } from "./errors.ts";
import type { BundleParcel, Evaluation, EvaluationRequest } from "./evaluator.ts";

interface Task {
  readonly job: DeciderJob;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

interface Seat {
  worker: Worker;
  readonly held: Map<number, Task>;
}

/** Jobs a worker holds at once: two, so that it never waits for the event loop between them. */
const HELD_AT_MOST = 2;

export class DeciderPool {
  readonly #setup: DeciderSetup;
  readonly #seats: Seat[] = [];
  readonly #first: Task[] = [];
  readonly #later: Task[] = [];
  /** What a replacement worker must hold. */
  readonly #parcels = new Map<string, BundleParcel>();
  #nextId = 1;
  #closing = false;

  constructor(setup: DeciderSetup, workers: number) {
    this.#setup = setup;
    for (let i = 0; i < workers; i++) this.#seats.push({ worker: this.#start(i), held: new Map() });
  }

  /** Every worker compiles and loads the bundle before this resolves; a refusal is thrown and changes nothing. */
  async prepare(parcel: BundleParcel): Promise<void> {
    await Promise.all(this.#seats.map((seat) => this.#give(seat, { kind: "load", parcel })));
    this.#parcels.set(parcel.hash, parcel);
  }

  isPrepared(bundle: string): boolean {
    return this.#parcels.has(bundle);
  }

  evaluate(bundle: string, request: EvaluationRequest): Promise<Evaluation> {
    return this.#enqueue(this.#first, { kind: "evaluate", bundle, request });
  }

  shadow(bundle: string, input: DecideInput): Promise<readonly ShadowOutput[]> {
    return this.#enqueue(this.#later, { kind: "shadow", bundle, input });
  }

  /** Finishes what is queued, then ends the workers. */
  async close(): Promise<void> {
    this.#closing = true;
    while (this.#first.length + this.#later.length > 0 || this.#seats.some((seat) => seat.held.size > 0)) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await Promise.all(
      this.#seats.map(async (seat) => {
        const ended = new Promise((resolve) => seat.worker.once("exit", resolve));
        seat.worker.postMessage("close");
        await ended;
      }),
    );
  }

  #start(index: number): Worker {
    const worker = new Worker(new URL("./decider.worker.ts", import.meta.url), { workerData: this.#setup });
    worker.on("message", (answer: DeciderAnswer) => this.#answered(index, answer));
    worker.on("error", () => undefined);
    worker.on("exit", () => this.#replace(index));
    return worker;
  }

  /** A worker that dies takes its jobs with it: they are refused by name (the client repeats them) and a new one is seated. */
  #replace(index: number): void {
    if (this.#closing) return;
    const seat = this.#seats[index]!;
    const lost = [...seat.held.values()];
    seat.held.clear();
    seat.worker = this.#start(index);
    for (const parcel of this.#parcels.values()) void this.#give(seat, { kind: "load", parcel }).catch(() => undefined);
    for (const task of lost) task.reject(new AssayError(problems.WORKER_LOST("decider")));
  }

  #enqueue<T>(queue: Task[], job: DeciderJob): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      queue.push({ job, resolve: resolve as Task["resolve"], reject });
      this.#dispatch();
    });
  }

  #give(seat: Seat, job: DeciderJob): Promise<void> {
    return new Promise((resolve, reject) => this.#post(seat, { job, resolve: resolve as Task["resolve"], reject }));
  }

  #dispatch(): void {
    for (;;) {
      const seat = this.#seats.reduce((least, candidate) =>
        candidate.held.size < least.held.size ? candidate : least,
      );
      if (seat.held.size >= HELD_AT_MOST) return;
      const task = this.#first.shift() ?? (seat.held.size === 0 ? this.#later.shift() : undefined);
      if (task === undefined) return;
      this.#post(seat, task);
    }
  }

  #post(seat: Seat, task: Task): void {
    const id = this.#nextId++;
    seat.held.set(id, task);
    seat.worker.postMessage({ id, job: task.job });
  }

  #answered(index: number, answer: DeciderAnswer): void {
    const seat = this.#seats[index]!;
    const task = seat.held.get(answer.job);
    seat.held.delete(answer.job);
    if (task !== undefined) settle(task, answer);
    this.#dispatch();
  }
}

function settle(task: Task, answer: DeciderAnswer): void {
  if ("result" in answer) task.resolve(answer.result as never);
  else task.reject(errorOf(answer.problem, answer.message));
}

function errorOf(problem: Problem | null, message: string): Error {
  return problem === null ? new Error(message) : new AssayError(problem);
}
