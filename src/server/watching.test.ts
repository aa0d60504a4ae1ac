// Watching and learning over HTTP: reports and alerts as they are kept, loops asked for, answered and ended. The worker's side
// of the book is played by the book itself.

import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hashJson } from "../base/index.ts";
import { type Book, type LoopDocument, openBook } from "../learning/index.ts";
import { type Finding, keepReport, type MonitorReport } from "../monitoring/index.ts";
import { bearer, type LineService, openLineService, tickingClock } from "./fixtures/line-service.ts";
import type { ProblemBody } from "./problem-reply.ts";

let service: LineService;
let app: FastifyInstance;
let headers: { authorization: string };
let worker: Book;
let bundle: string;

beforeAll(async () => {
  service = await openLineService();
  app = await service.build();
  headers = await bearer(service.keys);
  bundle = (await service.parts.registry.released())!.hash;
  worker = await openBook(service.parts.metadata, {
    declaration: { bundle: "lines" },
    clock: tickingClock(),
    champion: async () => bundle,
  });
});
afterAll(() => service.close());

const get = async <T = Record<string, unknown>>(url: string, by = headers) =>
  (await app.inject({ method: "GET", url, headers: by })).json<T>();
const post = async (url: string, payload: object, more: object = {}) =>
  (await app.inject({ method: "POST", url, headers: { ...headers, ...more }, payload })).json<
    Record<string, string> & Partial<ProblemBody>
  >();

const finding: Finding = {
  key: "outOfRange core statement.billed",
  kind: "outOfRange",
  severity: "critical",
  subject: { name: "statement.billed", source: "core", event: "statement", field: "billed", firstPosition: 7 },
  effect: { measure: "PSI", value: 0.4 },
  bound: { value: 0.02, method: "of a test" },
  adjustedP: 0.00001,
  sentence: "statement.billed is far too large.",
  wayOut: "Look at the events from that position on",
};

function reportOn(findings: readonly Finding[], decisions: number): MonitorReport {
  return {
    format: "assay.monitor",
    version: 1,
    bundle,
    profile: "5".repeat(64),
    drawnAt: "2024-06-01T00:00:00.000000Z",
    span: { fromKept: 0, toKept: decisions, sample: null },
    decisions,
    falseAlarmRate: 0.01,
    features: [],
    outputs: [],
    dispositions: null,
    reasons: null,
    rates: [],
    shadow: null,
    latency: { decisions, p50Micros: 50, p99Micros: 90 },
    feeds: null,
    outcomes: null,
    fairness: null,
    findings,
    verdict: findings.length > 0 ? "findings" : "quiet",
  };
}

describe("before anything was watched or learnt", () => {
  it("doors and pages say so, and what to do", async () => {
    expect(await get("/v1/monitoring/reports")).toEqual({ reports: [] });
    expect(await get("/v1/monitoring/reports/latest")).toMatchObject({
      status: 404,
      code: "ASSAY_SERVER_REPORT_NOT_FOUND",
      wayOut: expect.stringContaining("assay monitor"),
    });
    expect(await get("/v1/monitoring/alerts")).toEqual({ alerts: [] });
    expect(await get("/v1/loops")).toEqual({ loops: [] });
    expect(await get("/v1/rollout")).toEqual({ rollout: null });
    const page = async (url: string) => (await app.inject({ url, headers })).body;
    expect(await page("/monitoring")).toContain("assay monitor");
    expect(await page("/learning")).toContain("assay learn");
    const metrics = await page("/metrics");
    expect(metrics).toContain('assay_alerts_open{severity="critical"} 0\n');
    expect(metrics).toContain('assay_loop_state{state="running"} 0\n');
    expect(metrics).not.toMatch(/^assay_monitor_(?:last|findings)[^ ]* \d/m);
  });
});

describe("reports and alerts", () => {
  let report: MonitorReport;
  let hash: string;
  beforeAll(async () => {
    report = reportOn([finding], 40);
    const { registry, watching } = service.parts;
    await keepReport(registry, "lines", reportOn([], 30));
    hash = await keepReport(registry, "lines", report);
    await watching.alerts.observe(report, hash);
  });

  it("are listed newest first and read whole, bit for bit", async () => {
    const { reports } = await get<{ reports: { hash: string; verdict: string; findings: Finding[] }[] }>(
      "/v1/monitoring/reports?limit=1",
    );
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatchObject({ hash, verdict: "findings", findings: [finding] });
    expect(hashJson(await get(`/v1/monitoring/reports/${hash}`))).toBe(hash);
    expect(hashJson(await get("/v1/monitoring/reports/latest"))).toBe(hash);
    expect(await get(`/v1/monitoring/reports/${"0".repeat(64)}`)).toMatchObject({ status: 404 });
    expect(await get("/v1/monitoring/reports/newest")).toMatchObject({ status: 400 });
  });

  it("are acknowledged by whoever holds the key, once", async () => {
    const { alerts } = await get<{ alerts: { id: string }[] }>("/v1/monitoring/alerts?state=open");
    expect(alerts).toMatchObject([{ state: "open", owner: "card-risk", finding: { kind: "outOfRange" } }]);
    const { id } = alerts[0]!;
    const told = await post(`/v1/monitoring/alerts/${id}/acknowledge`, { note: "asked the source" });
    expect(told).toMatchObject({ state: "acknowledged", acknowledged: { person: "r.chen", note: "asked the source" } });
    expect(await post(`/v1/monitoring/alerts/${id}/acknowledge`, { note: "asked the source" })).toEqual(told);
    expect(await post(`/v1/monitoring/alerts/${id}/acknowledge`, { note: "again" })).toMatchObject({
      status: 409,
      code: "ASSAY_MONITORING_NOT_OPEN",
    });
    expect(await post("/v1/monitoring/alerts/none/acknowledge", { note: "?" })).toMatchObject({ status: 404 });
    expect((await app.inject({ url: "/monitoring", headers })).body).toContain("r.chen looks into it");
  });

  it("are counted for Prometheus by kind and severity alone", async () => {
    const { body } = await app.inject({ url: "/metrics", headers });
    expect(body).toContain('assay_alerts_open{severity="critical"} 1\n');
    expect(body).toContain('assay_monitor_findings{kind="outOfRange"} 1\n');
    expect(body).toMatch(/^assay_monitor_last_report_timestamp_seconds \d+/m);
    expect(body).not.toMatch(/statement\.billed|r\.chen|card-risk/);
  });
});

describe("loops", () => {
  const key = { "idempotency-key": "loop-1" };
  const body = { labelCutOff: "2024-05-01T00:00:00Z", why: "the spring file was corrected" };

  it("are asked for once for each key, by whoever holds it", async () => {
    const asked = await post("/v1/loops", body, key);
    expect(asked).toMatchObject({
      state: "asked",
      bundleName: "lines",
      labelCutOff: "2024-05-01T00:00:00.000000Z",
      champion: bundle,
      trigger: { kind: "hand", why: body.why, by: "r.chen" },
    });
    expect((await post("/v1/loops", body, key)).id).toBe(asked.id);
    expect(await post("/v1/loops", { ...body, why: "another" }, key)).toMatchObject({
      status: 409,
      code: "ASSAY_SERVER_KEY_REUSED",
    });
    expect(await post("/v1/loops", body, { "idempotency-key": "loop-2" })).toMatchObject({
      status: 409,
      code: "ASSAY_LEARNING_LOOP_UNDER_WAY",
    });
    expect(await post("/v1/loops", body)).toMatchObject({ status: 400 });
    expect(await post("/v1/loops", { ...body, bundle: "others" }, { "idempotency-key": "loop-3" })).toMatchObject({
      status: 422,
      code: "ASSAY_LEARNING_OTHER_BUNDLE",
    });
    expect(await post("/v1/loops", { ...body, labelCutOff: "soon" }, { "idempotency-key": "loop-4" })).toMatchObject({
      status: 400,
    });
  });

  it("wait for a person's first word, and leave their evidence behind", async () => {
    const { loops } = await get<{ loops: { id: string }[] }>("/v1/loops");
    const { id } = loops[0]!;
    const approval = { verdict: "approve", note: "small groups, as ever" };
    expect(await post(`/v1/loops/${id}/approval`, approval)).toMatchObject({ status: 409, rule: expect.any(String) });
    await worker.begin(id, "approval");
    await worker.pause(id, "gates cannot tell: fairness; it waits for a person");
    expect((await app.inject({ url: `/learning/${id}`, headers })).body).toContain(`assay loops approve ${id}`);
    expect(await post(`/v1/loops/${id}/approval`, approval)).toMatchObject({ id });
    expect(await worker.approvalOf(id)).toEqual({ ...approval, person: "r.chen" });
    expect(await post(`/v1/loops/${id}/approval`, { ...approval, verdict: "refuse" })).toMatchObject({ status: 409 });
    expect(await get(`/v1/loops/${id}/evidence`)).toMatchObject({ code: "ASSAY_SERVER_EVIDENCE_NOT_FOUND" });
    const pack = evidenceOf(id);
    const evidence = await service.parts.registry.saveDocument("loop", "lines", pack);
    await worker.end(id, { verdict: "kept", why: pack.why, evidence, problem: null });
    expect(await get(`/v1/loops/${id}`)).toMatchObject({ state: "kept", evidence, endedAt: expect.any(String) });
    expect(hashJson(await get(`/v1/loops/${id}/evidence`))).toBe(evidence);
    expect((await app.inject({ url: `/learning/${id}`, headers })).body).toContain("AUC is too low.");
    expect((await app.inject({ url: "/metrics", headers })).body).toContain('assay_loop_state{state="kept"} 1\n');
  });

  it("end at the next safe place where somebody says so", async () => {
    const { id } = await post("/v1/loops", { why: "once more" }, { "idempotency-key": "loop-5" });
    expect(await post(`/v1/loops/${id}/cancel`, {})).toMatchObject({
      cancelAsked: true,
      why: "r.chen asked to cancel it",
    });
    await worker.end(id!, { verdict: "cancelled", why: "it was cancelled", evidence: null, problem: null });
    expect(await post(`/v1/loops/${id}/cancel`, {})).toMatchObject({ status: 409, code: "ASSAY_LEARNING_LOOP_ENDED" });
    expect(await get("/v1/loops/none")).toMatchObject({ status: 404 });
    expect((await app.inject({ url: "/learning/none", headers })).statusCode).toBe(404);
  });

  function evidenceOf(id: string): LoopDocument {
    return {
      format: "assay.loop",
      version: 1,
      id,
      bundleName: "lines",
      trigger: { kind: "hand", why: body.why, by: "r.chen" },
      labelCutOff: "2024-05-01T00:00:00.000000Z",
      seed: "s",
      champion: bundle,
      challenger: null,
      steps: [{ step: "snapshot", seconds: 1.5, made: { rows: 3 } }],
      gates: [
        {
          name: "discrimination",
          verdict: "fail",
          sentence: "AUC is too low.",
          measured: { difference: null },
          bounds: { margin: 0.005 },
          evidence: { seed: "s" },
        },
      ],
      approval: null,
      looks: [],
      verdict: "kept",
      why: "a gate failed: discrimination",
      problem: null,
    };
  }
});

it("a reader may look at all of it and change nothing", async () => {
  const reader = await bearer(service.keys, ["read"]);
  expect(await get("/v1/loops", reader)).toHaveProperty("loops");
  for (const url of [
    "/v1/loops",
    "/v1/loops/x/approval",
    "/v1/loops/x/cancel",
    "/v1/monitoring/alerts/x/acknowledge",
  ]) {
    const refused = await app.inject({ method: "POST", url, headers: reader, payload: {} });
    expect(refused.json()).toMatchObject({ status: 403, rule: "the key lacks the right learning:write" });
  }
});
