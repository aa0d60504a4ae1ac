// Requests that a bundle took and failed, on their way into the database: no record tells of them, and guardrails must. Off
// every response path. What could not be kept is tried again; where a connection broke in between it may count twice, which
// errs against the bundle.

import type { RecordStore } from "./record-store.ts";
import type { BundleFailures as Counted } from "./served.ts";

const PAUSE_MS = 100;
const RETRY_MS = 1_000;

export class BundleFailures {
  readonly #records: Pick<RecordStore, "addFailures">;
  #waiting = new Map<string, Counted>();
  #timer: NodeJS.Timeout | undefined;
  #saving: Promise<void> = Promise.resolve();

  constructor(records: Pick<RecordStore, "addFailures">) {
    this.#records = records;
  }

  /** `arm` of the request, or `shadow`. */
  count(bundle: string, arm: string): void {
    this.#add({ bundle, arm, failures: 1 });
    this.#saveAfter(PAUSE_MS);
  }

  /** Waits until what was counted is kept, or could not be. */
  async drain(): Promise<void> {
    this.#save();
    await this.#saving;
  }

  #add({ bundle, arm, failures }: Counted): void {
    const key = `${bundle} ${arm}`;
    const before = this.#waiting.get(key)?.failures ?? 0;
    this.#waiting.set(key, { bundle, arm, failures: before + failures });
  }

  #saveAfter(milliseconds: number): void {
    this.#timer ??= setTimeout(() => this.#save(), milliseconds).unref();
  }

  #save(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#saving = this.#saving.then(async () => {
      const counted = [...this.#waiting.values()];
      this.#waiting.clear();
      if (counted.length === 0) return;
      await this.#records.addFailures(counted).catch(() => {
        for (const one of counted) this.#add(one);
        this.#saveAfter(RETRY_MS);
      });
    });
  }
}
