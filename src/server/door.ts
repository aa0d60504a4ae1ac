// One door: a contract written once in Zod, from which come validation (Ajv), serialisation, the OpenAPI document and
// the types of the handler.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Access } from "./access.ts";
import { problemSchema } from "./wire/problem.ts";

type Verb = "GET" | "POST";

export interface DoorContract<B, Q, P, A> {
  readonly method: Verb;
  /** Pattern with `:name` parameters. */
  readonly path: string;
  readonly access: Access;
  /** Heading in the reference. */
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly body?: z.ZodType<B>;
  readonly query?: z.ZodType<Q>;
  readonly params?: z.ZodType<P>;
  readonly answer: z.ZodType<A>;
  /** Other statuses with the same shape of answer. */
  readonly alsoStatus?: number;
  /** Asks for an Idempotency-Key. */
  readonly idempotent?: boolean;
  /** Takes newline-delimited JSON beside JSON. */
  readonly ndjson?: boolean;
  readonly bodyLimitBytes?: number;
}

export interface Asked<B, Q, P> {
  readonly body: B;
  readonly query: Q;
  readonly params: P;
  /** Empty where the contract does not ask for one. */
  readonly idempotencyKey: string;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** What a handler may return where the schema speaks of mutable arrays and objects. */
export type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;

/** Adds a door to an app that is guarded already. */
export function addDoor<B, Q, P, A>(
  app: FastifyInstance,
  contract: DoorContract<B, Q, P, A>,
  handle: (asked: Asked<B, Q, P>) => Promise<Frozen<A>>,
): void {
  app.route({
    method: contract.method,
    url: contract.path,
    config: { access: contract.access },
    schema: schemaOf(contract),
    ...(contract.bodyLimitBytes === undefined ? {} : { bodyLimit: contract.bodyLimitBytes }),
    handler: async (request, reply) =>
      await handle({
        // Ajv has checked them against the same schemas.
        body: request.body as B,
        query: request.query as Q,
        params: request.params as P,
        idempotencyKey: String(request.headers["idempotency-key"] ?? ""),
        request,
        reply,
      }),
  });
}

/** The header, as every idempotent door asks for it. */
const idempotencyHeader = z.object({
  "idempotency-key": z
    .string()
    .min(1)
    .max(200)
    .meta({ description: "Your own id of this request; repeating it repeats the answer and does nothing twice" }),
});

function schemaOf<B, Q, P, A>(contract: DoorContract<B, Q, P, A>): object {
  const { access, tag, summary, description, body, query, params, idempotent } = contract;
  return {
    tags: [tag],
    summary,
    operationId: operationIdOf(contract),
    description: [description, access === "open" ? undefined : `Needs the right ${access}.`].filter(Boolean).join(" "),
    security: access === "open" ? [] : [{ key: [] }, { session: [] }],
    ...(body === undefined ? {} : { body: bodySchema(body, contract.ndjson ?? false) }),
    ...(query === undefined ? {} : { querystring: jsonSchema(query, "input") }),
    ...(params === undefined ? {} : { params: jsonSchema(params, "input") }),
    ...(idempotent === true ? { headers: jsonSchema(idempotencyHeader, "input") } : {}),
    response: responsesOf(contract),
  };
}

/** `POST /v1/decisions/:id/replay` → `postDecisionsReplay`. */
function operationIdOf({ method, path }: { readonly method: Verb; readonly path: string }): string {
  const words = path.split(/[/:.]/).filter((part) => part !== "" && !/^(?:v1|id|hash|type)$/.test(part));
  const byId = /:(?:id|hash)$/.test(path) ? ["One"] : [];
  return method.toLowerCase() + [...words, ...byId].map((word) => word[0]!.toUpperCase() + word.slice(1)).join("");
}

function bodySchema(body: z.ZodType, ndjson: boolean): object {
  const json = jsonSchema(body, "input");
  if (!ndjson) return json;
  // Its bytes are read by history, row by row; a schema has nothing to say of them.
  const lines = { schema: { description: "One JSON object on each line" } };
  return { content: { "application/json": { schema: json }, "application/x-ndjson": lines } };
}

function responsesOf({ answer, alsoStatus }: { readonly answer: z.ZodType; readonly alsoStatus?: number }): object {
  const json = { description: "The answer", ...jsonSchema(answer, "output") };
  const problem = {
    description: "A problem: what it is about, the rule, the way out",
    content: { "application/problem+json": { schema: jsonSchema(problemSchema, "output") } },
  };
  return { 200: json, ...(alsoStatus === undefined ? {} : { [alsoStatus]: json }), "4xx": problem, "5xx": problem };
}

/** The dialect that Ajv and fast-json-stringify read. */
function jsonSchema(schema: z.ZodType, io: "input" | "output"): { readonly [key: string]: unknown } {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { target: "draft-7", io });
  return json;
}
