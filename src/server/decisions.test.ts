import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixedClock } from "../base/index.ts";
import type { DecisionAnswer, StoredDecision } from "../decisions/index.ts";
import type { Notice } from "../policy/index.ts";
import {
  bearer,
  type LineService,
  lineRequestOf,
  NOW,
  openLineService,
  statementsOf,
} from "./fixtures/line-service.ts";

let service: LineService;
let app: FastifyInstance;
let headers: { authorization: string };
beforeAll(async () => {
  // The clock stands still, as a back-test's does: order must come from elsewhere.
  service = await openLineService({ clock: fixedClock(NOW) });
  app = await service.build();
  headers = await bearer(service.keys);
  const events = [
    statementsOf("b-good", 0),
    statementsOf("b-fair", 1),
    statementsOf("b-grey", 3),
    statementsOf("b-bad", 5),
  ].flat();
  const taken = await app.inject({ method: "POST", url: "/v1/events", headers, payload: events });
  expect(taken.json()).toMatchObject({ accepted: 14, quarantined: [] });
});
afterAll(() => service.close());

let nextKey = 0;
async function decide(entity: string, key = `key-${nextKey++}`, payload = lineRequestOf(entity)) {
  return await app.inject({
    method: "POST",
    url: "/v1/decisions",
    headers: { ...headers, "idempotency-key": key },
    payload,
  });
}
const decided = async (entity: string, key?: string) => (await decide(entity, key)).json<DecisionAnswer>();
const get = async <T = unknown>(url: string) => (await look(url)).json<T>();
const look = (url: string) => app.inject({ method: "GET", url, headers });
const post = (url: string, payload: object = {}) => app.inject({ method: "POST", url, headers, payload });

interface Page {
  readonly decisions: readonly { readonly decisionId: string }[];
  readonly next: string | null;
}

interface State {
  readonly application: string;
  readonly status: string;
  readonly disposition: string | null;
  readonly decisions: readonly string[];
  readonly noticesIssued: number;
}

describe("a decision over HTTP", () => {
  it("is approve, counter-offer, refer or decline, by the history that came in by the events door", async () => {
    const dispositions = [];
    for (const entity of ["b-good", "b-fair", "b-grey", "b-bad", "b-unknown"]) {
      const answer = await decide(entity);
      expect(answer.statusCode).toBe(200);
      dispositions.push(answer.json<DecisionAnswer>().decision.disposition);
    }
    expect(dispositions).toEqual(["approve", "counterOffer", "refer", "decline", "refer"]);
  });

  it("comes back whole: what is sent is what is recorded, bit for bit", async () => {
    const { decision, link } = await decided("b-bad");
    const stored = (await service.parts.records.decision(decision.decisionId))!;
    expect(decision).toEqual(JSON.parse(stored.decisionText));
    const got = await get<StoredDecision & { notice: Notice }>(`/v1/decisions/${decision.decisionId}`);
    expect(got).toMatchObject({ decision, intact: true, link });
    expect(got.envelope).toEqual(JSON.parse(JSON.stringify(stored.envelope)));
    expect(got.notice).toEqual(await service.parts.records.notice(decision.decisionId));
    expect(got.notice.reasons[0]?.text).toBe("Number of recent late payments");
  });

  it("is made once per key, also for two at the same time, and another request is refused the key", async () => {
    const answers = await Promise.all([decided("b-fair", "same"), decided("b-fair", "same")]);
    answers.push(await decided("b-fair", "same"));
    expect(new Set(answers.map(({ decision }) => decision.decisionId)).size).toBe(1);
    expect(answers.filter(({ repeated }) => repeated)).toHaveLength(2);
    const other = await decide("b-good", "same");
    expect(other.statusCode).toBe(409);
    expect(other.json()).toMatchObject({ code: "ASSAY_DECISIONS_KEY_REUSED", status: 409 });
  });

  it("replays from its record", async () => {
    const { decision } = await decided("b-grey");
    const answer = await post(`/v1/decisions/${decision.decisionId}/replay`);
    expect(answer.json()).toEqual({ decisionId: decision.decisionId, same: true, differences: [] });
  });

  it("that was referred is closed once, by the person behind the key, with their reasons", async () => {
    const { decision } = await decided("b-unknown");
    const url = `/v1/decisions/${decision.decisionId}/review`;
    const refused = await post(url, { disposition: "decline", code: "income", reasons: ["incomeUnverifed"] });
    expect(refused.statusCode).toBe(422);
    expect(refused.json()).toMatchObject({ code: "ASSAY_POLICY_UNKNOWN_NAME", nearest: "incomeUnverified" });
    const closed = await post(url, { disposition: "decline", code: "income", reasons: ["incomeUnverified"] });
    const { decision: own } = closed.json<DecisionAnswer>();
    expect(own).toMatchObject({
      disposition: "decline",
      supersedes: decision.decisionId,
      override: { code: "income", person: "r.chen" },
    });
    const again = await post(url, { disposition: "approve", code: "income", reasons: [] });
    expect(again.statusCode).toBe(409);
    const replayed = await post(`/v1/decisions/${own.decisionId}/replay`);
    expect(replayed.json()).toMatchObject({ same: true });
  });

  it("is refused by name where the request is wrong, and the door goes on", async () => {
    const wrong = async (change: object) =>
      (await decide("b-good", undefined, { ...lineRequestOf("b-good"), ...change })).json();
    expect(await wrong({ request: "loan" })).toMatchObject({ status: 422, code: "ASSAY_DECISIONS_UNKNOWN_REQUEST" });
    expect(await wrong({ asked: { increas: "5" } })).toMatchObject({ status: 422, nearest: "increase" });
    expect(await wrong({ asked: { increase: "5.001" } })).toMatchObject({ code: "ASSAY_DECISIONS_BAD_FIELD" });
    expect(await wrong({ parties: [{ role: "guarantor", entity: "b" }] })).toMatchObject({ status: 422 });
    expect((await decide("b-good")).statusCode).toBe(200);
  });

  it("that does not exist is not found, whatever is asked of it", async () => {
    for (const answer of [
      await look("/v1/decisions/d-none"),
      await post("/v1/decisions/d-none/replay"),
      await post("/v1/decisions/d-none/review", { disposition: "approve", code: "x", reasons: [] }),
    ]) {
      expect(answer.statusCode).toBe(404);
      expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
    }
  });

  it("is listed, page by page, each one once", async () => {
    const seen: string[] = [];
    for (let next: string | null = ""; next !== null; ) {
      const page: Page = await get(`/v1/decisions?limit=3${next === "" ? "" : `&after=${next}`}`);
      seen.push(...page.decisions.map(({ decisionId }) => decisionId));
      next = page.next;
    }
    expect(new Set(seen).size).toBe(seen.length);
    const { rows } = await service.parts.metadata.pool.query<{ count: number }>(
      "select count(*) as count from decisions",
    );
    expect(seen.length).toBe(rows[0]?.count);
  });
});

describe("an application", () => {
  it("is what its decisions made of it, at once", async () => {
    const statuses: Record<string, string> = {};
    for (const entity of ["b-good", "b-bad", "b-unknown"]) {
      const { decision } = await decided(entity);
      const state = await get<State>(`/v1/applications/${decision.application}`);
      expect(state.decisions).toEqual([decision.decisionId]);
      statuses[entity] = `${state.status} ${state.disposition} ${state.noticesIssued}`;
    }
    expect(statuses).toEqual({
      "b-good": "offered approve 0",
      "b-bad": "decided decline 1",
      "b-unknown": "inReview refer 0",
    });
  });

  it("follows the person who closed its referral, then the applicant", async () => {
    const { decision } = await decided("b-unknown");
    await post(`/v1/decisions/${decision.decisionId}/review`, { disposition: "approve", code: "known", reasons: [] });
    const url = `/v1/applications/${decision.application}`;
    expect(await get(url)).toMatchObject({ status: "offered", disposition: "approve" });
    const key = { ...headers, "idempotency-key": "accept-1" };
    const accept = () =>
      app.inject({ method: "POST", url: `${url}/events`, headers: key, payload: { type: "offerAccepted" } });
    const accepted = (await accept()).json();
    expect(accepted).toMatchObject({ status: "accepted", disposition: "approve" });
    expect((await accept()).json()).toEqual(accepted);
  });

  it("can be opened first and told about", async () => {
    const open = () =>
      app.inject({
        method: "POST",
        url: "/v1/applications",
        headers: { ...headers, "idempotency-key": "open-1" },
        payload: {},
      });
    const opened = (await open()).json<State>();
    expect(opened).toMatchObject({ status: "received", decisions: [], disposition: null });
    expect((await open()).json()).toEqual(opened);
    const told = await app.inject({
      method: "POST",
      url: `/v1/applications/${opened.application}/events`,
      headers: { ...headers, "idempotency-key": "withdraw-1" },
      payload: { type: "withdrawn", detail: "by telephone" },
    });
    expect(told.json()).toMatchObject({ status: "withdrawn" });
    expect(await get("/v1/applications/app-none")).toMatchObject({ status: 404 });
  });
});

describe("features", () => {
  it("are listed with their expression, unit and reason, and valued for one entity as of an instant", async () => {
    const catalogue = await get<{ sets: { features: unknown[] }[] }>("/v1/features");
    expect(catalogue.sets[0]?.features[0]).toMatchObject({
      column: "applicant.late",
      expression: "count(statement.where({ monthsLate: atLeast(1) })).ever()",
      reason: "Number of recent late payments",
      worse: "higher",
    });
    const found = await get<{ features: unknown[]; sets: { features: unknown[] }[] }>(
      "/v1/features?search=late+payments",
    );
    expect(found.features).toMatchObject([
      { set: "card", name: "late", inForce: "same", missing: [], users: expect.any(Array), seen: [] },
    ]);
    expect(found.sets[0]?.features).toHaveLength(1);
    expect((await get<{ features: unknown[] }>("/v1/features?search=nonsense")).features).toEqual([]);
    const values = async (asOf: string) => {
      const { sets } = await get<{ sets: { values: unknown }[] }>(`/v1/entities/borrower/b-bad/features?asOf=${asOf}`);
      return sets[0]?.values;
    };
    expect(await values("2024-06-01T00:00:00Z")).toEqual({ late: 5, statements: 5 });
    expect(await values("2024-05-29T12:00:00Z")).toEqual({ late: 3, statements: 3 });
    const wrong = await get("/v1/entities/borrower/b-bad/features?asOf=yesterday");
    expect(wrong).toMatchObject({ status: 400, code: "ASSAY_SERVER_BAD_VALUE" });
  });
});
