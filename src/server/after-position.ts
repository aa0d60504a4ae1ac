// Waiting for a position of the log: events are answered when they are durable, and whoever must be sure that a decision
// sees them names the position of that answer. At once where it is reached; for a bounded time where it is not yet.

import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { AssayError } from "../base/index.ts";
import type { History } from "../history/index.ts";
import { problems } from "./errors.ts";
import { limits } from "./limits.ts";

export const position = z.object({ partition: z.int().min(0), offset: z.int().min(0) });
type Position = z.output<typeof position>;

/** In the body of a request. */
export const afterInBody = {
  after: position.optional().meta({
    description: "The position of an earlier answer, from this service: nothing is decided before it is reached",
  }),
  afterWithinMs: z.int().min(0).max(limits.afterMsMost).default(limits.afterMs).meta({
    description: "How long to wait for `after`; then 503 and nothing was done",
  }),
};

/** In a query, which holds text only: `PARTITION:OFFSET`. */
export const afterInQuery = {
  after: z
    .string()
    .regex(/^\d{1,9}:\d{1,15}$/)
    .optional()
    .meta({ description: "The position of an earlier answer, as PARTITION:OFFSET, such as 0:1234" }),
  afterWithinMs: z
    .string()
    .regex(/^\d{1,5}$/)
    .optional()
    .meta({ description: `How long to wait for \`after\`: 0 to ${limits.afterMsMost}, ${limits.afterMs} by default` }),
};

export interface After {
  readonly after?: Position | undefined;
  readonly afterWithinMs: number;
}

/** Throws ASSAY_SERVER_BAD_VALUE. */
export function afterOfQuery(query: {
  readonly after?: string | undefined;
  readonly afterWithinMs?: string | undefined;
}): After {
  const afterWithinMs = query.afterWithinMs === undefined ? limits.afterMs : Number(query.afterWithinMs);
  if (afterWithinMs > limits.afterMsMost) {
    const why = `it is more than ${limits.afterMsMost}`;
    throw new AssayError(problems.BAD_VALUE('field "afterWithinMs" of the query', { why }));
  }
  if (query.after === undefined) return { afterWithinMs };
  const [partition, offset] = query.after.split(":").map(Number) as [number, number];
  return { after: { partition, offset }, afterWithinMs };
}

type Followed = Pick<History, "log" | "reached" | "waiting">;

/** Throws ASSAY_SERVER_UNKNOWN_POSITION, NOT_REACHED, and what keeps history from being followed. */
export async function waitFor(history: Followed, { after, afterWithinMs }: After): Promise<void> {
  if (after === undefined) return;
  const thing = `position ${after.partition}:${after.offset}`;
  const head = history.log.head();
  if (after.partition !== head.partition || after.offset > head.offset) {
    throw new AssayError(problems.UNKNOWN_POSITION(thing, { head: `${head.partition}:${head.offset}` }));
  }
  const late = new AbortController();
  try {
    await Promise.race([
      history.reached(after),
      sleep(afterWithinMs, undefined, { signal: late.signal }).then(tooLate),
    ]);
  } finally {
    late.abort();
  }

  function tooLate(): never {
    throw new AssayError(problems.NOT_REACHED(thing, { withinMs: afterWithinMs, waiting: history.waiting() }));
  }
}
