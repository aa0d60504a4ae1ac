// Decisions are told to the log after they were committed: a round now and then, one at a time, also on demand.

import type { FastifyBaseLogger } from "fastify";
import type { DecisionService } from "../decisions/index.ts";
import type { Metrics } from "./metrics.ts";

const PAUSE_MS = 250;
const ROUND_EVENTS = 1000;

export interface OutboxLoop {
  /** Tells what waits, and resolves when it has been told. */
  flush(): Promise<void>;
  /** Ends after the round under way. */
  stop(): Promise<void>;
}

export function startOutboxLoop(
  decisions: Pick<DecisionService, "forwardOutbox">,
  metrics: Pick<Metrics, "outboxFailed">,
  log: FastifyBaseLogger,
): OutboxLoop {
  let turn: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const forwardAll = async (): Promise<void> => {
    while ((await decisions.forwardOutbox(ROUND_EVENTS)) === ROUND_EVENTS);
  };
  const flush = (): Promise<void> => {
    const round = turn.then(forwardAll);
    turn = round.catch(() => undefined);
    return round;
  };
  const tick = async (): Promise<void> => {
    try {
      await flush();
    } catch (error) {
      metrics.outboxFailed();
      log.error({ err: error }, "outbox not forwarded");
    }
    if (!stopped) schedule();
  };
  const schedule = (): void => {
    timer = setTimeout(() => void tick(), PAUSE_MS);
  };
  schedule();
  return {
    flush,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await turn;
    },
  };
}
