// The one address that alerts are posted to. It is declared by whoever runs the workspace, never named by a client, its host has
// to be listed beside it, and nobody is followed anywhere else: a redirect is a failure.

import { AssayError } from "../base/index.ts";
import type { AlertEvent } from "./alert-event.ts";
import type { MonitoringDeclaration } from "./declaration.ts";
import { problems } from "./errors.ts";

export interface Webhook {
  /** Resolves once the receiver has taken it (2xx); rejects with an `Error` that says why not. */
  post(event: AlertEvent): Promise<void>;
}

const TIMEOUT_MS = 10_000;
const LOOPBACK: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/**
 * The declared webhook, or null where there is none.
 * Throws ASSAY_MONITORING_WEBHOOK_REFUSED: no URL, a host that is not in `webhookHosts`, plain http beyond this machine, or
 * credentials in the address.
 */
export function webhookOver(declaration: MonitoringDeclaration, timeoutMs: number = TIMEOUT_MS): Webhook | null {
  const url = checkWebhook(declaration);
  return url === null ? null : { post: (event) => post(url, event, timeoutMs) };
}

export function checkWebhook({ webhook, webhookHosts = [] }: MonitoringDeclaration): URL | null {
  if (webhook === undefined) return null;
  if (!URL.canParse(webhook)) throw refusal("webhook", "it is no URL");
  const url = new URL(webhook);
  const allowed = webhookHosts.map((host) => host.toLowerCase());
  const thing = `webhook at ${url.host}`;
  if (!allowed.includes(url.host) && !allowed.includes(url.hostname)) {
    throw refusal(thing, "its host is not in webhookHosts");
  }
  if (url.username !== "" || url.password !== "") throw refusal(thing, "credentials stand in its address");
  const secret = url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.includes(url.hostname));
  if (!secret) throw refusal(thing, "it is neither https nor on this machine");
  return url;
}

function refusal(thing: string, why: string): AssayError {
  return new AssayError(problems.WEBHOOK_REFUSED(thing, { why }));
}

async function post(url: URL, event: AlertEvent, timeoutMs: number): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/cloudevents+json; charset=utf-8" },
    body: JSON.stringify(event),
    redirect: "manual",
    signal: AbortSignal.timeout(timeoutMs),
  });
  await response.body?.cancel();
  if (response.ok) return;
  const redirected = response.status >= 300 && response.status < 400;
  throw new Error(`the receiver answered ${response.status}${redirected ? ", a redirect, which is not followed" : ""}`);
}
