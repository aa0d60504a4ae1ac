import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { IngestAnswer } from "../history/index.ts";
import { bearer, type LineService, openLineService, statementsOf } from "./fixtures/line-service.ts";
import { limits } from "./limits.ts";

let service: LineService;
let app: FastifyInstance;
let headers: { authorization: string };
beforeAll(async () => {
  service = await openLineService();
  app = await service.build();
  headers = await bearer(service.keys, ["events:write"]);
});
afterAll(() => service.close());

const json = (payload: object, url = "/v1/events") => app.inject({ method: "POST", url, headers, payload });
const ndjson = (payload: string | Buffer) =>
  app.inject({
    method: "POST",
    url: "/v1/events",
    headers: { ...headers, "content-type": "application/x-ndjson" },
    payload,
  });

describe("events", () => {
  it("come as an array, as an object and as lines, and are the same events", async () => {
    const events = statementsOf("b-same", 1);
    const first = (await json(events)).json<IngestAnswer>();
    expect(first).toMatchObject({
      accepted: 3,
      duplicates: 0,
      revisions: 0,
      quarantined: [],
      position: { partition: 0 },
    });
    expect((await json({ events })).json()).toMatchObject({ accepted: 0, duplicates: 3, position: first.position });
    const lines = events.map((event) => JSON.stringify(event)).join("\n");
    expect((await ndjson(`${lines}\n\n`)).json()).toMatchObject({ accepted: 0, duplicates: 3 });
  });

  it("that are bad are set aside by row and code, and the rest is taken", async () => {
    const [good, other] = statementsOf("b-rows", 0) as [object, object];
    const wrong = { ...other, eventId: "late", fields: { billed: "12.345", monthsLate: 0 } };
    expect((await json([good, wrong, 7])).json()).toMatchObject({
      accepted: 1,
      quarantined: [
        { row: 2, code: "ASSAY_HISTORY_WRONG_UNITS" },
        { row: 3, code: "ASSAY_HISTORY_NOT_AN_EVENT" },
      ],
    });
    const bytes = Buffer.concat([Buffer.from(`{"event"\n${JSON.stringify(other)}\n`), Buffer.from([0xff, 0xfe, 0x0a])]);
    const answer = (await ndjson(bytes)).json<IngestAnswer>();
    expect(answer).toMatchObject({ accepted: 1 });
    expect(answer.quarantined.map(({ row }) => row)).toEqual([1, 3]);
  });

  it("never speak for an application, nor in the service's own name", async () => {
    const forged = {
      event: "application.decided",
      entity: "app-1",
      eventId: "x",
      at: "2024-01-01T00:00:00Z",
      fields: {},
    };
    expect((await json([forged])).json()).toMatchObject({
      accepted: 0,
      quarantined: [{ row: 1, code: "ASSAY_SERVER_RESERVED_EVENT" }],
    });
    const named = await json(statementsOf("b", 0), "/v1/events?source=assay.decisions");
    expect(named.json()).toMatchObject({ status: 422, code: "ASSAY_SERVER_RESERVED_SOURCE" });
  });

  it("of another source are other events", async () => {
    const events = statementsOf("b-source", 0);
    expect((await json(events, "/v1/events?source=core")).json()).toMatchObject({ accepted: 3 });
    expect((await json(events, "/v1/events?source=bureau")).json()).toMatchObject({ accepted: 3 });
  });

  it("beyond what one request may hold are refused by name before any is taken", async () => {
    const many = `${JSON.stringify(statementsOf("b-many", 0)[0])}\n`.repeat(limits.events + 1);
    const answer = (await ndjson(many)).json();
    expect(answer).toMatchObject({ status: 413, code: "ASSAY_SERVER_TOO_MANY_EVENTS" });
    const large = await ndjson("x".repeat(limits.eventBodyBytes + 1));
    expect(large.json()).toMatchObject({ status: 413, code: "ASSAY_SERVER_BODY_TOO_LARGE" });
    expect(service.parts.history.online.history("b-many", ["statement"]).events).toEqual({});
  });

  it("in a shape or a type that is not read here are refused by name", async () => {
    const send = async (type: string, payload: string) =>
      (
        await app.inject({ method: "POST", url: "/v1/events", headers: { ...headers, "content-type": type }, payload })
      ).json();
    expect(await send("application/json", "[")).toMatchObject({ status: 400, code: "ASSAY_SERVER_NOT_JSON" });
    expect(await send("application/json", "")).toMatchObject({ status: 400 });
    expect(await send("text/csv", "a,b")).toMatchObject({ status: 415, code: "ASSAY_SERVER_MEDIA_TYPE" });
    expect(await send("application/json", '{"event": []}')).toMatchObject({
      code: "ASSAY_SERVER_UNKNOWN_FIELD",
      nearest: "events",
    });
    expect(await send("application/json", '{"__proto__": {}}')).toMatchObject({ status: 400 });
  });
});
