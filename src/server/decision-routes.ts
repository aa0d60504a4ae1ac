import { z } from "zod";
import { AssayError, formatInstant } from "../base/index.ts";
import type { DecisionRequest, StoredDecision, Summary } from "../decisions/index.ts";
import { principalOf } from "./access.ts";
import { waitFor } from "./after-position.ts";
import { addDoor } from "./door.ts";
import { problems } from "./errors.ts";
import type { Service } from "./service.ts";
import {
  decisionAnswer,
  decisionPart,
  decisionRequest,
  envelope,
  link,
  notice,
  reviewRequest,
} from "./wire/decision.ts";
import { hash, instantText, limitOf, page, token } from "./wire/words.ts";

const tag = "Decisions";
const byId = z.object({ id: token });

const summary = z.object({
  decisionId: z.string(),
  application: z.string(),
  decidedAt: instantText,
  bundle: hash,
  disposition: z.string(),
  adverse: z.boolean(),
  supersedes: z.string().nullable(),
});

const storedDecision = z.object({
  decision: decisionPart,
  envelope,
  link,
  intact: z.boolean().meta({ description: "The content still gives the hash in the chain" }),
  notice: notice.nullable(),
});

export function decisionRoutes(service: Service): void {
  makeRoute(service);
  lookRoutes(service);
  reviewRoute(service);
  replayRoute(service);
}

function makeRoute({ app, parts, metrics, writes }: Service): void {
  const contract = {
    method: "POST",
    path: "/v1/decisions",
    access: "decisions:write",
    tag,
    summary: "Open an application and decide",
    description:
      "One immutable evaluation, made once per key and answered when it is durable. With `after`, not before the events up to that position are seen.",
    body: decisionRequest,
    answer: decisionAnswer,
    idempotent: true,
  } as const;
  addDoor(app, contract, async ({ body, idempotencyKey, request }) => {
    // Each client has its own keys: what one has used says nothing to another.
    const key = `${principalOf(request).name}:${idempotencyKey}`;
    const { after, afterWithinMs, ...asked } = body;
    await waitFor(parts.history, { after, afterWithinMs });
    const answer = await parts.decisions.decide(requestOf(asked, key));
    writes.succeeded();
    if (!answer.repeated) metrics.decided({ ...answer.decision, arm: answer.arm });
    return answer;
  });
}

/** What is decided; when it may be is no part of it. */
type AskedDecision = Omit<z.output<typeof decisionRequest>, "after" | "afterWithinMs">;

function requestOf(body: AskedDecision, idempotencyKey: string): DecisionRequest {
  return { ...body, product: body.product ?? body.request, idempotencyKey };
}

function lookRoutes({ app, parts }: Service): void {
  const list = {
    method: "GET",
    path: "/v1/decisions",
    access: "decisions:read",
    tag,
    summary: "List decisions",
    query: page,
    answer: z.object({ decisions: z.array(summary), next: z.string().nullable() }),
  } as const;
  addDoor(app, list, async ({ query }) => {
    const limit = limitOf(query);
    const found = await parts.records.summaries(limit, query.after ?? null);
    const next = found.length < limit ? null : (found.at(-1)?.decision_id ?? null);
    return { decisions: found.map(summaryOf), next };
  });
  const one = {
    method: "GET",
    path: "/v1/decisions/:id",
    access: "decisions:read",
    tag,
    summary: "One decision: its record, its place in the chain, its notice",
    params: byId,
    answer: storedDecision,
  } as const;
  addDoor(app, one, async ({ params }) => {
    const { decision, envelope, link, intact } = await found(parts.records.decision(params.id), params.id);
    return { decision, envelope, link, intact, notice: (await parts.records.notice(params.id)) ?? null };
  });
}

async function found(looked: Promise<StoredDecision | undefined>, id: string): Promise<StoredDecision> {
  const stored = await looked;
  if (stored === undefined) throw new AssayError(problems.DECISION_NOT_FOUND(`decision ${id}`));
  return stored;
}

function summaryOf(row: Summary): z.output<typeof summary> {
  return {
    decisionId: row.decision_id,
    application: row.application_id,
    decidedAt: formatInstant(row.decided_at),
    bundle: row.bundle,
    disposition: row.disposition,
    adverse: row.adverse,
    supersedes: row.supersedes,
  };
}

function reviewRoute({ app, parts, metrics, writes }: Service): void {
  const contract = {
    method: "POST",
    path: "/v1/decisions/:id/review",
    access: "review:write",
    tag,
    summary: "Close a referral, as the person who holds the key or session",
    description: "Makes a decision of its own that supersedes the referral.",
    params: byId,
    body: reviewRequest,
    answer: decisionAnswer,
  } as const;
  addDoor(app, contract, async ({ params, body, request }) => {
    const { disposition, code, reasons, offered } = body;
    const person = principalOf(request).name;
    const verdict = { disposition, code, person, reasons, ...(offered === undefined ? {} : { offered }) };
    const answer = await parts.decisions.review(params.id, verdict);
    writes.succeeded();
    metrics.decided({ ...answer.decision, arm: answer.arm });
    return answer;
  });
}

function replayRoute({ app, parts }: Service): void {
  const contract = {
    method: "POST",
    path: "/v1/decisions/:id/replay",
    access: "decisions:read",
    tag,
    summary: "Decide again from the record alone, and compare every bit",
    params: byId,
    answer: z.object({ decisionId: z.string(), same: z.boolean(), differences: z.array(z.string()) }),
  } as const;
  addDoor(app, contract, async ({ params }) => {
    await found(parts.records.decision(params.id), params.id);
    return await parts.replay(params.id);
  });
}
