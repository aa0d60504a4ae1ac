// Few enough to write by hand. Pages are server-rendered: scripts come from files of ours, never from a page; styles may
// stand in a page, because charts are drawn as SVG with their own.

import type { FastifyInstance } from "fastify";

const headers: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  // Anything stricter would make a form of our own pages say that it comes from nowhere.
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  // Answers are about people.
  "cache-control": "no-store",
};

export function sendSecurityHeaders(app: FastifyInstance): void {
  app.addHook("onRequest", async (request, reply) => {
    void reply.headers(headers).header("x-request-id", request.id);
  });
}
