import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bearer, type LineService, lineRequestOf, openLineService } from "./fixtures/line-service.ts";
import type { ProblemBody } from "./problem-reply.ts";
import { rights } from "./rights.ts";

let service: LineService;
let app: FastifyInstance;
beforeAll(async () => {
  service = await openLineService();
  app = await service.build();
});
afterAll(() => service.close());

const look = (headers: object, url = "/v1/bundles") => app.inject({ method: "GET", url, headers: { ...headers } });
const openSession = async (granted: readonly string[] = rights) => {
  const { token } = await service.keys.createLink("m.ito", granted);
  return await app.inject({ method: "GET", url: `/session?token=${token}` });
};

describe("a door", () => {
  it("asks for a key, and names the right that is missing", async () => {
    expect((await look({})).json()).toMatchObject({ status: 401, code: "ASSAY_SERVER_NO_KEY" });
    expect((await look({ authorization: `Bearer assay_${"A".repeat(43)}` })).json()).toMatchObject({ status: 401 });
    const refused = (await look(await bearer(service.keys, ["events:write"]))).json<ProblemBody>();
    expect(refused).toMatchObject({ status: 403, code: "ASSAY_SERVER_MISSING_RIGHT" });
    expect(refused.detail).toContain("lacks the right read");
    expect((await look(await bearer(service.keys, ["read"]))).statusCode).toBe(200);
  });

  it("asks before it reads what was sent", async () => {
    const payload = "not json";
    const headers = { "content-type": "application/json" };
    const answer = await app.inject({ method: "POST", url: "/v1/events", headers, payload });
    expect(answer.json()).toMatchObject({ code: "ASSAY_SERVER_NO_KEY" });
  });

  it("is behind a right of its own wherever one writes", async () => {
    const reader = await bearer(service.keys, ["read", "decisions:read"]);
    const writes = {
      "/v1/events": "events:write",
      "/v1/decisions": "decisions:write",
      "/v1/applications": "decisions:write",
      "/v1/decisions/d-1/review": "review:write",
      "/v1/releases": "releases:write",
      "/v1/releases/rollback": "releases:write",
    };
    for (const [url, right] of Object.entries(writes)) {
      const answer = (await app.inject({ method: "POST", url, headers: reader, payload: {} })).json();
      expect(answer).toMatchObject({ status: 403, rule: `the key lacks the right ${right}` });
    }
  });

  it("is open only where nothing is told", async () => {
    for (const url of ["/health/live", "/health/ready", "/openapi.json", "/docs"])
      expect((await look({}, url)).statusCode).toBe(200);
    for (const url of ["/metrics", "/", "/decisions", "/facts", "/bundles"])
      expect((await look({}, url)).statusCode).toBe(401);
  });
});

describe("a key", () => {
  it("is kept as its hash alone, and listed without it", async () => {
    const { token, id } = await service.keys.createKey("loan system", ["read"]);
    expect(token).toMatch(/^assay_[A-Za-z0-9_-]{43}$/);
    const { rows } = await service.parts.metadata.pool.query("select * from server.credential");
    expect(JSON.stringify(rows)).not.toContain(token.slice(6));
    expect(await service.keys.keys()).toContainEqual(
      expect.objectContaining({ id, name: "loan system", rights: ["read"], revokedAt: null }),
    );
  });

  it("is refused once revoked, also where it was remembered", async () => {
    const { token, id } = await service.keys.createKey("short lived", ["read"]);
    const headers = { authorization: `Bearer ${token}` };
    expect((await look(headers)).statusCode).toBe(200);
    await service.keys.revokeKey(id);
    await expect.poll(async () => (await look(headers)).statusCode, { timeout: 4000, interval: 5 }).toBe(401);
    await expect(service.keys.revokeKey("key-none")).rejects.toMatchObject({ code: "ASSAY_SERVER_KEY_NOT_FOUND" });
  });

  it("is made with rights there are and a name that is one", async () => {
    const made = service.keys.createKey("x", ["decision:write"]);
    await expect(made).rejects.toMatchObject({
      problem: { code: "ASSAY_SERVER_UNKNOWN_RIGHT", nearest: "decisions:write" },
    });
    for (const name of ["", "assay.decisions", "a\nb", "x".repeat(81)]) {
      await expect(service.keys.createKey(name, [])).rejects.toMatchObject({ code: "ASSAY_SERVER_BAD_KEY_NAME" });
    }
  });
});

describe("a browser session", () => {
  it("comes from a link that works once, as a cookie no script reads and no other site sends", async () => {
    const { token } = await service.keys.createLink("m.ito", ["read"]);
    const url = `/session?token=${token}`;
    const [one, two] = await Promise.all([app.inject({ url }), app.inject({ url })]);
    expect(new Set([one.statusCode, two.statusCode])).toEqual(new Set([200, 401]));
    const opened = one.statusCode === 200 ? one : two;
    expect(opened.headers["set-cookie"]).toMatch(/^assay_session=assay_[^;]+; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(opened.headers["refresh"]).toBe("0; url=/");
    expect((await look({ cookie: String(opened.headers["set-cookie"]).split(";")[0] })).statusCode).toBe(200);
  });

  it("ends: neither an expired link nor an expired session opens anything", async () => {
    const { pool } = service.parts.metadata;
    const { token, id } = await service.keys.createLink("late", ["read"]);
    await pool.query("update server.credential set expires_at = 1 where id = $1", [id]);
    expect((await app.inject({ url: `/session?token=${token}` })).json()).toMatchObject({
      code: "ASSAY_SERVER_LINK_SPENT",
    });
    const cookie = cookieOf(await openSession());
    await pool.query("update server.credential set expires_at = 1 where kind = 'session'");
    expect((await look({ cookie })).statusCode).toBe(401);
  });

  it("is no key, and a key is no session", async () => {
    const session = cookieOf(await openSession()).replace("assay_session=", "");
    expect((await look({ authorization: `Bearer ${session}` })).statusCode).toBe(401);
    const { token } = await service.keys.createKey("program", ["read"]);
    expect((await look({ cookie: `assay_session=${token}` })).statusCode).toBe(401);
  });

  it("changes things only from the service's own pages", async () => {
    const cookie = cookieOf(await openSession());
    const decide = (headers: object) =>
      app.inject({
        method: "POST",
        url: "/v1/decisions",
        headers: { cookie, host: "127.0.0.1:7400", "idempotency-key": "from a page", ...headers },
        payload: lineRequestOf("b-page"),
      });
    for (const headers of [
      {},
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: "http://127.0.0.1:7401" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { origin: "https://evil.example", "sec-fetch-site": "same-origin" },
    ]) {
      expect((await decide(headers)).json()).toMatchObject({ status: 403, code: "ASSAY_SERVER_CROSS_SITE" });
    }
    expect((await decide({ origin: "http://127.0.0.1:7400" })).statusCode).toBe(200);
    expect((await decide({ "sec-fetch-site": "same-origin" })).statusCode).toBe(200);
  });

  it("shows the pages, and whoever has none is told how to get one", async () => {
    const cookie = cookieOf(await openSession(["decisions:read"]));
    for (const url of ["/", "/decisions", "/facts"]) {
      const page = await look({ cookie, accept: "text/html" }, url);
      expect(page.statusCode).toBe(200);
      expect(page.headers["content-type"]).toMatch(/^text\/html/);
    }
    const refused = await look({ accept: "text/html" }, "/");
    expect(refused.statusCode).toBe(401);
    expect(refused.body).toContain("ASSAY_SERVER_NO_KEY");
    expect((await look({}, "/assets/assay.css")).statusCode).toBe(200);
  });
});

function cookieOf({ headers }: { readonly headers: { readonly [name: string]: unknown } }): string {
  return String(headers["set-cookie"]).split(";")[0]!;
}
