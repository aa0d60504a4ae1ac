import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hashJson } from "../base/index.ts";
import type { DecisionAnswer } from "../decisions/index.ts";
import { lineParcel } from "./fixtures/line-bundle.ts";
import { bearer, type LineService, lineRequestOf, openLineService, statementsOf } from "./fixtures/line-service.ts";
import type { ProblemBody } from "./problem-reply.ts";

let service: LineService;
let app: FastifyInstance;
let headers: { authorization: string };
let [first, second] = ["", ""];
beforeAll(async () => {
  service = await openLineService({ released: false });
  [first, second] = [await service.saveBundle(lineParcel("first")), await service.saveBundle(lineParcel("second"))];
  app = await service.build();
  headers = await bearer(service.keys);
  await app.inject({ method: "POST", url: "/v1/events", headers, payload: statementsOf("b-1", 1) });
});
afterAll(() => service.close());

const get = async <T = unknown>(url: string) => (await app.inject({ method: "GET", url, headers })).json<T>();
const post = async (url: string, payload: object) =>
  (await app.inject({ method: "POST", url, headers, payload })).json<Partial<ProblemBody>>();
let nextKey = 0;
const decide = async () => {
  const keyed = { ...headers, "idempotency-key": `k-${nextKey++}` };
  return await app.inject({ method: "POST", url: "/v1/decisions", headers: keyed, payload: lineRequestOf("b-1") });
};

describe("releases", () => {
  it("come first: before one, nothing is decided, and the service says that it is not ready", async () => {
    expect((await decide()).json()).toMatchObject({ status: 503, code: "ASSAY_DECISIONS_NO_RELEASE" });
    expect(await get("/health/ready")).toMatchObject({ ready: false, bundle: null, database: true });
    expect(await get("/v1/features")).toMatchObject({ status: 409, code: "ASSAY_SERVER_NO_BUNDLE" });
    expect(await post("/v1/releases/rollback", { note: "?" })).toMatchObject({ status: 409 });
  });

  it("are used at once, listed with who and why, and rolled back", async () => {
    expect(await post("/v1/releases", { bundle: first, note: "start" })).toMatchObject({
      bundle: first,
      previous: null,
    });
    expect((await decide()).json<DecisionAnswer>().decision.bundle).toBe(first);
    expect(await post("/v1/releases", { bundle: second, note: "better" })).toMatchObject({
      bundle: second,
      previous: first,
    });
    expect((await decide()).json<DecisionAnswer>().decision.bundle).toBe(second);
    expect(await post("/v1/releases/rollback", { note: "worse" })).toMatchObject({ bundle: first });
    expect((await decide()).json<DecisionAnswer>().decision.bundle).toBe(first);
    const { releases } = await get<{ releases: Record<string, string>[] }>("/v1/releases");
    expect(releases.map(({ kind, by, note }) => `${kind} ${by} ${note}`)).toEqual([
      "release r.chen start",
      "release r.chen better",
      "rollback r.chen worse",
    ]);
    expect(await get("/health/ready")).toMatchObject({ ready: true });
  });

  it("under load: every answer carries one of two bundles, and all succeed", async () => {
    const load = Promise.all(
      Array.from({ length: 8 }, async () => {
        const bundles: string[] = [];
        for (let i = 0; i < 10; i++) {
          const answer = await decide();
          expect(answer.statusCode).toBe(200);
          bundles.push(answer.json<DecisionAnswer>().decision.bundle);
        }
        return bundles;
      }),
    );
    await post("/v1/releases", { bundle: second, note: "under load" });
    await post("/v1/releases/rollback", { note: "under load" });
    const seen = (await load).flat();
    expect(seen).toHaveLength(80);
    expect(seen.filter((bundle) => bundle !== first && bundle !== second)).toEqual([]);
  });

  it("by another process are followed", async () => {
    await service.parts.registry.release({ bundle: second, by: "cli", note: "elsewhere" });
    const inUse = async () => {
      const { bundles } = await get<{ bundles: { hash: string; inUse: boolean }[] }>("/v1/bundles");
      return bundles.find((bundle) => bundle.inUse)?.hash;
    };
    await expect.poll(inUse, { timeout: 5000, interval: 10 }).toBe(second);
    expect((await decide()).json<DecisionAnswer>().decision.bundle).toBe(second);
  });

  it("of a bundle that a decider cannot run change nothing", async () => {
    const { document, objects } = lineParcel("later");
    const unknown = { ...document, semantics: { ...document.semantics, number: 999 } };
    const refused = await post("/v1/releases", {
      bundle: await service.saveBundle({ document: unknown, objects }),
      note: "?",
    });
    expect(refused).toMatchObject({ status: 422, code: "ASSAY_DECISIONS_BUNDLE_REFUSED" });
    expect(refused.rule).toContain("semantics");
    expect((await service.parts.registry.released())?.hash).toBe(second);
    expect((await decide()).json<DecisionAnswer>().decision.bundle).toBe(second);
    const none = await post("/v1/releases", { bundle: "0".repeat(64), note: "?" });
    expect(none).toMatchObject({ status: 404, code: "ASSAY_REGISTRY_UNKNOWN_BUNDLE" });
  });

  it("by another process that cannot be followed leave the one before in use, and are counted", async () => {
    const { document, objects } = lineParcel("newer");
    const unknown = { ...document, semantics: { ...document.semantics, number: 999 } };
    const bundle = await service.saveBundle({ document: unknown, objects });
    await service.parts.registry.release({ bundle, by: "cli", note: "elsewhere" });
    const failures = async () => (await app.inject({ url: "/metrics", headers })).body;
    await expect.poll(failures, { timeout: 5000, interval: 10 }).toContain("assay_release_failures_total 1\n");
    expect((await decide()).json<DecisionAnswer>().decision.bundle).toBe(second);
    expect(await post("/v1/releases/rollback", { note: "mend" })).toMatchObject({ bundle: second });
  });

  it("name documents that anyone with the right can read and hash", async () => {
    expect(hashJson(await get(`/v1/bundles/${first}`))).toBe(first);
    expect(await get(`/v1/bundles/${"0".repeat(64)}`)).toMatchObject({ status: 404 });
  });
});
