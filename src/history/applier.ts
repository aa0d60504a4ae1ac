// Behind the log: takes what is durable there into the online store, in its order, a slice at a time between other work of
// the event loop. The log is the truth and this its follower: whatever goes wrong here is made up for by reading the log
// from where the store stands, now, at the next question or at the next open.
//
// What waits is bounded: whoever logs waits first for `ready`.

import { setImmediate as turn } from "node:timers/promises";
import type { HistoryEvent } from "../compile/index.ts";
import type { EventLog, Position } from "./event-log.ts";
import type { OnlineHistories } from "./online-histories.ts";
import { type Known, PendingEvents } from "./pending-events.ts";
import { catchUp } from "./replay.ts";
import type { HeldEvent } from "./revision.ts";

/** Events that may be in the log and not in the store before whoever logs more has to wait. */
export const WAITING_AT_MOST = 100_000;
/** A transaction holds the event loop: this many events for some twenty milliseconds. */
const SLICE_EVENTS = 2_000;
/** Where more wait, more go together, at half the time an event: whoever wants to see the last has to wait for all. */
const SLICE_EVENTS_AT_MOST = 10_000;
const SLICES_OF_WHAT_WAITS = 4;

/** Events as they stand in the log from `from` on. */
export interface LoggedEvents {
  readonly from: Position;
  readonly events: readonly HistoryEvent[];
  readonly known: Known;
}

interface Waiter {
  readonly offset: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class Applier {
  readonly #log: EventLog;
  readonly #online: OnlineHistories;
  readonly #pending = new PendingEvents();
  readonly #queue: LoggedEvents[] = [];
  #waiters: Waiter[] = [];
  #applied: number;
  /** Long loads under way. */
  #loads = 0;
  #running: Promise<void> | undefined;
  #failed = false;

  /** `online` stands where the log does. */
  constructor(log: EventLog, online: OnlineHistories) {
    this.#log = log;
    this.#online = online;
    this.#applied = log.head().offset;
  }

  /** Events that the log holds and the store does not. */
  waiting(): number {
    return this.#log.head().offset - this.#applied;
  }

  /** What is logged under an id and not yet applied. */
  held(id: string): HeldEvent | undefined {
    return this.#pending.held(id);
  }

  /** Takes what was logged; it is applied behind. */
  take(logged: LoggedEvents): void {
    if (this.#failed) return;
    this.#pending.note(logged.known);
    this.#queue.push(logged);
    this.#start();
  }

  /** While `load` brings more and more, and nobody waits for it, events wait for each other: whole transactions cost half. */
  async gathering<T>(load: () => Promise<T>): Promise<T> {
    this.#loads++;
    try {
      return await load();
    } finally {
      this.#loads--;
      this.#start();
    }
  }

  /** Resolves when there is room for more; makes up for what failed before. Throws what keeps the store from being written. */
  async ready(): Promise<void> {
    if (this.#failed) await this.#makeUp();
    if (this.waiting() > WAITING_AT_MOST) await this.reached(this.#log.head().offset - WAITING_AT_MOST);
  }

  /** Resolves when the store has the events before `offset`. Throws what keeps it from being written. */
  async reached(offset: number): Promise<void> {
    if (this.#failed) await this.#makeUp();
    if (this.#applied >= offset) return;
    const waited = new Promise<void>((resolve, reject) => this.#waiters.push({ offset, resolve, reject }));
    this.#start();
    await waited;
  }

  /** Resolves when nothing waits any more; what fails is left to the log. */
  async idle(): Promise<void> {
    await this.reached(this.#log.head().offset).catch(() => {});
  }

  #start(): void {
    if (this.#hasWork()) this.#running ??= this.#run();
  }

  #hasWork(): boolean {
    const gathers = this.#loads > 0 && this.#waiters.length === 0 && this.waiting() < SLICE_EVENTS_AT_MOST;
    return this.#queue.length > 0 && !gathers;
  }

  async #run(): Promise<void> {
    try {
      while (this.#hasWork()) {
        await turn();
        await this.#applySlice();
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#running = undefined;
  }

  async #applySlice(): Promise<void> {
    const slice = this.#takeSlice();
    const { from } = slice[0]!;
    const events = slice.length === 1 ? slice[0]!.events : slice.flatMap((logged) => logged.events);
    await this.#online.applyEvents({ from, events });
    for (const { known } of slice) this.#pending.applied(known);
    this.#reach(from.offset + events.length);
  }

  #takeSlice(): LoggedEvents[] {
    const share = this.#loads > 0 ? 1 : SLICES_OF_WHAT_WAITS;
    const wanted = Math.min(SLICE_EVENTS_AT_MOST, Math.max(SLICE_EVENTS, this.waiting() / share));
    let [events, count] = [0, 0];
    while (count < this.#queue.length && (count === 0 || events + this.#queue[count]!.events.length <= wanted)) {
      events += this.#queue[count++]!.events.length;
    }
    return this.#queue.splice(0, count);
  }

  #reach(offset: number): void {
    this.#applied = Math.max(this.#applied, offset);
    const waiters = this.#waiters;
    this.#waiters = waiters.filter((waiter) => waiter.offset > this.#applied);
    for (const waiter of waiters) if (waiter.offset <= this.#applied) waiter.resolve();
  }

  #fail(error: unknown): void {
    this.#failed = true;
    this.#queue.length = 0;
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
  }

  /** Goes on from the log. Nobody judges meanwhile, so what was pending need not be known. */
  async #makeUp(): Promise<void> {
    this.#running ??= this.#followLog().finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  async #followLog(): Promise<void> {
    while ((await this.#online.appliedUpTo()).offset < this.#log.head().offset) await catchUp(this.#log, this.#online);
    this.#failed = false;
    this.#pending.clear();
    this.#reach(this.#log.head().offset);
  }
}
