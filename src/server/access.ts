// Who may come in. Every door says which right it asks for, or that it is open; a door that says nothing cannot be built.
// Programs send a bearer key. A browser has a session cookie, which may change things only from this service's own pages.

import cookie from "@fastify/cookie";
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from "fastify";
import { AssayError, invariant, isAssayError } from "../base/index.ts";
import { problems } from "./errors.ts";
import type { Keys } from "./keys.ts";
import { html } from "./pages/html.ts";
import { type Frame, hero, page } from "./pages/layout.ts";
import { overviewPath } from "./pages/paths.ts";
import type { Principals } from "./principals.ts";
import type { ProblemReplies } from "./problem-reply.ts";
import type { Principal, Right } from "./rights.ts";

const SESSION_COOKIE = "assay_session";

/** What a door asks for. */
export type Access = Right | "open";

declare module "fastify" {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    /** Whoever asks; null at an open door. */
    principal: Principal | null;
  }
}

/** Guards every door that is added to `app` afterwards. A refusal is answered here, whatever errors the door itself draws. */
export async function guard(app: FastifyInstance, principals: Principals, replies: ProblemReplies): Promise<void> {
  await app.register(cookie);
  app.decorateRequest("principal", null);
  everyDoorSays(app);
  app.addHook("onRequest", async (request, reply) => {
    const { access } = request.routeOptions.config;
    if (access === undefined || access === "open") return;
    try {
      request.principal = await admitted(request, principals, access);
    } catch (error) {
      if (!isAssayError(error) || !error.code.startsWith("ASSAY_SERVER_")) throw error;
      return replies.send(request, reply, error.problem);
    }
  });
}

/** Looked at once all are there, because a group of doors may say it for its members. */
function everyDoorSays(app: FastifyInstance): void {
  const doors: RouteOptions[] = [];
  app.addHook("onRoute", (door) => {
    doors.push(door);
  });
  app.addHook("onReady", async () => {
    const silent = doors.find(({ config }) => config?.access === undefined);
    invariant(silent === undefined, `${String(silent?.method)} ${silent?.url} says which right it asks for`);
  });
}

/** Who stands behind a door that is not open. */
export function principalOf(request: FastifyRequest): Principal {
  invariant(request.principal !== null, "the door asks for a right");
  return request.principal;
}

async function admitted(request: FastifyRequest, principals: Principals, right: Right): Promise<Principal> {
  const thing = doorOf(request);
  const found = await credentialOf(request, principals, thing);
  if (found === undefined) throw new AssayError(problems.UNKNOWN_KEY(thing));
  if (!found.rights.includes(right)) throw new AssayError(problems.MISSING_RIGHT(thing, { right }));
  return found;
}

async function credentialOf(
  request: FastifyRequest,
  principals: Principals,
  thing: string,
): Promise<Principal | undefined> {
  const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (bearer !== undefined) return await principals.of("key", bearer);
  const session = request.cookies[SESSION_COOKIE];
  if (session === undefined) throw new AssayError(problems.NO_KEY(thing));
  if (!isReading(request) && !isSameOrigin(request)) throw new AssayError(problems.CROSS_SITE(thing));
  return await principals.of("session", session);
}

function isReading({ method }: FastifyRequest): boolean {
  return method === "GET" || method === "HEAD";
}

/** Browsers set both headers themselves, and no page can forge them. */
function isSameOrigin({ headers }: FastifyRequest): boolean {
  if (headers.origin !== undefined) return URL.parse(headers.origin)?.host === headers.host;
  return headers["sec-fetch-site"] === "same-origin";
}

/** The door by its pattern, so that no id gets into a message. */
function doorOf(request: FastifyRequest): string {
  return `${request.method} ${request.routeOptions.url ?? "unknown path"}`;
}

/**
 * `/session?token=…`: a one-time link becomes a cookie that no script can read and no other site can send. The answer is a
 * page that leads on, not a redirect: after a click in another site's page a redirect would not carry the cookie.
 */
export function sessionRoute(app: FastifyInstance, keys: Keys, frame: Frame): void {
  const options = { config: { access: "open" }, schema: { hide: true } } as const;
  app.get<{ Querystring: { token?: string } }>("/session", options, async (request, reply): Promise<FastifyReply> => {
    const { token } = request.query;
    if (typeof token !== "string") throw new AssayError(problems.LINK_SPENT("the link"));
    const session = await keys.exchangeLink(token);
    const body = html`${hero("Session", "You are in", null)}<p><a href="${overviewPath}">Go on</a></p>`;
    return reply
      .setCookie(SESSION_COOKIE, session.token, { httpOnly: true, sameSite: "strict", path: "/" })
      .header("refresh", `0; url=${overviewPath}`)
      .type("text/html; charset=utf-8")
      .send(page(frame, { title: "Session", at: null, body }));
  });
}
