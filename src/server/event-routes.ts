// The door that events come in by. Rows are judged by history; a bad one is set aside and the rest goes on.

import { z } from "zod";
import { AssayError } from "../base/index.ts";
import { type ReadRow, readNdjsonBody } from "../history/index.ts";
import { principalOf } from "./access.ts";
import { position } from "./after-position.ts";
import { addDoor } from "./door.ts";
import { problems } from "./errors.ts";
import { EventIntake } from "./event-intake.ts";
import { limits } from "./limits.ts";
import { checkSource, reservedProblem } from "./reserved-names.ts";
import type { Service } from "./service.ts";
import { token } from "./wire/words.ts";

const rows = z.array(z.unknown());
const eventBody = z.union([rows, z.strictObject({ events: rows })]).meta({
  description: "Events as their source writes them: event, entity, eventId, at, fields and, where known, knownAt, seq",
});
const ingestAnswer = z.object({
  position: position.meta({ description: "All accepted events stand before it; `after` of a decision waits for it" }),
  state: z.enum(["durable", "visible"]).meta({
    description: "durable: in the log for good, and decisions see it soon; visible: they see it already",
  }),
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
    description: `At most ${limits.events} at once, also as gzip. Answered when durable, or with \`wait=visible\` when decisions see them too; sending a batch again does no harm. While too much is under way it answers 503 and takes nothing.`,
    body: eventBody,
    query: z.strictObject({
      source: token.optional().meta({ description: "The system they come from; the key's name by default" }),
      wait: z.enum(["durable", "visible"]).default("durable").meta({ description: "What the answer waits for" }),
    }),
    answer: ingestAnswer,
    ndjson: true,
    bodyLimitBytes: limits.eventBodyBytes,
  } as const;
  const intake = new EventIntake({ bodyBytes: limits.eventBodyBytes, inFlightBytes: limits.eventBytesInFlight });
  intake.guard(app, contract.path);
  addDoor(app, contract, ({ body, query, request }) =>
    intake.working(request, async () => {
      const source = query.source ?? principalOf(request).name;
      checkSource(source);
      const read = withoutReserved(readRows(body));
      if (read.length > limits.events) {
        throw new AssayError(problems.TOO_MANY_EVENTS("the batch", { got: read.length, most: limits.events }));
      }
      const answer = await parts.history.ingestRows(read, { source, until: query.wait });
      writes.succeeded();
      metrics.ingested(answer.accepted, answer.duplicates);
      const state = parts.history.waiting() === 0 ? "visible" : query.wait;
      return { ...answer, state };
    }),
  );
}

function readRows(body: unknown): ReadRow[] {
  if (Buffer.isBuffer(body)) return readNdjsonBody(body);
  const events = Array.isArray(body) ? (body as unknown[]) : (body as { readonly events: unknown[] }).events;
  return events.map((raw, i) => ({ row: i + 1, raw }));
}

function withoutReserved(read: readonly ReadRow[]): ReadRow[] {
  return read.map((row) => {
    const problem = reservedProblem(row.raw, `row ${row.row}`);
    return problem === undefined ? row : { ...row, problem };
  });
}
