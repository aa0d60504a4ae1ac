// Who is in the log and not yet in the online store: what the next rows are judged against beside the store. An event is
// noted once the log has it and goes when the store has it, so that one of the two always answers for it.

import type { HeldEvent } from "./revision.ts";

/** What ids hold once events of the log are applied, by event: with every revision before, those of the store among them. */
export interface Known {
  readonly ids: readonly string[];
  readonly held: readonly HeldEvent[];
}

export class PendingEvents {
  readonly #byId = new Map<string, HeldEvent>();

  note({ ids, held }: Known): void {
    for (let i = 0; i < ids.length; i++) this.#byId.set(ids[i]!, held[i]!);
  }

  held(id: string): HeldEvent | undefined {
    return this.#byId.get(id);
  }

  /** The store has them; who was revised since stays. */
  applied({ ids, held }: Known): void {
    for (let i = 0; i < ids.length; i++) if (this.#byId.get(ids[i]!) === held[i]) this.#byId.delete(ids[i]!);
  }

  clear(): void {
    this.#byId.clear();
  }
}
