// Real connections, because what is tested here happens before a request is whole.

import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import Fastify, { type FastifyInstance } from "fastify";
import { afterEach, describe, expect, it } from "vitest";
import { isAssayError } from "../base/index.ts";
import { EventIntake } from "./event-intake.ts";
import { problemOf } from "./problem-reply.ts";
import { statusOf } from "./problem-status.ts";

const limits = { bodyBytes: 1 << 20, inFlightBytes: 3 << 20 };
let app: FastifyInstance | undefined;
afterEach(() => app?.close());

/** An app whose history answers when it is told to. */
async function openApp() {
  const waiting: (() => void)[] = [];
  const intake = new EventIntake(limits);
  app = Fastify({ bodyLimit: limits.bodyBytes });
  app.addContentTypeParser("text/plain", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error, request, reply) => {
    const { code } = isAssayError(error) ? error.problem : problemOf(error, request);
    return reply.status(statusOf(code)).send({ code });
  });
  intake.guard(app, "/events");
  app.post("/events", (request) =>
    intake.working(request, async () => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return { bytes: (request.body as Buffer).length };
    }),
  );
  app.post("/other", async (request) => ({ bytes: (request.body as Buffer).length }));
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as AddressInfo;
  const send = async (path: string, body: Buffer, headers: { [name: string]: string } = {}) => {
    const url = `http://127.0.0.1:${port}${path}`;
    const reply = await fetch(url, {
      method: "POST",
      body: new Uint8Array(body),
      headers: { "content-type": "text/plain", ...headers },
    });
    return { status: reply.status, ...((await reply.json()) as { code?: string; bytes?: number }) };
  };
  const answerAll = () => {
    for (const answer of waiting.splice(0)) answer();
  };
  const arrived = (count: number) => expect.poll(() => waiting.length).toBe(count);
  return { port, send, arrived, answerAll };
}

const body = (bytes: number) => Buffer.alloc(bytes, 0x61);
const gzip = { "content-encoding": "gzip" };

describe("bodies of events", () => {
  it("beyond what may be under way at once are told to come again, and take nothing from other doors", async () => {
    const { send, arrived, answerAll } = await openApp();
    const first = [1, 2, 3].map(() => send("/events", body(1 << 20)));
    await arrived(3);
    expect(await send("/events", body(1))).toEqual({ status: 503, code: "ASSAY_SERVER_BUSY" });
    expect(await send("/other", body(1))).toEqual({ status: 200, bytes: 1 });
    answerAll();
    expect(await Promise.all(first)).toEqual(Array.from({ length: 3 }, () => ({ status: 200, bytes: 1 << 20 })));
    const again = send("/events", body(5));
    await arrived(1);
    answerAll();
    expect(await again).toEqual({ status: 200, bytes: 5 });
  });

  it("give back what they held when the client hangs up, is refused, or fails", async () => {
    const { port, send, arrived, answerAll } = await openApp();
    for (let round = 0; round < 4; round++) {
      const headers = { "content-type": "text/plain", "content-length": String(1 << 20) };
      const hung = request({ port, path: "/events", method: "POST", headers });
      hung.on("error", () => {});
      hung.write("some");
      await new Promise((resolve) => setTimeout(resolve, 20));
      hung.destroy();
      expect(await send("/events", body(9), gzip)).toEqual({ status: 400, code: "ASSAY_SERVER_BAD_ENCODING" });
    }
    const last = [1, 2, 3].map(() => send("/events", body(1 << 20)));
    await arrived(3);
    answerAll();
    expect((await Promise.all(last)).map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it("may be gzip, inflated under the same limit", async () => {
    const { send, arrived, answerAll } = await openApp();
    const good = send("/events", gzipSync(body(1 << 20)), gzip);
    await arrived(1);
    answerAll();
    expect(await good).toEqual({ status: 200, bytes: 1 << 20 });
    const tooLarge = { status: 413, code: "ASSAY_SERVER_BODY_TOO_LARGE" };
    expect(await send("/events", gzipSync(body((1 << 20) + 1)), gzip)).toEqual(tooLarge);
    expect(await send("/events", gzipSync(body(200 << 20)), gzip)).toEqual(tooLarge);
  });

  it("that are broken gzip, or packed otherwise, are refused by name", async () => {
    const { send } = await openApp();
    const bad = { status: 400, code: "ASSAY_SERVER_BAD_ENCODING" };
    const whole = gzipSync(Buffer.from(Array.from({ length: 9_000 }, (_, i) => (i * 7919) % 251)));
    expect(await send("/events", whole.subarray(0, whole.length - 30), gzip)).toEqual(bad);
    expect(await send("/events", body(100), gzip)).toEqual(bad);
    expect(await send("/events", body(100), { "content-encoding": "br" })).toEqual({
      status: 415,
      code: "ASSAY_SERVER_MEDIA_TYPE",
    });
  });
});
