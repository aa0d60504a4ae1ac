// Pages on a Fastify instance. All are read-only, drawn on the server, and allowed nothing but their own style sheet.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { StoredDecision } from "../decisions/index.ts";
import { bundlePage } from "./pages/bundle/bundle-page.ts";
import { cataloguePage } from "./pages/catalogue/catalogue-page.ts";
import { featurePage } from "./pages/catalogue/feature-page.ts";
import { decisionPage, replayPage } from "./pages/decision/decision-page.ts";
import { decisionsPage } from "./pages/decisions-page.ts";
import { factsPage } from "./pages/facts-page.ts";
import type { Frame } from "./pages/layout.ts";
import { learningPage } from "./pages/learning/learning-page.ts";
import { loopPage } from "./pages/learning/loop-page.ts";
import { monitoringPage } from "./pages/monitoring/monitoring-page.ts";
import { notFoundPage } from "./pages/not-found-page.ts";
import { overviewPage } from "./pages/overview/overview-page.ts";
import type { PageParts } from "./pages/page-parts.ts";
import {
  bundlePath,
  bundlesPath,
  cataloguePath,
  decisionPath,
  decisionsPath,
  factsPath,
  iconPath,
  learningPath,
  monitoringPath,
  overviewPath,
  stylesheetPath,
} from "./pages/paths.ts";
import { icon, stylesheet } from "./pages/stylesheet.ts";

/** Adds the pages and their two assets. Who may see them, and how errors are answered, is up to the app. */
export function registerPages(app: FastifyInstance, parts: PageParts): void {
  const add = (path: string, draw: Draw): void => addPage(app, path, draw);
  add(overviewPath, async (request) => ({
    page: await overviewPage(parts, { attribute: queryOf(request, "attribute") }),
  }));
  add(factsPath, async () => ({ page: factsPage(parts) }));
  add(bundlesPath, () => bundleInForce(parts));
  add(`${bundlesPath}/:id`, (request) => oneBundle(parts, request));
  add(decisionsPath, (request) => listOrFind(parts, request));
  add(`${decisionsPath}/:id`, (request) => oneDecision(parts, request, decisionPage));
  add(`${decisionsPath}/:id/replay`, (request) => oneDecision(parts, request, replayPage));
  add(cataloguePath, async (request) => ({ page: await cataloguePage(parts, queryOf(request, "search")) }));
  add(`${cataloguePath}/:set/:name`, (request) => oneFeature(parts, request));
  add(monitoringPath, (request) => oneReport(parts, request));
  add(`${monitoringPath}/:id`, (request) => oneReport(parts, request));
  add(learningPath, async () => ({ page: await learningPage(parts) }));
  add(`${learningPath}/:id`, (request) => oneLoop(parts, request));
  addAssets(app);
}

type Drawn = { readonly page: string; readonly status?: number } | { readonly to: string };
type Draw = (request: FastifyRequest) => Promise<Drawn>;

function addPage(app: FastifyInstance, path: string, draw: Draw): void {
  app.get(path, { schema: HIDDEN }, async (request, reply) => {
    const drawn = await draw(request);
    return "to" in drawn ? reply.redirect(drawn.to, 303) : sendPage(reply, drawn.status ?? 200, drawn.page);
  });
}

/** Pages are for people; the reference of doors lists what programs use. */
const HIDDEN: object = { hide: true };

async function listOrFind(parts: PageParts, request: FastifyRequest): Promise<Drawn> {
  const sought = queryOf(request, "find");
  if (sought !== null && (await parts.decision(sought)) !== undefined) return { to: decisionPath(sought) };
  const page = await decisionsPage(parts, { after: queryOf(request, "after"), sought });
  return { page, status: sought === null ? 200 : 404 };
}

async function oneDecision(
  parts: PageParts,
  request: FastifyRequest,
  draw: (parts: PageParts, stored: StoredDecision) => Promise<string>,
): Promise<Drawn> {
  const id = idOf(request);
  const stored = await parts.decision(id);
  if (stored === undefined) return { page: notFoundPage(parts, `decision “${id}”`), status: 404 };
  return { page: await draw(parts, stored) };
}

async function bundleInForce(parts: PageParts): Promise<Drawn> {
  const bundle = await parts.bundle();
  return bundle === null
    ? { page: notFoundPage(parts, "released bundle"), status: 404 }
    : { to: bundlePath(bundle.hash) };
}

async function oneBundle(parts: PageParts, request: FastifyRequest): Promise<Drawn> {
  const hash = idOf(request);
  const bundle = await parts.bundle(hash);
  if (bundle === null) return { page: notFoundPage(parts, `bundle “${hash}”`), status: 404 };
  return { page: bundlePage(parts, bundle) };
}

async function oneFeature(parts: PageParts, request: FastifyRequest): Promise<Drawn> {
  const { set, name } = request.params as { readonly set: string; readonly name: string };
  const feature = await parts.feature(set, name);
  if (feature === null) return { page: notFoundPage(parts, `feature “${set}.${name}”`), status: 404 };
  return { page: featurePage(parts, feature.entry, feature.lineage) };
}

async function oneReport(parts: PageParts, request: FastifyRequest): Promise<Drawn> {
  const { id = null } = request.params as { readonly id?: string };
  const page = await monitoringPage(parts, id);
  return page === null ? { page: notFoundPage(parts, `report “${id}”`), status: 404 } : { page };
}

async function oneLoop(parts: PageParts, request: FastifyRequest): Promise<Drawn> {
  const id = idOf(request);
  const loop = await parts.loop(id);
  return loop === undefined
    ? { page: notFoundPage(parts, `loop “${id}”`), status: 404 }
    : { page: await loopPage(parts, loop) };
}

function addAssets(app: FastifyInstance): void {
  const assets = [
    { path: stylesheetPath, type: "text/css; charset=utf-8", text: stylesheet.text },
    { path: iconPath, type: "image/svg+xml", text: icon },
  ];
  for (const { path, type, text } of assets) {
    app.get(path, { schema: HIDDEN }, (_request, reply) =>
      reply.type(type).header("cache-control", "public, max-age=604800").send(text),
    );
  }
}

/** Whether whoever asked is a browser that wants a page. */
export function wantsPage(request: FastifyRequest): boolean {
  return request.method === "GET" && (request.headers.accept ?? "").includes("text/html");
}

/** For an app's own not-found handler, where a page is wanted. */
export function sendNotFoundPage(frame: Frame, reply: FastifyReply): FastifyReply {
  return sendPage(reply, 404, notFoundPage(frame, "such page"));
}

/** Stricter than the service's own: a page needs no script and no style within it. */
const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

function sendPage(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply
    .code(status)
    .type("text/html; charset=utf-8")
    .header("content-security-policy", POLICY)
    .header("cache-control", "no-store")
    .send(page);
}

function idOf(request: FastifyRequest): string {
  return (request.params as { readonly id: string }).id;
}

/** A single, non-empty query parameter. */
function queryOf(request: FastifyRequest, name: string): string | null {
  const value = (request.query as { readonly [name: string]: unknown })[name];
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}
