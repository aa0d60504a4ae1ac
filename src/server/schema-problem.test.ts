import Fastify from "fastify";
import { expect, it } from "vitest";
import { z } from "zod";
import { addDoor } from "./door.ts";
import { answerWithProblems, type ProblemBody, problemReplies } from "./problem-reply.ts";
import { decisionRequest } from "./wire/decision.ts";

// The validator's own errors, as the service configures it.
async function refusal(payload: object, headers: Record<string, string> = { "idempotency-key": "k" }) {
  const app = Fastify({ ajv: { customOptions: { coerceTypes: false, removeAdditional: false, verbose: true } } });
  const frame = { workspaceName: "test", simulatedNow: null };
  answerWithProblems(app, { frame, replies: problemReplies(frame), told: () => undefined });
  const contract = {
    method: "POST",
    path: "/",
    access: "open",
    tag: "t",
    summary: "s",
    body: decisionRequest,
    answer: z.object({}),
    idempotent: true,
  } as const;
  addDoor(app, contract, async () => ({}));
  const { code, thing, rule, nearest } = (await app.inject({ method: "POST", url: "/", headers, payload })).json<
    Partial<ProblemBody>
  >();
  return { code: code?.replace("ASSAY_SERVER_", ""), thing, rule, nearest };
}

const good = { request: "line", parties: [{ role: "applicant", entity: "b-1" }], asked: { increase: "5" } };

it("takes what is right", async () => {
  expect(await refusal(good)).toMatchObject({ code: undefined });
});

it.each([
  [
    "a slip in a field that is optional",
    { ...good, chanel: "web" },
    "UNKNOWN_FIELD",
    'field "chanel" of the body',
    "channel",
  ],
  [
    "a slip in a field that is required",
    { ...good, parties: undefined, partys: [] },
    "UNKNOWN_FIELD",
    'field "partys" of the body',
    "parties",
  ],
  ["a field that is missing", { ...good, asked: undefined }, "MISSING_FIELD", 'field "asked" of the body', undefined],
  [
    "a slip further in",
    { ...good, parties: [{ role: "a", entty: "b" }] },
    "UNKNOWN_FIELD",
    'field "parties[0].entty" of the body',
    "entity",
  ],
  ["a choice that is none", { ...good, kind: "lineincrese" }, "BAD_VALUE", 'field "kind" of the body', "lineIncrease"],
  ["a number where text stands", { ...good, request: 5 }, "BAD_VALUE", 'field "request" of the body', undefined],
  [
    "a list where a value stands",
    { ...good, asked: { increase: [] } },
    "BAD_VALUE",
    'field "asked.increase" of the body',
    undefined,
  ],
  [
    "an entity with a line break",
    { ...good, parties: [{ role: "a", entity: "b\n" }] },
    "BAD_VALUE",
    'field "parties[0].entity" of the body',
    undefined,
  ],
  ["a body that is none", [], "BAD_VALUE", "the body", undefined],
] as const)("names %s", async (_what, payload, code, thing, nearest) => {
  expect(await refusal(payload)).toMatchObject({ code, thing, nearest });
});

it("names a header that is missing", async () => {
  expect(await refusal(good, {})).toMatchObject({
    code: "MISSING_FIELD",
    thing: 'field "idempotency-key" of the headers',
  });
});
