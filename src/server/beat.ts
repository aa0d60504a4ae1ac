// What this process says of itself while it serves: that it is alive, and by which bundles it could decide at once. Whoever
// begins a rollout waits until every live service says so.

import { randomUUID } from "node:crypto";
import type { FastifyBaseLogger } from "fastify";
import type { Hash } from "../base/index.ts";
import type { Registry } from "../registry/index.ts";
import { startRounds } from "./rounds.ts";

const PAUSE_MS = 1_000;

export interface Beat {
  /** Says at once what is prepared on every decider. Where it cannot be said, the next beat says it. */
  tell(prepared: readonly Hash[]): Promise<void>;
  stop(): Promise<void>;
}

export function startBeat(registry: Pick<Registry, "beat" | "leave">, log: FastifyBaseLogger): Beat {
  const id = randomUUID();
  let prepared: readonly Hash[] = [];
  const unheard = (error: unknown): void => log.warn({ err: error }, "heartbeat not kept");
  const rounds = startRounds(PAUSE_MS, () => registry.beat({ id, prepared }), unheard);
  return {
    tell(now) {
      prepared = now;
      return rounds.run();
    },
    async stop() {
      await rounds.stop();
      // A database that is gone forgets it in a while.
      await registry.leave(id).catch(unheard);
    },
  };
}
