// A running service answers whatever comes with code, thing, rule and way out, and keeps going.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort, type Running } from "../e2e/assay-process.ts";
import { SmallWorkspace, statement } from "./small-workspace.ts";

let workspace: SmallWorkspace;
let service: Running;
let url: string;
let writer: string;
let reader: string;

beforeAll(async () => {
  workspace = await SmallWorkspace.open();
  writer = await newKey("writer", "events:write,decisions:write");
  reader = await newKey("reader", "read");
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  service = workspace.ground.start(["--workspace", "book", "serve", "--port", String(port)]);
  await service.said("Assay serves book");
});

afterAll(async () => {
  service.process.kill("SIGTERM");
  expect((await service.ended).code).toBe(0);
  await workspace.close();
});

async function newKey(name: string, rights: string): Promise<string> {
  return (await workspace.json<{ token: string }>("keys", "create", name, "--rights", rights)).document.token;
}

async function post(path: string, body: string, more: { key?: string; type?: string; headers?: object } = {}) {
  const { key = writer, type = "application/json", headers = {} } = more;
  const authorization = key === "" ? {} : { authorization: `Bearer ${key}` };
  const reply = await fetch(url + path, {
    method: "POST",
    headers: { "content-type": type, ...authorization, ...headers },
    body,
  });
  return { status: reply.status, type: reply.headers.get("content-type"), body: (await reply.json()) as object };
}

function problem(code: string): object {
  const text = expect.stringMatching(/.{4}/);
  return { code: `ASSAY_${code}`, thing: text, rule: text, wayOut: text };
}

describe("events", () => {
  it("takes the good rows of a batch and names the others by row and code", async () => {
    const rows = [
      JSON.stringify(statement("ann", "h1")),
      "{",
      JSON.stringify(statement("ann", "h2", { biled: 1 })),
      JSON.stringify(statement("ann", "h3", { billed: "1.001" })),
      JSON.stringify(statement("ann", "h4", {}, { at: "2199-01-01T00:00:00Z" })),
      JSON.stringify(statement("ann", "h1", { billed: "2.00" })),
      JSON.stringify({ ...statement("ann", "h5"), event: "application.decided" }),
    ];
    const { status, body } = await post("/v1/events", rows.join("\n"), { type: "application/x-ndjson" });
    const refused = (row: number, code: string) => ({ row, code: `ASSAY_${code}` });
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        accepted: 1,
        quarantined: [
          refused(2, "HISTORY_MALFORMED_ROW"),
          refused(3, "HISTORY_UNKNOWN_COLUMN"),
          refused(4, "HISTORY_WRONG_UNITS"),
          refused(5, "HISTORY_FUTURE"),
          refused(6, "HISTORY_CONFLICT"),
          refused(7, "SERVER_RESERVED_EVENT"),
        ],
      },
    });
  });

  it("still takes the next batch", async () => {
    const { status, body } = await post("/v1/events", JSON.stringify({ events: [statement("ben", "h9")] }));
    expect({ status, body }).toMatchObject({ status: 200, body: { accepted: 1, quarantined: [] } });
  });
});

const good = JSON.stringify({ events: [statement("ann", "h1")] });
const ask = JSON.stringify({ request: "lineRequest", parties: [{ role: "applicant", entity: "ann" }], asked: {} });

describe("requests that are refused", () => {
  it.each([
    ["without a key", "/v1/events", good, { key: "" }, 401, "SERVER_NO_KEY"],
    ["with a key nobody made", "/v1/events", good, { key: `assay_${"x".repeat(43)}` }, 401, "SERVER_UNKNOWN_KEY"],
    ["with a key that lacks the right", "/v1/events", good, { key: "reader" }, 403, "SERVER_MISSING_RIGHT"],
    ["that are no JSON", "/v1/events", "{", {}, 400, "SERVER_NOT_JSON"],
    ["of another type", "/v1/events", "<a/>", { type: "text/xml" }, 415, "SERVER_MEDIA_TYPE"],
    ["with a field that is none", "/v1/events", '{"event": []}', {}, 400, "SERVER_"],
    ["at a door that is none", "/v1/event", good, {}, 404, "SERVER_UNKNOWN_ROUTE"],
    ["for a decision without a key of their own", "/v1/decisions", ask, {}, 400, "SERVER_MISSING_FIELD"],
    [
      "for a decision while nothing is released",
      "/v1/decisions",
      ask,
      { headers: { "idempotency-key": "1" } },
      503,
      "DECISIONS_NO_RELEASE",
    ],
  ])("%s", async (_, path, body, options: { key?: string; type?: string; headers?: object }, status, code) => {
    const key = options.key === "reader" ? { key: reader } : {};
    const answer = await post(path, body, { ...options, ...key });
    expect(answer).toMatchObject({ status, type: expect.stringContaining("application/problem+json") });
    expect(answer.body).toMatchObject({ ...problem(""), code: expect.stringContaining(`ASSAY_${code}`) });
  });

  it("leave the service alive", async () => {
    expect(await (await fetch(`${url}/health/live`)).json()).toEqual({ live: true });
  });
});
