import { type AddressInfo, connect, createServer } from "node:net";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bearer, type LineService, lineRequestOf, openLineService, statementsOf } from "./fixtures/line-service.ts";
import type { ProblemBody } from "./problem-reply.ts";
import { startServer } from "./server.ts";

describe("a service", () => {
  let service: LineService;
  let app: FastifyInstance;
  let headers: { authorization: string };
  beforeAll(async () => {
    service = await openLineService();
    app = await service.build();
    headers = await bearer(service.keys);
  });
  afterAll(() => service.close());

  describe("health and metrics", () => {
    it("tell what became of requests, decisions, rows and shadow scores", async () => {
      await app.inject({ method: "POST", url: "/v1/events", headers, payload: [...statementsOf("b-1", 5), {}] });
      const keyed = { ...headers, "idempotency-key": "k" };
      await app.inject({ method: "POST", url: "/v1/decisions", headers: keyed, payload: lineRequestOf("b-1") });
      await app.inject({ method: "POST", url: "/v1/decisions", headers: keyed, payload: lineRequestOf("b-1") });
      const { body } = await app.inject({ method: "GET", url: "/metrics", headers });
      expect(body).toContain('assay_decisions_total{disposition="decline",arm="champion"} 1\n');
      expect(body).toContain('assay_request_seconds_count{method="POST",route="/v1/decisions",status="200"} 2\n');
      expect(body).toContain('assay_events_total{outcome="accepted"} 5\n');
      expect(body).toMatch(/assay_quarantined_total\{code="ASSAY_HISTORY_\w+"\} 1\n/);
      expect(body).toContain("assay_shadow_failures_total 0\n");
      expect(body).toMatch(/assay_event_loop_lag_seconds\{quantile="0.99"\} \d/);
      expect((await app.inject("/health/live")).json()).toEqual({ live: true });
      expect((await app.inject("/health/ready")).json()).toMatchObject({ ready: true, history: null });
    });
  });

  describe("the log", () => {
    it("holds doors, statuses and times, and never an entity, a token, a body or an address", async () => {
      const planted = "b-planted-4711";
      const body = lineRequestOf(planted, "1234.56");
      const keyed = { ...headers, "idempotency-key": "key-planted" };
      await app.inject({
        method: "POST",
        url: "/v1/events?source=core-planted",
        headers,
        payload: statementsOf(planted, 1),
      });
      await app.inject({ method: "POST", url: "/v1/decisions", headers: keyed, payload: body });
      await app.inject({ method: "POST", url: "/v1/decisions", headers: keyed, payload: { ...body, planted } });
      await app.inject({ method: "GET", url: `/v1/entities/borrower/${planted}/features`, headers });
      await app.inject({ method: "GET", url: `/nowhere/${planted}`, headers });
      await app.inject({ method: "GET", url: `/session?token=assay_${"planted".repeat(6)}a` });
      await app.inject({ method: "GET", url: "/%E0%A4planted", headers });
      const { pool } = service.parts.metadata;
      await pool.query("alter table decisions rename to mislaid");
      const failed = await app.inject({
        method: "POST",
        url: "/v1/decisions",
        headers: { ...keyed, "idempotency-key": planted },
        payload: body,
      });
      await pool.query("alter table mislaid rename to decisions");
      const lines = service.logged();
      expect(failed.statusCode).toBe(500);
      expect(failed.body).not.toContain("mislaid");
      expect(failed.json<ProblemBody>().rule).toMatch(/under [0-9a-f-]{36}$/);
      const unforeseen = lines.split("\n").find((line) => line.includes("unforeseen"))!;
      const { errorId } = JSON.parse(unforeseen) as { errorId: string };
      expect(failed.json<ProblemBody>().rule).toContain(errorId);
      expect(lines).toContain('"route":"/v1/entities/:type/:id/features","status":200');
      expect(lines).toContain('"route":"unknown","status":404');
      expect(lines).not.toContain("planted");
      expect(lines).not.toContain("1234.56");
      expect(lines).not.toContain(headers.authorization.slice(13));
      expect(lines).not.toContain("127.0.0.1");
    });
  });

  describe("the reference", () => {
    it("has every door of the API, as OpenAPI 3.1 and as a page without script", async () => {
      const document = (await app.inject("/openapi.json")).json<OpenApi>();
      expect(document.openapi).toBe("3.1.0");
      expect(Object.keys(document.paths).sort()).toMatchSnapshot();
      const decide = document.paths["/v1/decisions"]!["post"]!;
      expect(decide.parameters).toMatchObject([{ name: "idempotency-key", in: "header", required: true }]);
      expect(decide.requestBody).toMatchObject({
        content: { "application/json": { schema: { additionalProperties: false } } },
      });
      expect(decide.responses["4XX"]).toHaveProperty(["content", "application/problem+json", "schema", "required"]);
      expect(document.paths["/v1/events"]!["post"]!.requestBody).toHaveProperty(["content", "application/x-ndjson"]);
      const page = await app.inject("/docs");
      expect(page.headers["content-security-policy"]).toContain("script-src 'self'");
      expect(page.body).not.toMatch(/<script|style=|https?:\/\//);
      for (const path of Object.keys(document.paths)) expect(page.body).toContain(`<code>${path}</code>`);
      expect(page.body).toContain("parties: {\n    role: text\n    entity: text\n  }[]");
    });
  });
});

describe("stopping", () => {
  it("finishes what is in flight, tells the log what was decided, and only then closes history", async () => {
    const service = await openLineService();
    const { parts, keys } = service;
    const headers = { ...(await bearer(keys)), "content-type": "application/json" };
    const running = await startServer(parts, { port: 0, host: "127.0.0.1" });
    const send = (path: string, body: object, key: string) =>
      fetch(`${running.url}${path}`, {
        method: "POST",
        headers: { ...headers, "idempotency-key": key },
        body: JSON.stringify(body),
      });
    await send("/v1/events", statementsOf("b-1", 1), "");
    expect(await answerTo("nonsense\r\n\r\n", running.url)).toContain("application/problem+json");
    const inFlight = Array.from({ length: 16 }, (_, i) => send("/v1/decisions", lineRequestOf("b-1"), `k-${i}`));
    await Promise.race(inFlight);
    await Promise.all([running.close(), ...inFlight]);
    const statuses = (await Promise.all(inFlight)).map(({ status }) => status);
    expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect(statuses).toContain(200);
    expect(await parts.records.waitingOutbox(1)).toEqual([]);
    expect(service.logged()).not.toContain("LOG_CLOSED");
    await expect(fetch(`${running.url}/health/live`)).rejects.toThrow();
    service.left();
    await service.close();
  });

  it("also happens where the port is taken, which is named", async () => {
    const service = await openLineService();
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    const started = startServer(service.parts, { port, host: "127.0.0.1" });
    await expect(started).rejects.toMatchObject({ code: "ASSAY_SERVER_PORT_TAKEN" });
    other.close();
    service.left();
    await service.close();
  });
});

interface OpenApi {
  readonly openapi: string;
  readonly paths: {
    readonly [path: string]: {
      readonly [method: string]: {
        readonly parameters: unknown;
        readonly requestBody: unknown;
        readonly responses: { readonly [status: string]: unknown };
      };
    };
  };
}

/** What the service says to bytes that are no HTTP. */
async function answerTo(bytes: string, url: string): Promise<string> {
  return await new Promise((resolve) => {
    let text = "";
    const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(bytes));
    socket.on("data", (chunk) => {
      text += String(chunk);
    });
    socket.on("close", () => resolve(text));
  });
}
