// The door that events come in by. Rows are judged by history; a bad one is set aside and the rest goes on.

import { z } from "zod";
import { AssayError } from "../base/index.ts";
import { type ReadRow, readNdjson } from "../history/index.ts";
import { principalOf } from "./access.ts";
import { addDoor } from "./door.ts";
import { problems } from "./errors.ts";
import { limits } from "./limits.ts";
import type { Service } from "./service.ts";
import { token } from "./wire/words.ts";

const rows = z.array(z.unknown());
const eventBody = z.union([rows, z.strictObject({ events: rows })]).meta({
  description: "Events as their source writes them: event, entity, eventId, at, fields and, where known, knownAt, seq",
});
const ingestAnswer = z.object({
  position: z
    .object({ partition: z.int(), offset: z.int() })
    .meta({ description: "All accepted events stand before it" }),
  accepted: z.int(),
  duplicates: z.int(),
  revisions: z.int(),
  quarantined: z.array(z.object({ row: z.int(), code: z.string() })),
});

export function eventRoutes({ app, parts, metrics, writes }: Service): void {
  // Read whole, within the limit: how many rows there are is known before the first is taken.
  app.addContentTypeParser("application/x-ndjson", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  const contract = {
    method: "POST",
    path: "/v1/events",
    access: "events:write",
    tag: "Events",
    summary: "Take events into history",
    description: `At most ${limits.events} at once. Answered when durable and visible to decisions; sending a batch again does no harm.`,
    body: eventBody,
    query: z.strictObject({
      source: token.optional().meta({ description: "The system they come from; the key's name by default" }),
    }),
    answer: ingestAnswer,
    ndjson: true,
    bodyLimitBytes: limits.eventBodyBytes,
  } as const;
  addDoor(app, contract, async ({ body, query, request }) => {
    const source = query.source ?? principalOf(request).name;
    if (source.startsWith("assay.")) throw new AssayError(problems.RESERVED_SOURCE(`source "${source}"`));
    const read = withoutReserved(await readRows(body));
    if (read.length > limits.events) {
      throw new AssayError(problems.TOO_MANY_EVENTS("the batch", { got: read.length, most: limits.events }));
    }
    const answer = await parts.history.ingestRows(inOrder(read), { source });
    writes.succeeded();
    metrics.ingested(answer.accepted, answer.duplicates);
    return answer;
  });
}

async function readRows(body: unknown): Promise<ReadRow[]> {
  if (Buffer.isBuffer(body)) return await Array.fromAsync(readNdjson(inOrder([body])));
  const events = Array.isArray(body) ? (body as unknown[]) : (body as { readonly events: unknown[] }).events;
  return events.map((raw, i) => ({ row: i + 1, raw }));
}

/** What applications went through is told by decisions; no source may make it up. */
function withoutReserved(read: readonly ReadRow[]): ReadRow[] {
  return read.map((row) =>
    isReserved(row.raw) ? { ...row, problem: problems.RESERVED_EVENT(`row ${row.row}`) } : row,
  );
}

function isReserved(raw: unknown): boolean {
  if (typeof raw !== "object" || raw === null || !("event" in raw)) return false;
  return typeof raw.event === "string" && raw.event.startsWith("application.");
}

async function* inOrder<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
