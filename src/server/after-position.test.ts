import type { FastifyInstance } from "fastify";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { DecisionAnswer } from "../decisions/index.ts";
import type { OnlineHistories } from "../history/index.ts";
import { bearer, type LineService, lineRequestOf, openLineService, statementsOf } from "./fixtures/line-service.ts";
import { limits } from "./limits.ts";

let service: LineService;
let app: FastifyInstance;
let headers: { authorization: string };
/** The real store, written only while its gate is open. */
let gate = Promise.withResolvers<void>();
beforeAll(async () => {
  service = await openLineService();
  const { online } = service.parts.history;
  const apply = online.applyEvents.bind(online);
  (online as OnlineHistories).applyEvents = (batch): Promise<void> => gate.promise.then(() => apply(batch));
  gate.resolve();
  app = await service.build();
  headers = await bearer(service.keys);
});
afterEach(() => gate.resolve());
afterAll(() => service.close());

interface Taken {
  readonly position: { readonly partition: number; readonly offset: number };
  readonly state: string;
}

const send = async (events: object[], query = "") =>
  (await app.inject({ method: "POST", url: `/v1/events${query}`, headers, payload: events })).json<Taken>();
let nextKey = 0;
const decide = (entity: string, more: object = {}) =>
  app.inject({
    method: "POST",
    url: "/v1/decisions",
    headers: { ...headers, "idempotency-key": `after-${nextKey++}` },
    payload: { ...lineRequestOf(entity), ...more },
  });
const features = async (entity: string, query = "") =>
  await app.inject({ method: "GET", url: `/v1/entities/borrower/${entity}/features${query}`, headers });
const valuesOf = (answer: { json<T>(): T }) => answer.json<{ sets: { values: object }[] }>().sets[0]!.values;
const shut = () => {
  gate = Promise.withResolvers();
};

describe("events are answered when they are durable", () => {
  it("before decisions see them, unless the request waits for that", async () => {
    shut();
    const taken = await send(statementsOf("b-durable", 1));
    expect(taken).toMatchObject({ state: "durable", position: { partition: 0 } });
    expect(service.parts.history.online.appliedUpTo().offset).toBeLessThan(taken.position.offset);
    const waiting = send(statementsOf("b-visible", 1), "?wait=visible");
    const numbers = (await app.inject({ method: "GET", url: "/metrics", headers })).body;
    expect(numbers).toMatch(/assay_ingest_waiting_events [1-9]/);
    expect((await app.inject("/health/ready")).json()).toMatchObject({ waitingEvents: expect.any(Number) });
    gate.resolve();
    const visible = await waiting;
    expect(visible).toMatchObject({ state: "visible" });
    expect(service.parts.history.online.appliedUpTo()).toEqual(visible.position);
    expect((await app.inject({ method: "GET", url: "/metrics", headers })).body).toContain(
      "assay_ingest_waiting_events 0\n",
    );
    const strange = await app.inject({ method: "POST", url: "/v1/events?wait=long", headers, payload: [] });
    expect(strange.json()).toMatchObject({ status: 400, code: "ASSAY_SERVER_BAD_VALUE" });
  });
});

describe("a position to wait for", () => {
  it("is waited for by a decision, which sees what stands before it", async () => {
    shut();
    const { position } = await send(statementsOf("b-after", 5));
    const decision = decide("b-after", { after: position });
    const values = features("b-after", `?after=${position.partition}:${position.offset}`);
    gate.resolve();
    const { decision: made } = (await decision).json<DecisionAnswer>();
    expect(made.disposition).toBe("decline");
    const envelope = (await service.parts.records.decision(made.decisionId))!.envelope;
    expect(envelope.positions[0]!.offset).toBeGreaterThan(position.offset);
    const told = valuesOf(await values);
    expect(told).toEqual(valuesOf(await features("b-after")));
    expect(told).not.toEqual(valuesOf(await features("b-nobody")));
  });

  it("that is not reached in time is a problem of the moment, and nothing was done", async () => {
    shut();
    const { position } = await send(statementsOf("b-late", 1));
    const decisions = async () => (await service.parts.records.summaries(1000, null)).length;
    const before = await decisions();
    const late = await decide("b-late", { after: position, afterWithinMs: 20 });
    expect(late.json()).toMatchObject({ status: 503, code: "ASSAY_SERVER_NOT_REACHED" });
    expect(late.headers["retry-after"]).toBe("1");
    expect(await decisions()).toBe(before);
    const asked = await features("b-late", `?after=0:${position.offset}&afterWithinMs=0`);
    expect(asked.json()).toMatchObject({ status: 503, code: "ASSAY_SERVER_NOT_REACHED" });
    gate.resolve();
    expect((await decide("b-late", { after: position })).statusCode).toBe(200);
  });

  it("is no part of what is decided: the same key repeats the answer with another, or none", async () => {
    const { position } = await send(statementsOf("b-same", 0));
    const key = { ...headers, "idempotency-key": "after-same" };
    const ask = (more: object) =>
      app.inject({
        method: "POST",
        url: "/v1/decisions",
        headers: key,
        payload: { ...lineRequestOf("b-same"), ...more },
      });
    const first = (await ask({ after: position })).json<DecisionAnswer>();
    const second = (await ask({ after: { partition: 0, offset: 1 }, afterWithinMs: 5 })).json<DecisionAnswer>();
    expect(second).toMatchObject({ repeated: true, decision: { decisionId: first.decision.decisionId } });
    expect((await ask({})).json()).toMatchObject({ repeated: true });
  });

  it("that no answer can have said is refused by name", async () => {
    const { offset } = service.parts.history.log.head();
    for (const after of [
      { partition: 0, offset: offset + 1 },
      { partition: 1, offset: 0 },
    ]) {
      expect((await decide("b-x", { after })).json()).toMatchObject({
        status: 422,
        code: "ASSAY_SERVER_UNKNOWN_POSITION",
      });
      const asked = await features("b-x", `?after=${after.partition}:${after.offset}`);
      expect(asked.json()).toMatchObject({ status: 422, code: "ASSAY_SERVER_UNKNOWN_POSITION" });
    }
    for (const more of [{ after: "0:1" }, { after: { offset: 1 } }, { after: { partition: 0, offset: 0.5 } }]) {
      expect((await decide("b-x", more)).statusCode).toBe(400);
    }
    expect((await decide("b-x", { afterWithinMs: limits.afterMsMost + 1 })).statusCode).toBe(400);
    for (const query of ["?after=12", "?after=0:x", `?afterWithinMs=${limits.afterMsMost + 1}`]) {
      expect((await features("b-x", query)).statusCode).toBe(400);
    }
  });
});
