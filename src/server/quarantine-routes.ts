// Doors to the rows that were set aside: what is wrong with them for whoever may read, what they held for whoever may send
// events, and the way back in for those that were mended.

import { z } from "zod";
import { AssayError, formatInstant } from "../base/index.ts";
import type { QuarantineEntry } from "../history/index.ts";
import { principalOf } from "./access.ts";
import { addDoor } from "./door.ts";
import { problems } from "./errors.ts";
import { checkSource, reservedProblem } from "./reserved-names.ts";
import type { Service } from "./service.ts";
import { instantText, limitOf, page, token } from "./wire/words.ts";

const tag = "Events";
const position = z.object({ partition: z.int(), offset: z.int() });
const entryLine = z.object({
  id: z.string(),
  source: z.string(),
  row: z.int().meta({ description: "Counted from 1 in the batch or file it came with" }),
  receivedAt: instantText,
  code: z.string(),
  thing: z.string(),
  rule: z.string(),
  wayOut: z.string(),
  nearest: z.string().nullable(),
  mended: z.object({ by: z.string(), mendedAt: instantText, position }).nullable(),
});
const payload = z
  .looseObject({ kind: z.enum(["object", "hashed"]) })
  .meta({ description: "What of the row was kept: never a protected value" });
const params = z.object({ id: z.string().regex(/^[0-9a-f]{16}$/) });
const changes = z.record(z.string(), z.unknown());

export function quarantineRoutes(service: Service): void {
  listDoor(service);
  showDoor(service);
  resubmitDoor(service);
}

function listDoor({ app, parts }: Service): void {
  const contract = {
    method: "GET",
    path: "/v1/quarantine",
    access: "read",
    tag,
    summary: "Rows that were set aside, oldest first",
    query: page.extend({
      open: z.enum(["true", "false"]).optional().meta({ description: "Only those nobody has mended; true by default" }),
    }),
    answer: z.object({ rows: z.array(entryLine), next: token.nullable() }),
  } as const;
  addDoor(app, contract, async ({ query }) => {
    const limit = limitOf(query);
    const after = query.after === undefined ? {} : { after: query.after };
    const rows = parts.history.quarantine.list({ ...after, limit, onlyOpen: query.open !== "false" });
    return { rows: rows.map(lineOf), next: rows.length === limit ? rows.at(-1)!.id : null };
  });
}

function showDoor({ app, parts }: Service): void {
  const contract = {
    method: "GET",
    path: "/v1/quarantine/:id",
    access: "events:write",
    tag,
    summary: "A row that was set aside, with what was kept of it",
    params,
    answer: entryLine.extend({ payload }),
  } as const;
  addDoor(app, contract, async ({ params }) => {
    const entry = entryOf(parts.history.quarantine.find(params.id), params.id);
    return { ...lineOf(entry), payload: entry.payload };
  });
}

function resubmitDoor({ app, parts, metrics, writes }: Service): void {
  const contract = {
    method: "POST",
    path: "/v1/quarantine/:id/resubmit",
    access: "events:write",
    tag,
    summary: "Take a mended row in",
    description: "The whole row, or changes to what was kept: a key of the event or a field; null leaves it out.",
    params,
    body: z.union([z.strictObject({ row: changes }), z.strictObject({ set: changes })]),
    answer: z.object({ id: z.string(), position }),
  } as const;
  addDoor(app, contract, async ({ body, params: { id }, request }) => {
    const entry = entryOf(parts.history.quarantine.find(id), id);
    checkSource(entry.source);
    const kept = entry.payload.kind === "object" ? entry.payload.payload : {};
    const event = "row" in body ? body.row : { ...kept, ...body.set };
    const reserved = reservedProblem(event, `quarantined row ${id}`);
    if (reserved !== undefined) throw new AssayError(reserved);
    const mended = await parts.history.resubmit({ id, ...body }, principalOf(request).name);
    writes.succeeded();
    metrics.ingested(1, 0);
    return mended;
  });
}

function entryOf(entry: QuarantineEntry | undefined, id: string): QuarantineEntry {
  if (entry === undefined) throw new AssayError(problems.QUARANTINED_NOT_FOUND(`quarantined row ${id}`));
  return entry;
}

function lineOf({ id, source, row, receivedAt, code, thing, rule, wayOut, nearest, mended }: QuarantineEntry) {
  return {
    id,
    source,
    row,
    receivedAt: formatInstant(receivedAt),
    code,
    thing,
    rule,
    wayOut,
    nearest: nearest ?? null,
    mended: mended === undefined ? null : { ...mended, mendedAt: formatInstant(mended.mendedAt) },
  };
}
