// Waiting for live decisions or for a person, across restarts. How long is counted from the running clock of whichever
// worker waited and added up in the database: a clock that is set, or a worker that is down, ends no wait.

import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import type { Metadata } from "../storage/index.ts";
import type { BookDatabase } from "./book-tables.ts";

export interface Wait {
  /** Of a loop or a bake. */
  readonly owner: string;
  readonly stage: string;
  readonly patienceMicros: number;
  readonly pollMillis: number;
  readonly signal: AbortSignal;
  /** A running clock, in microseconds; never a date. */
  readonly nowMicros: () => number;
}

export interface Waits {
  /** Where the wait began in the order of keeping: `head` where it begins now. */
  beganAt(owner: string, stage: string, head: number): Promise<number>;
  /** Looks until there is something to return; undefined once patience is over. */
  until<T>(wait: Wait, look: () => Promise<T | undefined>): Promise<T | undefined>;
}

export function waitsOver(metadata: Metadata): Waits {
  const db = metadata.db as BookDatabase;
  return {
    beganAt: (owner, stage, head) => beganAt(db, owner, stage, head),
    async until(wait, look) {
      for (let last = wait.nowMicros(); ; ) {
        const found = await look();
        if (found !== undefined) return found;
        const now = wait.nowMicros();
        if ((await add(db, wait, Math.round(now - last))) >= wait.patienceMicros) return undefined;
        last = now;
        await sleep(wait.pollMillis, undefined, { signal: wait.signal });
      }
    },
  };
}

async function beganAt(db: BookDatabase, owner: string, stage: string, head: number): Promise<number> {
  await db
    .insertInto("learning.wait")
    .values({ owner, stage, from_kept: head, waited_micros: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await db
    .selectFrom("learning.wait")
    .select("from_kept")
    .where("owner", "=", owner)
    .where("stage", "=", stage)
    .executeTakeFirstOrThrow();
  return row.from_kept;
}

/** Gives back all that was waited so far. */
async function add(db: BookDatabase, { owner, stage }: Wait, micros: number): Promise<number> {
  const row = await db
    .insertInto("learning.wait")
    .values({ owner, stage, from_kept: 0, waited_micros: micros })
    .onConflict((conflict) =>
      conflict
        .columns(["owner", "stage"])
        .doUpdateSet({ waited_micros: sql<number>`learning.wait.waited_micros + excluded.waited_micros` }),
    )
    .returning("waited_micros")
    .executeTakeFirstOrThrow();
  return row.waited_micros;
}
