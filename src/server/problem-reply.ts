// Every refusal leaves as application/problem+json (RFC 9457): what it was about, the rule, the way out. A browser that
// asked for a page gets the same as a small page. What was not foreseen leaves without internals, under an id of the log.

import { randomUUID } from "node:crypto";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { formatProblem, isAssayError, nearest, type Problem } from "../base/index.ts";
import { problems } from "./errors.ts";
import { sendNotFoundPage, wantsPage } from "./page-routes.ts";
import { html } from "./pages/html.ts";
import { type Frame, hero, page } from "./pages/layout.ts";
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

/** `ASSAY_DECISIONS_KEY_REUSED` → `Key reused`. */
function titleOf(code: string): string {
  const [, , ...rule] = code.toLowerCase().split("_");
  const words = rule.join(" ");
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** Sends problems, with the status that their code has. */
export interface ProblemReplies {
  send(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply;
}

export function problemReplies(frame: Frame): ProblemReplies {
  return {
    send(request, reply, problem) {
      const status = statusOf(problem.code);
      if (status === 401) void reply.header("www-authenticate", "Bearer");
      if (status === 503) void reply.header("retry-after", RETRY_AFTER_SECONDS);
      const body = problemBody(problem, status);
      void reply.status(status);
      if (wantsPage(request)) return reply.type("text/html; charset=utf-8").send(problemPage(frame, body));
      return reply.type("application/problem+json").send(JSON.stringify(body));
    },
  };
}

function problemPage(frame: Frame, { status, title, thing, rule, wayOut, code }: ProblemBody): string {
  const body = html`${hero(String(status), title, `${thing}: ${rule}.`)}<p>${wayOut}.</p><p><small><code>${code}</code></small></p>`;
  return page(frame, { title, at: null, body });
}

/** Makes one app answer errors and unknown paths with problems; `told` hears each code. */
export function answerWithProblems(
  app: FastifyInstance,
  {
    frame,
    replies,
    told,
  }: { readonly frame: Frame; readonly replies: ProblemReplies; readonly told: (code: string) => void },
): void {
  const paths = new Set<string>();
  app.addHook("onRoute", ({ path }) => {
    paths.add(path);
  });
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error, request);
    told(problem.code);
    return replies.send(request, reply, problem);
  });
  app.setNotFoundHandler((request, reply) => {
    if (wantsPage(request)) return sendNotFoundPage(frame, reply);
    const path = request.url.split("?", 1)[0]!;
    const problem = problems.UNKNOWN_ROUTE(`${request.method} ${path}`, { nearest: nearest(path, paths) });
    return replies.send(request, reply, problem);
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
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE")
    return problems.MEDIA_TYPE("the body", { accepted: acceptedBy(request) });
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") return problems.BODY_TOO_LARGE("the body");
  if (code === "FST_ERR_CTP_INVALID_JSON_BODY" || code === "FST_ERR_CTP_EMPTY_JSON_BODY")
    return problems.NOT_JSON("the body");
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
