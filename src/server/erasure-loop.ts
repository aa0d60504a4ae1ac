// Whoever wants a person erased asks in the book of erasures, by a door here or by a command; this process, the one writer of
// history, carries them out, one after another. One that failed is tried again in the next round.

import type { FastifyBaseLogger } from "fastify";
import { carryOut } from "../compliance/index.ts";
import { type Rounds, startRounds } from "./rounds.ts";
import type { ServiceParts } from "./service-parts.ts";

const PAUSE_MS = 500;

export function startErasureLoop(parts: ServiceParts, log: FastifyBaseLogger): Rounds {
  return startRounds(
    PAUSE_MS,
    async () => {
      for (const id of await parts.erasures.waitingErasures()) {
        // Opinions on decisions of theirs that are still on their way would come after.
        await parts.decisions.drainShadows();
        await carryOut({ ...parts.erasing, history: parts.history }, id).catch((error: unknown) => {
          log.error({ err: error, erasure: id }, "not erased yet");
        });
      }
    },
    (error) => log.warn({ err: error }, "the book of erasures was not read"),
  );
}
