// Requests on their way into the log. Those that arrive while others are being written go together, in one append; one that
// was cut off before and comes again keeps the instant at which it first arrived.

import type { EventDoor } from "./event-door.ts";
import { receivedEvent } from "./told-events.ts";

export interface Arrival {
  /** When the application was first received, in microseconds. */
  readonly at: number;
  /** Whether the log held it before; only then can its key have been answered. */
  readonly again: boolean;
}

interface Arriving {
  readonly application: string;
  readonly request: string;
  readonly at: number;
  readonly resolve: (arrival: Arrival) => void;
  readonly reject: (error: unknown) => void;
}

export class Arrivals {
  readonly #door: EventDoor;
  #waiting: Arriving[] = [];
  #receiving = false;

  constructor(door: EventDoor) {
    this.#door = door;
  }

  /** Resolves when the request is in the log and the deciders can read it. `at` in microseconds. */
  take(application: string, request: string, at: number): Promise<Arrival> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ application, request, at, resolve, reject });
      if (!this.#receiving) void this.#receive();
    });
  }

  async #receive(): Promise<void> {
    this.#receiving = true;
    // Whatever comes in during this turn of the event loop comes along.
    await new Promise((turn) => setImmediate(turn));
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0);
      try {
        await this.#receiveGroup(group);
      } catch (error) {
        for (const one of group) one.reject(error);
      }
    }
    this.#receiving = false;
  }

  async #receiveGroup(group: readonly Arriving[]): Promise<void> {
    const before = await this.#door.receivedAt(group.map(({ application }) => application));
    const fresh = group.filter((_, i) => before[i] === undefined);
    if (fresh.length > 0) {
      await this.#door.append(fresh.map(({ application, request, at }) => receivedEvent(application, request, at)));
    }
    for (const [i, one] of group.entries()) one.resolve({ at: before[i] ?? one.at, again: before[i] !== undefined });
  }
}
