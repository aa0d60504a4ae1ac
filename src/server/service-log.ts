// The log: JSON lines on standard error, without personal data. No body, no address, no id of a person, no token: a
// request is its door's pattern, an error is its kind and where it was thrown, never its message, which may quote a row.

import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import { destination, pino } from "pino";
import { isAssayError } from "../base/index.ts";
import type { ServiceParts } from "./service-parts.ts";

export function openLog({ level, to }: ServiceParts["log"]): FastifyBaseLogger {
  const serializers = { err: errorShape, error: errorShape, req: () => undefined, res: () => undefined };
  return pino({ level, base: null, serializers }, to ?? destination({ dest: 2, sync: false }));
}

/** Kind, code and frames of an error. */
function errorShape(error: unknown): object {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const cause = isAssayError(error) && error.cause !== undefined ? { cause: errorShape(error.cause) } : {};
  return {
    name: error.name,
    ...(code === undefined ? {} : { code }),
    frames: frames.map((line) => line.trim()),
    ...cause,
  };
}

/** One line for each request, after it was answered. */
export function logRequests(app: FastifyInstance): void {
  app.addHook("onResponse", async (request, reply) => {
    const { method, routeOptions } = request;
    const line = {
      requestId: request.id,
      method,
      route: routeOptions.url ?? "unknown",
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime * 1000) / 1000,
    };
    request.log.info(line, "answered");
  });
}
