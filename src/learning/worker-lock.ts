// One worker a workspace: a lock that the database holds for a connection, so that it ends with the process however it
// ends. A connection that is cut off is opened again and asks again.

import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { AssayError, isAssayError } from "../base/index.ts";
import type { Metadata } from "../storage/index.ts";
import { problems } from "./errors.ts";

// Any fixed number that no other lock of ours has.
const WORKER_LOCK = 7_241_986;
const ASK_AGAIN_MS = 100;
/** A worker that was killed is noticed by the database a moment later. */
const GIVE_UP_AFTER = 30;

export interface WorkerLock {
  release(): Promise<void>;
}

/**
 * Throws ASSAY_LEARNING_WORKER_ELSEWHERE where another worker keeps it for three seconds. `lost` is told where another
 * worker took it while our connection was cut off.
 */
export async function takeWorkerLock(
  { pool }: Pick<Metadata, "pool">,
  lost: (error: AssayError) => void,
): Promise<WorkerLock> {
  let released = false;
  let held: pg.PoolClient | undefined;
  /** A connection that was cut off goes back to the pool, which waits for it when it ends. */
  const keep = (client: pg.PoolClient): void => {
    held = client;
    client.once("end", () => {
      if (held !== client) return;
      held = undefined;
      client.release(true);
      void renew();
    });
    if (released) letGo();
  };
  const letGo = (): void => {
    const client = held;
    held = undefined;
    client?.release(true);
  };
  const renew = async (): Promise<void> => {
    while (!released) {
      try {
        return keep(await patientLock(pool));
      } catch (error) {
        if (isAssayError(error)) return lost(error);
        await sleep(ASK_AGAIN_MS);
      }
    }
  };
  keep(await patientLock(pool));
  return {
    async release() {
      released = true;
      letGo();
    },
  };
}

async function patientLock(pool: pg.Pool): Promise<pg.PoolClient> {
  for (let asked = 1; ; asked++) {
    const client = await pool.connect();
    const taken = await tried(client);
    if (taken) return client;
    client.release();
    if (asked === GIVE_UP_AFTER) throw new AssayError(problems.WORKER_ELSEWHERE("the worker"));
    await sleep(ASK_AGAIN_MS);
  }
}

async function tried(client: pg.PoolClient): Promise<boolean> {
  try {
    const { rows } = await client.query<{ taken: boolean }>("select pg_try_advisory_lock($1) as taken", [WORKER_LOCK]);
    return rows[0]?.taken === true;
  } catch (error) {
    client.release(true);
    throw error;
  }
}
