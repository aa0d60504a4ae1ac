import { z } from "zod";
import type { Erasure } from "../compliance/index.ts";
import { principalOf } from "./access.ts";
import { addDoor } from "./door.ts";
import type { Service } from "./service.ts";
import { hash } from "./wire/words.ts";

const tag = "Erasure";

const count = z.int().nonnegative();
const removed = z.object({
  vault: z.object({ attributes: count, keys: count }),
  decisions: z.object({
    decisions: count,
    joint: count.meta({ description: "Of the decisions, those sealed under another party's key" }),
    notices: count,
    requests: count,
    outbox: count,
    shadowScores: count,
  }),
  history: z.object({
    events: count,
    redacted: count.meta({ description: "Events of others that referred to the person" }),
    quarantined: count,
  }),
  datasets: z.array(z.object({ dataset: hash, rows: count, splits: z.array(z.enum(["train", "validation", "test"])) })),
  sequences: z
    .array(z.object({ sequences: hash, rows: count }))
    .optional()
    .meta({
      description: "Built sequences that were withdrawn, absent where there were none; no rows: only the fit saw them",
    }),
  registry: z.array(z.object({ hash, kind: z.string(), successor: hash.nullable() })),
});
const receipt = z
  .object({
    format: z.literal("assay.erasure"),
    version: z.literal(1),
    person: z.string().meta({ description: "A keyed hash of the id, never the id" }),
    askedBy: z.string(),
    askedAt: z.string(),
    finishedAt: z.string(),
    release: z.string(),
    removed,
    kept: z.array(z.object({ what: z.string(), why: z.string() })),
    models: z.array(
      z.object({
        model: hash,
        name: z.string(),
        dataset: hash,
        splits: z.array(z.enum(["train", "validation", "test"])),
        bundles: z.array(z.object({ bundle: hash, released: z.boolean() })),
      }),
    ),
  })
  .meta({ description: "What was taken away, what stays and why, which models saw the person" });
const erasure = z.object({
  id: z.string(),
  state: z.enum(["asked", "running", "done"]),
  receipt: receipt.nullable().meta({ description: "Null until it is done" }),
  failure: z.string().nullable().meta({ description: "Why the last attempt did not end; it is tried again" }),
});

/** Asking is durable; the work is done by the service's own rounds, so an answer may say that it is still to be done. */
export function erasureRoutes({ app, parts }: Service): void {
  const ask = {
    method: "POST",
    path: "/v1/erasures",
    access: "erasures:write",
    tag,
    summary: "Erase a person, for good",
    description: "The same person gives the same erasure. Refused while a legal hold is in force.",
    body: z.strictObject({ entity: z.string().min(1).max(200) }),
    answer: erasure,
  } as const;
  addDoor(app, ask, async ({ body, request }) => {
    return shown(await parts.erasures.askErasure({ entity: body.entity, by: principalOf(request).name }));
  });
  const look = {
    method: "GET",
    path: "/v1/erasures/:id",
    access: "erasures:write",
    tag,
    summary: "How far an erasure has come, and its receipt",
    params: z.object({ id: z.string() }),
    answer: erasure,
  } as const;
  addDoor(app, look, async ({ params }) => shown(await parts.erasures.erasure(params.id)));
}

function shown({ id, state, receipt, failure }: Erasure) {
  return { id, state, receipt, failure };
}
