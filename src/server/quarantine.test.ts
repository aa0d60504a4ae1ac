import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bearer, expectedProblem, type LineService, openLineService, statementsOf } from "./fixtures/line-service.ts";

interface Line {
  readonly id: string;
  readonly row: number;
  readonly code: string;
  readonly mended: object | null;
}

let service: LineService;
let app: FastifyInstance;
let writer: { authorization: string };
let reader: { authorization: string };
beforeAll(async () => {
  service = await openLineService();
  app = await service.build();
  writer = await bearer(service.keys, ["events:write"]);
  reader = await bearer(service.keys, ["read"]);
});
afterAll(() => service.close());

const get = async (url: string, headers = reader) => (await app.inject({ method: "GET", url, headers })).json<object>();
const post = async (url: string, payload: object, headers = writer) => {
  const reply = await app.inject({ method: "POST", url, headers, payload });
  return reply.json<{ status?: number; code?: string }>();
};
const rows = async (query = "") => ((await get(`/v1/quarantine${query}`)) as { rows: Line[] }).rows;
const resubmit = (id: string, payload: object, headers = writer) =>
  post(`/v1/quarantine/${id}/resubmit`, payload, headers);

async function* one<T>(item: T): AsyncGenerator<T> {
  yield item;
}

function statement(eventId: string, fields: object) {
  return { ...statementsOf("b-quarantined", 0)[0], eventId, fields: { billed: "1.00", monthsLate: 0, ...fields } };
}

describe("rows that were set aside", () => {
  it("are listed without what they held, page by page; what was kept is for those who may send events", async () => {
    await post("/v1/events?source=core", [
      statement("q1", { billed: "1.005" }),
      statement("q2", { billed: "x", sex: "F" }),
    ]);
    const [first, second] = await rows();
    expect([first, second]).toMatchObject([
      { row: 1, code: "ASSAY_HISTORY_WRONG_UNITS", mended: null },
      { row: 2, code: "ASSAY_HISTORY_NOT_A_NUMBER", mended: null },
    ]);
    expect(first).not.toHaveProperty("payload");
    expect(await get("/v1/quarantine?limit=1")).toMatchObject({ rows: [{ id: first!.id }], next: first!.id });
    expect(await rows(`?after=${first!.id}`)).toMatchObject([{ id: second!.id }]);
    expect(await get(`/v1/quarantine/${second!.id}`, writer)).toMatchObject({
      id: second!.id,
      payload: { kind: "object", payload: { eventId: "q2" }, removed: ["fields.billed", "fields.sex"] },
    });
    expect(await get(`/v1/quarantine/${second!.id}`)).toMatchObject({
      status: 403,
      code: "ASSAY_SERVER_MISSING_RIGHT",
    });
    expect(await get("/v1/quarantine/0000000000000000", writer)).toMatchObject(
      expectedProblem("ASSAY_SERVER_QUARANTINED_NOT_FOUND", { status: 404 }),
    );
  });

  it("come in once they are mended, in the name of who mended them", async () => {
    const [first, second] = await rows();
    expect(await resubmit(first!.id, { set: { billed: "1.01" } }, reader)).toMatchObject({ status: 403 });
    expect(await resubmit(first!.id, { set: { billed: "1.001" } })).toMatchObject({
      status: 422,
      code: "ASSAY_HISTORY_WRONG_UNITS",
    });
    expect(await resubmit(first!.id, { set: { billed: "1.01" } })).toMatchObject({
      id: first!.id,
      position: service.parts.history.online.appliedUpTo(),
    });
    expect(await resubmit(first!.id, { set: { billed: "1.02" } })).toMatchObject({
      status: 409,
      code: "ASSAY_HISTORY_ALREADY_MENDED",
    });
    expect(await resubmit(second!.id, { set: { billed: "2.00" } })).toMatchObject({
      status: 422,
      code: "ASSAY_HISTORY_NOT_WHOLE",
    });
    expect(await resubmit(second!.id, { row: statement("q2", { sex: "F" }) })).toMatchObject({ id: second!.id });
    expect(await rows()).toEqual([]);
    expect(await rows("?open=false")).toMatchObject([{ mended: { by: "r.chen" } }, { mended: { by: "r.chen" } }]);
  });

  it("never speak for an application once mended, nor in the service's own name", async () => {
    const forged = { event: "application.decided", entity: "a", eventId: "x", at: "2024-01-01T00:00:00Z", fields: {} };
    await post("/v1/events?source=core", [forged, statement("q3", { billed: "x" })]);
    const [reserved, other] = await rows();
    expect(await resubmit(reserved!.id, { set: {} })).toMatchObject({
      status: 422,
      code: "ASSAY_SERVER_RESERVED_EVENT",
    });
    expect(await resubmit(other!.id, { row: forged })).toMatchObject({ code: "ASSAY_SERVER_RESERVED_EVENT" });
    expect(await resubmit(other!.id, { set: { event: "application.decided" } })).toMatchObject({
      code: "ASSAY_SERVER_RESERVED_EVENT",
    });
    const raw = statement("q4", { billed: "x" });
    await service.parts.history.ingestRows(one({ row: 1, raw }), { source: "assay.decisions" });
    const own = (await rows()).at(-1)!;
    expect(await resubmit(own.id, { set: { billed: "1" } })).toMatchObject({ code: "ASSAY_SERVER_RESERVED_SOURCE" });
  });

  it("are counted for those who watch, open and ever, and so is how late feeds come", async () => {
    const { body } = await app.inject({ method: "GET", url: "/metrics", headers: reader });
    expect(body).toContain('assay_quarantine_open{code="ASSAY_SERVER_RESERVED_EVENT"} 1');
    expect(body).toContain('assay_quarantined_total{code="ASSAY_HISTORY_WRONG_UNITS"} 1');
    expect(body).toContain('assay_feed_late_share{source="core",event="statement",clock="known"} 0');
    expect(body).toMatch(/assay_feed_arrival_seconds\{source="core",event="statement",quantile="0.5"\} \d/);
  });
});
