// Whoever needs all that has arrived as table files asks in the registry; this process, the one writer of history, answers.
// What was decided is told to the log first, so that a snapshot holds it too. Events go on coming in meanwhile.

import type { FastifyBaseLogger } from "fastify";
import type { History } from "../history/index.ts";
import type { Registry } from "../registry/index.ts";
import type { OutboxLoop } from "./outbox-loop.ts";
import { type Rounds, startRounds } from "./rounds.ts";

const PAUSE_MS = 500;

export interface SnapshotParts {
  readonly registry: Pick<Registry, "snapshotRequests" | "answerSnapshot">;
  readonly history: Pick<History, "seal">;
  readonly outbox: Pick<OutboxLoop, "flush">;
}

export function startSnapshotLoop(parts: SnapshotParts, log: FastifyBaseLogger): Rounds {
  return startRounds(
    PAUSE_MS,
    () => answerRequests(parts, log),
    (error) => log.warn({ err: error }, "requests for snapshots not read"),
  );
}

/** All that wait are answered with one snapshot. */
async function answerRequests({ registry, history, outbox }: SnapshotParts, log: FastifyBaseLogger): Promise<void> {
  const requests = await registry.snapshotRequests();
  if (requests.length === 0) return;
  try {
    await outbox.flush();
    const { hash } = await history.seal();
    await registry.answerSnapshot(requests, { snapshot: hash });
  } catch (error) {
    log.error({ err: error }, "no snapshot");
    await registry.answerSnapshot(requests, { failure: error instanceof Error ? error.message : String(error) });
  }
}
