// The service: doors over rooms that somebody else opened. `close` stops taking requests, finishes those in flight, tells
// the log what was decided, then closes decisions and history; the database is the caller's, and is closed last.

import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from "fastify";
import { AssayError, formatInstant } from "../base/index.ts";
import { guard, sessionRoute } from "./access.ts";
import { applicationRoutes } from "./application-routes.ts";
import { startBeat } from "./beat.ts";
import { decisionRoutes } from "./decision-routes.ts";
import { startErasureLoop } from "./erasure-loop.ts";
import { erasureRoutes } from "./erasure-routes.ts";
import { problems } from "./errors.ts";
import { eventRoutes } from "./event-routes.ts";
import { featureRoutes } from "./feature-routes.ts";
import { healthRoutes } from "./health-routes.ts";
import { openKeys } from "./keys.ts";
import { limits } from "./limits.ts";
import { loopRoutes } from "./loop-routes.ts";
import { openMetrics } from "./metrics.ts";
import { monitoringRoutes } from "./monitoring-routes.ts";
import { startOutboxLoop } from "./outbox-loop.ts";
import { addPages } from "./page-wiring.ts";
import { openPrincipals } from "./principals.ts";
import { answerWithProblems, type ProblemReplies, problemBody, problemOf, problemReplies } from "./problem-reply.ts";
import { quarantineRoutes } from "./quarantine-routes.ts";
import { describeDoors, referenceRoutes } from "./reference-routes.ts";
import { releaseRoutes } from "./release-routes.ts";
import { ReleasedBundle } from "./released-bundle.ts";
import { sendSecurityHeaders } from "./security-headers.ts";
import type { Service } from "./service.ts";
import { logRequests, openLog } from "./service-log.ts";
import type { ServiceParts } from "./service-parts.ts";
import { startSnapshotLoop } from "./snapshot-loop.ts";
import { watchWrites } from "./write-watch.ts";

/** The app, following releases and rollouts and forwarding the outbox, but listening nowhere. Closing it closes decisions and history. */
export async function buildServer(parts: ServiceParts): Promise<FastifyInstance> {
  const frame = {
    workspaceName: parts.name,
    simulatedNow: parts.simulatedNow === null ? null : formatInstant(parts.simulatedNow),
  };
  const replies = problemReplies(frame);
  const app = newApp(parts, replies);
  const keys = await openKeys(parts.metadata);
  const principals = await openPrincipals(parts.metadata, keys);
  const writes = watchWrites(parts.history.folder);
  sendSecurityHeaders(app);
  refuseWhileClosing(app, replies);
  logRequests(app);
  const metrics = openMetrics(app, parts);
  answerWithProblems(app, { frame, replies, told: writes.told });
  await guard(app, principals, replies);
  await describeDoors(app, parts);
  const beat = startBeat(parts.registry, app.log);
  const released = new ReleasedBundle(parts, { metrics, beat, log: app.log });
  await released.follow();
  const outbox = startOutboxLoop(parts.decisions, metrics, app.log);
  const snapshots = startSnapshotLoop({ ...parts, outbox }, app.log);
  const erasing = startErasureLoop(parts, app.log);
  const service: Service = { app, frame, parts, keys, metrics, outbox, released, writes };
  app.addHook("onClose", async () => {
    await released.close();
    await beat.stop();
    await snapshots.stop();
    await erasing.stop();
    await outbox.stop();
    await parts.decisions.close();
    await parts.history.close();
    await principals.close();
    metrics.close();
  });
  addDoors(service);
  await addPages(app, parts);
  await app.ready();
  return app;
}

function addDoors(service: Service): void {
  sessionRoute(service.app, service.keys, service.frame);
  decisionRoutes(service);
  applicationRoutes(service);
  eventRoutes(service);
  quarantineRoutes(service);
  featureRoutes(service);
  releaseRoutes(service);
  monitoringRoutes(service);
  loopRoutes(service);
  erasureRoutes(service);
  healthRoutes(service);
  referenceRoutes(service.app);
}

export interface RunningService {
  /** Without a final slash. */
  readonly url: string;
  /** Finishes what is in flight, at most `limits.drainMs`, and closes all but the database. */
  close(): Promise<void>;
}

const SWEEP_MS = 20;

/** Port 0 takes any free one. Throws ASSAY_SERVER_PORT_TAKEN, after closing what the caller handed over. */
export async function startServer(
  parts: ServiceParts,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<RunningService> {
  const app = await buildServer(parts);
  try {
    return { url: await app.listen({ port, host }), close: () => closeWithin(app, limits.drainMs) };
  } catch (error) {
    await app.close();
    if (!isPortTaken(error)) throw error;
    throw new AssayError(problems.PORT_TAKEN(`port ${port} of ${host}`), { cause: error });
  }
}

/** Connections end as soon as they are idle; those still busy at the deadline are cut. */
async function closeWithin(app: FastifyInstance, milliseconds: number): Promise<void> {
  const deadline = setTimeout(() => app.server.closeAllConnections(), milliseconds);
  const sweep = setInterval(() => app.server.closeIdleConnections(), SWEEP_MS);
  try {
    await app.close();
  } finally {
    clearTimeout(deadline);
    clearInterval(sweep);
  }
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "EADDRINUSE" || error.code === "EACCES");
}

function newApp({ log }: ServiceParts, replies: ProblemReplies): FastifyInstance {
  return Fastify({
    loggerInstance: openLog(log),
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    http: { headersTimeout: limits.headersTimeoutMs, maxHeaderSize: limits.headerBytes },
    routerOptions: { maxParamLength: limits.pathParameterLength },
    forceCloseConnections: "idle",
    return503OnClosing: false,
    // Underwriting takes values as they were sent: nothing is coerced, nothing silently dropped.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: true, verbose: true } },
    frameworkErrors: (error, request, reply) => {
      void replies.send(request as FastifyRequest, reply as FastifyReply, problemOf(error, request as FastifyRequest));
    },
    clientErrorHandler: refuseUnreadable,
  });
}

/** What comes after the stop is refused; what was in flight is answered, and told not to come again by this connection. */
function refuseWhileClosing(app: FastifyInstance, replies: ProblemReplies): void {
  let closing = false;
  app.addHook("preClose", async () => {
    closing = true;
  });
  app.addHook("onRequest", async (request, reply) => {
    if (closing) return replies.send(request, reply, problems.CLOSING("the service"));
  });
  app.addHook("onSend", async (_request, reply) => {
    if (closing) void reply.header("connection", "close");
  });
}

/** What is not even HTTP never reaches a door; it is answered on the socket. */
function refuseUnreadable(_error: Error, socket: Socket): void {
  if (!socket.writable || socket.destroyed) return;
  const problem = problems.BAD_REQUEST("the request", {
    why: "it is not HTTP, came too slowly, or has too large a head",
  });
  const body = JSON.stringify(problemBody(problem, 400));
  const head = [
    "HTTP/1.1 400 Bad Request",
    "Content-Type: application/problem+json",
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join("\r\n")}\r\nConnection: close\r\n\r\n${body}`);
}
