// Applications as entities whose state is a fold over their own events. `POST /v1/decisions` opens one and decides in one
// call; here one is opened without a decision, told what happened, and looked at.

import { createHash } from "node:crypto";
import { z } from "zod";
import { AssayError, formatInstant } from "../base/index.ts";
import { foldApplication } from "../decisions/index.ts";
import type { ReadRow } from "../history/index.ts";
import { applicationHistory } from "./application-history.ts";
import { addDoor } from "./door.ts";
import { problems } from "./errors.ts";
import type { Service } from "./service.ts";
import { instantText, token } from "./wire/words.ts";

const tag = "Applications";
const SOURCE = "assay.applications";

/** What others may tell; the rest is told by decisions alone. */
const tellable = [
  "completed",
  "informationRequested",
  "verificationRequested",
  "verificationResulted",
  "offerAccepted",
  "offerExpired",
  "withdrawn",
  "agreementSigned",
  "accountOpened",
] as const;

const detail = z.string().max(200).optional().meta({ description: "Never a person's data" });
const byId = z.object({ id: token });
const state = z.object({
  application: z.string(),
  status: z.enum(["received", "complete", "inReview", "decided", "offered", "accepted", "withdrawn", "opened"]),
  disposition: z.string().nullable().meta({ description: "Of the latest decision" }),
  decisions: z.array(z.string()),
  noticesIssued: z.int(),
  events: z.array(
    z.object({ type: z.string(), at: instantText, decision: z.string().nullable(), detail: z.string().nullable() }),
  ),
});

export function applicationRoutes(service: Service): void {
  openRoute(service);
  tellRoute(service);
  lookRoute(service);
}

function openRoute(service: Service): void {
  const contract = {
    method: "POST",
    path: "/v1/applications",
    access: "decisions:write",
    tag,
    summary: "Open an application without deciding yet",
    body: z.strictObject({ detail }),
    answer: state,
    idempotent: true,
  } as const;
  addDoor(service.app, contract, async ({ body, idempotencyKey }) => {
    const application = `app-${digest(`application ${idempotencyKey}`)}`;
    await tell(service, { application, type: "received", eventId: `${application}:received`, detail: body.detail });
    return await stateOf(service, application);
  });
}

function tellRoute(service: Service): void {
  const contract = {
    method: "POST",
    path: "/v1/applications/:id/events",
    access: "decisions:write",
    tag,
    summary: "Tell what happened to an application",
    params: byId,
    body: z.strictObject({ type: z.enum(tellable), detail }),
    answer: state,
    idempotent: true,
  } as const;
  addDoor(service.app, contract, async ({ params, body, idempotencyKey }) => {
    const application = params.id;
    await stateOf(service, application);
    const eventId = `${application}:${body.type}:${digest(idempotencyKey)}`;
    await tell(service, { application, type: body.type, eventId, detail: body.detail });
    return await stateOf(service, application);
  });
}

function lookRoute(service: Service): void {
  const contract = {
    method: "GET",
    path: "/v1/applications/:id",
    access: "decisions:read",
    tag,
    summary: "State of an application, folded from its events",
    params: byId,
    answer: state,
  } as const;
  addDoor(service.app, contract, ({ params }) => stateOf(service, params.id));
}

interface Told {
  readonly application: string;
  readonly type: string;
  readonly eventId: string;
  readonly detail: string | undefined;
}

/** A repeated telling has another `at`; history holds the first and refuses the second, which is what a repeat should be. */
const TOLD_BEFORE = "ASSAY_HISTORY_CONFLICT";

async function tell({ parts, writes }: Service, { application, type, eventId, detail }: Told): Promise<void> {
  const at = formatInstant(parts.clock.now());
  const fields = detail === undefined ? {} : { detail };
  const raw = { event: `application.${type}`, entity: application, source: SOURCE, eventId, at, fields };
  const { quarantined } = await parts.history.ingestRows(single({ row: 1, raw }), { source: SOURCE });
  writes.succeeded();
  const refused = quarantined.find(({ code }) => code !== TOLD_BEFORE);
  if (refused !== undefined) throw new AssayError(problems.EVENT_REFUSED(`event ${type}`, { code: refused.code }));
}

async function* single(row: ReadRow): AsyncGenerator<ReadRow> {
  yield row;
}

/** What decisions told is in the outbox for a moment; it is forwarded first. */
async function stateOf({ parts, outbox }: Service, application: string): Promise<z.output<typeof state>> {
  await outbox.flush();
  const supersedes = async (decision: string) => (await parts.records.decision(decision))?.decision.supersedes ?? null;
  const events = await applicationHistory(parts.history.online, application, supersedes);
  const { status, disposition, decisions, noticesIssued } = foldApplication(events);
  return {
    application,
    status,
    disposition,
    decisions: [...decisions],
    noticesIssued,
    events: events.map(({ type, at, decision, detail }) => ({ type, at: formatInstant(at), decision, detail })),
  };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 24);
}
