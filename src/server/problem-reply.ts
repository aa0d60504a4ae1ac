// Every refusal leaves as application/problem+json (RFC 9457): what it was about, the rule, the way out. A browser that
// asked for a page gets the same as a small page. What was not foreseen leaves without internals, under an id of the log.

import { randomUUID } from "node:crypto";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { formatProblem, isAssayError, nearest, type Problem } from "../base/index.ts";
import { problems } from "./errors.ts";
import { escapeHtml, htmlPage } from "./html.ts";
import { statusOf, UNFORESEEN } from "./problem-status.ts";
import { type SchemaError, schemaProblem } from "./schema-problem.ts";

/** Seconds after which a client may try again what is only for the moment impossible. */
const RETRY_AFTER_SECONDS = 1;

export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly thing: string;
  readonly rule: string;
  readonly wayOut: string;
  readonly nearest?: string;
  readonly place?: Problem["place"] & object;
}

export function problemBody(problem: Problem, status: number): ProblemBody {
  const { code, thing, rule, wayOut } = problem;
  return {
    type: `urn:assay:problem:${code}`,
    title: titleOf(code),
    status,
    detail: formatProblem(problem).slice(code.length + 2),
    code,
    thing,
    rule,
    wayOut,
    ...(problem.nearest === undefined ? {} : { nearest: problem.nearest }),
    ...(problem.place === undefined ? {} : { place: problem.place }),
  };
}

/** `ASSAY_DECISIONS_KEY_REUSED` → `Decisions: key reused`. */
function titleOf(code: string): string {
  const [, room = "", ...rule] = code.toLowerCase().split("_");
  return `${room.slice(0, 1).toUpperCase()}${room.slice(1)}: ${rule.join(" ")}`;
}

/** Sends a problem with the status its code has. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  const status = statusOf(problem.code);
  if (status === 401) void reply.header("www-authenticate", "Bearer");
  if (status === 503) void reply.header("retry-after", RETRY_AFTER_SECONDS);
  const body = problemBody(problem, status);
  void reply.status(status);
  if (!wantsPage(request)) return reply.type("application/problem+json").send(JSON.stringify(body));
  const page = `<h1>${escapeHtml(body.title)}</h1><p>${escapeHtml(body.detail)}</p><p><code>${escapeHtml(body.code)}</code></p>`;
  return reply.type("text/html; charset=utf-8").send(htmlPage(body.title, page));
}

function wantsPage({ headers, method }: FastifyRequest): boolean {
  return method === "GET" && (headers.accept ?? "").startsWith("text/html");
}

/** Makes one app answer errors and unknown paths with problems. */
export function answerWithProblems(app: FastifyInstance, told: (code: string) => void): void {
  const paths = new Set<string>();
  app.addHook("onRoute", ({ path }) => {
    paths.add(path);
  });
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error, request);
    told(problem.code);
    return sendProblem(request, reply, problem);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?", 1)[0]!;
    const thing = `${request.method} ${path}`;
    return sendProblem(request, reply, problems.UNKNOWN_ROUTE(thing, { nearest: nearest(path, paths) }));
  });
}

/** The problem behind anything thrown; what was not foreseen is logged under an id first. */
export function problemOf(error: unknown, request: FastifyRequest): Problem {
  if (isAssayError(error) && statusOf(error.code) !== UNFORESEEN) return error.problem;
  return frameworkProblem(error, request) ?? unforeseen(error, request);
}

function frameworkProblem(error: unknown, request: FastifyRequest): Problem | undefined {
  if (!(error instanceof Error) || isAssayError(error)) return undefined;
  const { code, statusCode, validation, validationContext } = error as Partial<FastifyError>;
  if (validation !== undefined) return schemaProblem(validation as readonly SchemaError[], validationContext ?? "body");
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") return problems.MEDIA_TYPE("the body", { accepted: acceptedBy(request) });
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") return problems.BODY_TOO_LARGE("the body");
  if (code === "FST_ERR_CTP_INVALID_JSON_BODY" || code === "FST_ERR_CTP_EMPTY_JSON_BODY") return problems.NOT_JSON("the body");
  if (error instanceof SyntaxError && statusCode === 400) return problems.NOT_JSON("the body");
  // The framework's own sentences may repeat the address, which may name a person.
  const refused = code?.startsWith("FST_ERR_") === true && statusCode !== undefined && statusCode < UNFORESEEN;
  return refused ? problems.BAD_REQUEST("the request", { why: code }) : undefined;
}

function acceptedBy(request: FastifyRequest): string {
  const { body } = (request.routeOptions.schema ?? {}) as { readonly body?: { readonly content?: object } };
  return Object.keys(body?.content ?? { "application/json": null }).join(" or ");
}

function unforeseen(error: unknown, request: FastifyRequest): Problem {
  const id = randomUUID();
  request.log.error({ errorId: id, err: error }, "unforeseen");
  const problem = problems.INTERNAL("the request", { id });
  return isAssayError(error) ? { ...problem, code: error.code } : problem;
}
