import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type LineService, openLineService } from "./fixtures/line-service.ts";

let service: LineService;
let app: FastifyInstance;
let officer: string;
let reader: string;

beforeAll(async () => {
  service = await openLineService();
  app = await service.build();
  officer = (await service.keys.createKey("officer", ["erasures:write"])).token;
  reader = (await service.keys.createKey("reader", ["read", "decisions:read"])).token;
});

afterAll(() => service.close());

const asking = (token: string, entity: string) =>
  app.inject({
    method: "POST",
    url: "/v1/erasures",
    headers: { authorization: `Bearer ${token}` },
    payload: { entity },
  });
const looking = (id: string, token = officer) =>
  app.inject({ method: "GET", url: `/v1/erasures/${id}`, headers: { authorization: `Bearer ${token}` } });

it("erases whom it is asked to, in its own rounds, and then gives the receipt", async () => {
  const { history } = service.parts;
  const row = { event: "statement", entity: "b-1", eventId: "b-1-1", at: "2024-05-01T00:00:00Z" };
  const rows = [{ row: 1, raw: { ...row, fields: { billed: "1.00", monthsLate: 0 } } }];
  await history.ingestRows(
    (async function* () {
      yield* rows;
    })(),
    { source: "core" },
  );
  const asked = await asking(officer, "b-1");
  expect(asked.statusCode).toBe(200);
  const { id } = asked.json<{ id: string }>();
  await expect.poll(async () => (await looking(id)).json<{ state: string }>().state, { timeout: 20_000 }).toBe("done");
  const { receipt, failure } = (await looking(id)).json<{ receipt: object; failure: string | null }>();
  expect(failure).toBeNull();
  expect(receipt).toMatchObject({ format: "assay.erasure", askedBy: "officer", removed: { history: { events: 1 } } });
  expect((await asking(officer, "b-1")).json()).toEqual({ id, state: "done", receipt, failure: null });
  expect(history.online.history("b-1", ["statement"]).events).toEqual({});
});

it("needs a right of its own, and names a hold, an unknown erasure and a missing entity", async () => {
  expect((await asking(reader, "b-2")).statusCode).toBe(403);
  expect((await looking("some", reader)).statusCode).toBe(403);
  const { erasures } = service.parts;
  await erasures.placeHold({ entity: "b-2", reason: "a claim", by: "counsel", until: null });
  const held = await asking(officer, "b-2");
  expect([held.statusCode, held.json<{ code: string }>().code]).toEqual([409, "ASSAY_COMPLIANCE_HELD"]);
  const unknown = await looking("none");
  expect([unknown.statusCode, unknown.json<{ code: string }>().code]).toEqual([
    404,
    "ASSAY_COMPLIANCE_UNKNOWN_ERASURE",
  ]);
  expect((await asking(officer, "")).statusCode).toBe(400);
});
