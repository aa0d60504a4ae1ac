// Doors to what is watched: reports as they were kept, and alerts with those who look into them.

import { z } from "zod";
import { AssayError, formatInstant } from "../base/index.ts";
import type { Alert, KeptReport } from "../monitoring/index.ts";
import { principalOf } from "./access.ts";
import { addDoor } from "./door.ts";
import { problems } from "./errors.ts";
import type { Service } from "./service.ts";
import { hash, instantText, limit, limitOf, note } from "./wire/words.ts";

const tag = "Monitoring";

const severity = z.enum(["notice", "warning", "critical"]);
const finding = z
  .looseObject({ key: z.string(), kind: z.string(), severity, sentence: z.string(), wayOut: z.string() })
  .meta({ description: "What was found, its size, the bound that chance gives, and what to do" });
const verdict = z.enum(["quiet", "findings", "tooFew"]);
const reportLine = z.object({
  hash,
  savedAt: instantText,
  bundle: hash,
  drawnAt: instantText.meta({ description: "By the clock that decisions are made by" }),
  span: z.object({ fromKept: z.int(), toKept: z.int(), sample: z.string().nullable() }),
  decisions: z.int(),
  verdict,
  findings: z.array(finding),
});
const reportDocument = z
  .looseObject({ format: z.literal("assay.monitor"), version: z.literal(1), verdict, findings: z.array(finding) })
  .meta({ description: "The whole document; the SHA-256 of its canonical JSON is its hash" });
const alertLine = z.object({
  id: z.string(),
  state: z.enum(["pending", "open", "acknowledged", "closed"]),
  owner: z.string(),
  finding,
  bundle: hash,
  firstReport: hash,
  lastReport: hash,
  seen: z.int().meta({ description: "Reports in a row with it" }),
  unseen: z.int().meta({ description: "Reports in a row without it" }),
  acknowledged: z.object({ person: z.string(), note: z.string(), at: instantText }).nullable(),
  openedAt: instantText.nullable(),
  closedAt: instantText.nullable(),
});

export function monitoringRoutes(service: Service): void {
  reportRoutes(service);
  alertRoutes(service);
}

function reportRoutes({ app, parts }: Service): void {
  const list = {
    method: "GET",
    path: "/v1/monitoring/reports",
    access: "read",
    tag,
    summary: "Reports, newest first",
    query: z.strictObject({ limit }),
    answer: z.object({ reports: z.array(reportLine) }),
  } as const;
  addDoor(app, list, async ({ query }) => ({
    reports: (await parts.watching.reports(limitOf(query))).map(lineOf),
  }));
  const one = {
    method: "GET",
    path: "/v1/monitoring/reports/:hash",
    access: "read",
    tag,
    summary: "One report, as it is hashed",
    params: z.object({
      hash: z
        .string()
        .regex(/^(?:[0-9a-f]{64}|latest)$/)
        .meta({ description: "Or `latest`" }),
    }),
    answer: reportDocument,
  } as const;
  addDoor(app, one, async ({ params }) => {
    const latest = params.hash === "latest";
    const kept = latest ? (await parts.watching.reports(1))[0] : await parts.watching.report(params.hash);
    if (kept === undefined) throw new AssayError(problems.REPORT_NOT_FOUND(latest ? "the latest report" : params.hash));
    return { ...kept.report, findings: kept.report.findings.map(loose) };
  });
}

function lineOf({ hash, savedAt, report }: KeptReport) {
  const { bundle, drawnAt, span, decisions, verdict, findings } = report;
  return {
    hash,
    savedAt: formatInstant(savedAt),
    bundle,
    drawnAt,
    span,
    decisions,
    verdict,
    findings: findings.map(loose),
  };
}

/** A loose schema takes any further member. */
function loose<T extends object>(document: T): T & { readonly [name: string]: unknown } {
  return { ...document } as T & { readonly [name: string]: unknown };
}

function alertRoutes({ app, parts }: Service): void {
  const list = {
    method: "GET",
    path: "/v1/monitoring/alerts",
    access: "read",
    tag,
    summary: "Alerts, newest first",
    query: z.strictObject({
      state: z
        .enum(["open", "all"])
        .optional()
        .meta({ description: "`open`, the acknowledged among them, by default" }),
      limit,
    }),
    answer: z.object({ alerts: z.array(alertLine) }),
  } as const;
  addDoor(app, list, async ({ query }) => {
    const asked = { open: query.state !== "all", limit: limitOf(query) };
    return { alerts: (await parts.watching.alerts.alerts(asked)).map(alertOf) };
  });
  const acknowledge = {
    method: "POST",
    path: "/v1/monitoring/alerts/:id/acknowledge",
    access: "learning:write",
    tag,
    summary: "Say that one looks into an open alert",
    description: "The person is whoever holds the key or session. Saying the same again changes nothing.",
    params: z.object({ id: z.string() }),
    body: z.strictObject({ note }),
    answer: alertLine,
  } as const;
  addDoor(app, acknowledge, async ({ params, body, request }) => {
    const by = { person: principalOf(request).name, note: body.note };
    return alertOf(await parts.watching.alerts.acknowledge(params.id, by));
  });
}

function alertOf({ key: _, ...alert }: Alert) {
  const at = (micros: number | null) => (micros === null ? null : formatInstant(micros));
  const { acknowledged } = alert;
  return {
    ...alert,
    finding: loose(alert.finding),
    acknowledged: acknowledged === null ? null : { ...acknowledged, at: formatInstant(acknowledged.at) },
    openedAt: at(alert.openedAt),
    closedAt: at(alert.closedAt),
  };
}
