// One worker a workspace: a lock that the database holds for a connection, so that it ends with the process however it
// ends. A connection that is cut off is opened again and asks again.

import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { AssayError } from "../base/index.ts";
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
  let held = await patientLock(pool);
  const renew = async (): Promise<void> => {
    while (!released) {
      const client = await patientLock(pool).catch((error: unknown) => error);
      if (client instanceof AssayError) return lost(client);
      if (!(client instanceof Error)) {
        held = client as pg.PoolClient;
        watch(held);
        return;
      }
      await sleep(ASK_AGAIN_MS);
    }
  };
  const watch = (client: pg.PoolClient): void => {
    client.once("end", () => {
      if (!released) void renew();
    });
  };
  watch(held);
  return {
    async release() {
      released = true;
      held.release(true);
    },
  };
}

async function patientLock(pool: pg.Pool): Promise<pg.PoolClient> {
  for (let asked = 1; ; asked++) {
    const client = await pool.connect();
    const { rows } = await client.query<{ taken: boolean }>("select pg_try_advisory_lock($1) as taken", [WORKER_LOCK]);
    if (rows[0]?.taken === true) return client;
    client.release();
    if (asked === GIVE_UP_AFTER) throw new AssayError(problems.WORKER_ELSEWHERE("the worker"));
    await sleep(ASK_AGAIN_MS);
  }
}
