// What onlookers made of decisions, on its way into the database: many in one statement, off every response path. A failure is counted, never
// felt by a client.

import type { RecordStore } from "./record-store.ts";
import type { ShadowOpinion } from "./served.ts";

type ShadowRow = Parameters<RecordStore["saveShadow"]>[0][number];

const ROWS_AT_ONCE = 200;
const PAUSE_MS = 100;

export class ShadowScores {
  readonly #records: Pick<RecordStore, "saveShadow">;
  readonly #awaited = new Set<Promise<void>>();
  #rows: ShadowRow[] = [];
  #timer: NodeJS.Timeout | undefined;
  #saving: Promise<void> = Promise.resolve();
  /** Decisions whose shadow scores were lost. */
  failures = 0;

  constructor(records: Pick<RecordStore, "saveShadow">) {
    this.#records = records;
  }

  /** Keeps what was made of a decision that is durable. */
  follow(decisionId: string, opinions: Promise<readonly ShadowOpinion[]>): void {
    const followed = opinions
      .then(
        (all) => this.#keep(all.map((opinion) => rowOf(decisionId, opinion))),
        () => {
          this.failures++;
        },
      )
      .finally(() => this.#awaited.delete(followed));
    this.#awaited.add(followed);
  }

  /** Waits until all that was followed is kept or counted. */
  async drain(): Promise<void> {
    while (this.#awaited.size > 0) await Promise.all(this.#awaited);
    this.#save();
    await this.#saving;
  }

  #keep(rows: readonly ShadowRow[]): void {
    this.#rows.push(...rows);
    if (this.#rows.length >= ROWS_AT_ONCE) this.#save();
    else if (this.#rows.length > 0) this.#timer ??= setTimeout(() => this.#save(), PAUSE_MS);
  }

  #save(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const rows = this.#rows.splice(0);
    if (rows.length === 0) return;
    this.#saving = this.#saving
      .then(() => this.#records.saveShadow(rows))
      .catch(() => {
        this.failures += new Set(rows.map((row) => row.decision_id)).size;
      });
  }
}

function rowOf(decisionId: string, { firstReason, ...opinion }: ShadowOpinion): ShadowRow {
  return { decision_id: decisionId, ...opinion, first_reason: firstReason };
}
