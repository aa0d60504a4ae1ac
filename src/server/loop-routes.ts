// Doors to learning: ask for a loop, look how far it is, answer it where it waits, end it. The worker does the work.

import { z } from "zod";
import { AssayError, formatInstant, hashJson, parseInstant } from "../base/index.ts";
import { type LoopEntry, loopSteps } from "../learning/index.ts";
import { principalOf } from "./access.ts";
import { addDoor } from "./door.ts";
import { problems } from "./errors.ts";
import type { Service } from "./service.ts";
import type { ServiceParts } from "./service-parts.ts";
import { hash, instantText, limit, limitOf, note } from "./wire/words.ts";

const tag = "Learning";

const problem = z.object({ code: z.string(), thing: z.string(), rule: z.string(), wayOut: z.string() });
const loopLine = z.object({
  id: z.string(),
  bundleName: z.string(),
  trigger: z.object({ kind: z.enum(["hand", "outcomes", "drift", "calendar"]), why: z.string(), by: z.string() }),
  labelCutOff: instantText.meta({ description: "Outcomes known later do not exist for it" }),
  state: z.enum(["asked", "running", "paused", "released", "kept", "rolledBack", "cancelled", "failed"]),
  step: z.enum(loopSteps).nullable(),
  why: z.string().meta({ description: "Why it is in this state" }),
  champion: hash.nullable(),
  challenger: hash.nullable(),
  evidence: hash.nullable().meta({ description: "The evidence pack, once it has ended" }),
  problem: problem.nullable(),
  cancelAsked: z.boolean(),
  askedAt: instantText,
  endedAt: instantText.nullable(),
});
const byId = z.object({ id: z.string() });

export function loopRoutes(service: Service): void {
  askRoute(service);
  lookRoutes(service);
  answerRoutes(service);
  haltRoutes(service);
  rolloutRoute(service);
}

const asking = z.strictObject({
  bundle: z.string().min(1).max(200).optional().meta({ description: "Its name; the one in use by default" }),
  labelCutOff: instantText.optional().meta({ description: "By default now, by the clock that decisions are made by" }),
  why: note,
});

function askRoute({ app, parts }: Service): void {
  const contract = {
    method: "POST",
    path: "/v1/loops",
    access: "learning:write",
    tag,
    summary: "Ask for a loop",
    description: "A worker (assay work) takes it. One loop of a bundle is open at a time.",
    idempotent: true,
    body: asking,
    answer: loopLine,
  } as const;
  addDoor(app, contract, async ({ body, idempotencyKey, request }) =>
    lineOf(await askOnce(parts, { ...body, by: principalOf(request).name, key: idempotencyKey })),
  );
}

type Asked = z.output<typeof asking> & { readonly by: string; readonly key: string };

/** The loop that this key asked for; where the answer was lost before it was remembered, the open one is named. */
async function askOnce({ registry, loops, decisions, clock }: ServiceParts, asked: Asked): Promise<LoopEntry> {
  const { key, by, ...body } = asked;
  const [step, inputs, content] = ["loops.ask", hashJson({ key, by }), hashJson(body)];
  const before = (await registry.recall(step, inputs)) as { readonly id: string; readonly content: string } | undefined;
  if (before !== undefined) {
    if (before.content !== content) throw new AssayError(problems.KEY_REUSED(`key "${key}"`));
    return await found(loops.loop(before.id), before.id);
  }
  const bundleName = body.bundle ?? decisions.currentBundle?.document.name;
  if (bundleName === undefined) throw new AssayError(problems.NO_BUNDLE("the loop"));
  const labelCutOff = body.labelCutOff === undefined ? clock.now() : parseInstant(body.labelCutOff);
  if (labelCutOff === undefined) {
    throw new AssayError(problems.BAD_VALUE('"labelCutOff"', { why: "it is no instant with an offset" }));
  }
  const loop = await loops.ask({ bundleName, labelCutOff, trigger: { kind: "hand", why: body.why, by } });
  await registry.remember(step, inputs, { id: loop.id, content });
  return loop;
}

function lookRoutes({ app, parts }: Service): void {
  const list = {
    method: "GET",
    path: "/v1/loops",
    access: "read",
    tag,
    summary: "Loops, newest first",
    query: z.strictObject({ limit }),
    answer: z.object({ loops: z.array(loopLine) }),
  } as const;
  addDoor(app, list, async ({ query }) => ({ loops: (await parts.loops.loops(limitOf(query))).map(lineOf) }));
  const one = {
    method: "GET",
    path: "/v1/loops/:id",
    access: "read",
    tag,
    summary: "One loop: how far it is, or how it ended",
    params: byId,
    answer: loopLine,
  } as const;
  addDoor(app, one, async ({ params }) => lineOf(await found(parts.loops.loop(params.id), params.id)));
  const evidence = {
    method: "GET",
    path: "/v1/loops/:id/evidence",
    access: "read",
    tag,
    summary: "Its evidence pack: steps, gates, approval, guardrails, verdict",
    params: byId,
    answer: z
      .looseObject({ format: z.literal("assay.loop"), version: z.literal(1), verdict: z.string() })
      .meta({ description: "The whole document; the SHA-256 of its canonical JSON is its hash" }),
  } as const;
  addDoor(app, evidence, async ({ params }) => {
    const { evidence: pack } = await found(parts.loops.loop(params.id), params.id);
    if (pack === null) throw new AssayError(problems.EVIDENCE_NOT_FOUND(`loop "${params.id}"`));
    return { ...(await parts.evidence(pack)) };
  });
}

function answerRoutes({ app, parts }: Service): void {
  const approval = {
    method: "POST",
    path: "/v1/loops/:id/approval",
    access: "learning:write",
    tag,
    summary: "Answer a loop that waits, as the person who holds the key or session",
    description: "The first word counts; the same word again changes nothing.",
    params: byId,
    body: z.strictObject({ verdict: z.enum(["approve", "refuse"]), note }),
    answer: loopLine,
  } as const;
  addDoor(app, approval, async ({ params, body, request }) =>
    lineOf(await parts.loops.answer(params.id, { ...body, person: principalOf(request).name })),
  );
  const cancel = {
    method: "POST",
    path: "/v1/loops/:id/cancel",
    access: "learning:write",
    tag,
    summary: "End a loop at the next safe place; the champion serves on",
    params: byId,
    answer: loopLine,
  } as const;
  addDoor(app, cancel, async ({ params, request }) =>
    lineOf(await parts.loops.cancel(params.id, principalOf(request).name)),
  );
}

function haltRoutes({ app, parts }: Service): void {
  const halt = z.object({ person: z.string(), note: z.string(), at: instantText });
  const answer = z.object({ halt: halt.nullable() });
  const told = async () => {
    const found = await parts.loops.halted();
    return { halt: found === null ? null : { ...found, at: formatInstant(found.at) } };
  };
  const look = {
    method: "GET",
    path: "/v1/learning/halt",
    access: "read",
    tag,
    summary: "Who stopped learning, and why; null where it may go on",
    answer,
  } as const;
  addDoor(app, look, told);
  const change = {
    method: "POST",
    path: "/v1/learning/halt",
    access: "learning:write",
    tag,
    summary: "Stop learning at once, or let it go on",
    description: "While it is stopped no loop begins or releases, and the open one ends. The champion serves on.",
    body: z.strictObject({ stopped: z.boolean(), note }),
    answer,
  } as const;
  addDoor(app, change, async ({ body, request }) => {
    if (body.stopped) await parts.loops.halt({ person: principalOf(request).name, note: body.note });
    else await parts.loops.resume();
    return await told();
  });
}

function rolloutRoute({ app, parts }: Service): void {
  const rollout = z.object({
    id: z.string().meta({ description: "Of the loop, or of whoever began it" }),
    stage: z.enum(["shadow", "canary"]),
    bundle: hash,
    share: z
      .number()
      .meta({ description: "Of applicants that the challenger decides for, and as many for the control" }),
    guardrails: z.array(z.string()),
  });
  const contract = {
    method: "GET",
    path: "/v1/rollout",
    access: "read",
    tag,
    summary: "The challenger that is on its way in; null where none is",
    answer: z.object({ rollout: rollout.nullable() }),
  } as const;
  addDoor(app, contract, async () => {
    const under = await parts.registry.rollout();
    if (under === null) return { rollout: null };
    const { id, stage, bundle, shareBasisPoints, guardrails } = under;
    return { rollout: { id, stage, bundle, share: shareBasisPoints / 10_000, guardrails } };
  });
}

async function found(looked: Promise<LoopEntry | undefined>, id: string): Promise<LoopEntry> {
  const loop = await looked;
  if (loop === undefined) throw new AssayError(problems.LOOP_NOT_FOUND(`loop "${id}"`));
  return loop;
}

function lineOf({ askedAt, endedAt, ...loop }: LoopEntry) {
  return { ...loop, askedAt: formatInstant(askedAt), endedAt: endedAt === null ? null : formatInstant(endedAt) };
}
