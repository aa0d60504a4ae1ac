import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hashText } from "../base/index.ts";
import { type Metadata, openMetadata } from "../storage/index.ts";
import type { AlertEvent } from "./alert-event.ts";
import { openAlerts } from "./alerts.ts";
import { foundFinding, foundReport } from "./fixtures/found-report.ts";
import { forwardAlerts } from "./forward-alerts.ts";
import { webhookOver } from "./webhook.ts";

let folder: string;
let metadata: Metadata;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-webhook-"));
  metadata = await openMetadata(folder);
  await openAlerts(metadata, {});
});
afterAll(async () => {
  await metadata.close();
  await rm(folder, { recursive: true });
});

interface Received {
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly event: AlertEvent;
}
let received: Received[];
let receiver: Server;
let port: number;
/** What the receiver answers: a status, or nothing at all. */
let answer: number | null;

async function listen(at = 0): Promise<void> {
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      received.push({
        path: request.url,
        headers: request.headers,
        event: JSON.parse(Buffer.concat(chunks).toString()),
      });
      if (answer !== null) response.writeHead(answer, { location: "/elsewhere" }).end("noted");
    });
  });
  await new Promise<void>((resolve) => receiver.listen(at, "127.0.0.1", resolve));
  port = (receiver.address() as AddressInfo).port;
}
async function shut(): Promise<void> {
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
}
beforeEach(async () => {
  [received, answer] = [[], 200];
  await metadata.pool.query("truncate monitoring.alert, monitoring.observed, monitoring.outbox");
  await listen();
});
afterEach(shut);

const declared = () => ({ webhook: `http://127.0.0.1:${port}/hook`, webhookHosts: [`127.0.0.1:${port}`] });
const forward = (timeoutMs?: number) => forwardAlerts(metadata, webhookOver(declared(), timeoutMs)!);
/** What was put off is due. */
const later = () => metadata.pool.query("update monitoring.outbox set next_attempt_at = 0");
const failures = async () => (await metadata.pool.query("select attempts, failure from monitoring.outbox")).rows;

const alertsOf = () => openAlerts(metadata, declared());
async function oneOpened() {
  const alerts = await alertsOf();
  const [alert] = await alerts.observe(foundReport([foundFinding("a")]), hashText("report"));
  return { alerts, alert: alert! };
}

describe("the webhook", () => {
  it("is told of each change once, as a CloudEvent without a person in it", async () => {
    const { alerts, alert } = await oneOpened();
    await alerts.acknowledge(alert.id, { person: "Ada Lovelace", note: "asked Grace" });
    expect(await forward()).toEqual({ sent: 2, failed: 0, waiting: 0 });
    expect(await forward()).toEqual({ sent: 0, failed: 0, waiting: 0 });
    expect(received.map(({ event }) => event.type)).toEqual(["assay.alert.opened", "assay.alert.acknowledged"]);
    const [{ path, headers, event }] = received as [Received];
    expect(path).toBe("/hook");
    expect(headers["content-type"]).toBe("application/cloudevents+json; charset=utf-8");
    expect(event).toMatchObject({
      specversion: "1.0",
      id: `${alert.id}-opened`,
      source: "/assay/alerts",
      subject: alert.id,
      datacontenttype: "application/json",
      data: {
        key: "drift a",
        state: "open",
        owner: "unassigned",
        finding: alert.finding,
        firstReport: hashText("report"),
      },
    });
    expect(event.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    expect(JSON.stringify(received)).not.toMatch(/Ada|Grace/);
  });

  it("is told once it is there again, in order, and no report waits for it", async () => {
    await shut();
    const { alerts, alert } = await oneOpened();
    await alerts.acknowledge(alert.id, { person: "Ada", note: "" });
    // The second waits for the first, which is put off.
    for (let round = 0; round < 2; round++) expect((await forward()).waiting).toBe(2);
    expect(await failures()).toEqual(
      expect.arrayContaining([
        { attempts: 1, failure: expect.stringContaining("ECONNREFUSED") },
        { attempts: 0, failure: null },
      ]),
    );
    await listen(port);
    expect(await forward()).toEqual({ sent: 0, failed: 0, waiting: 2 });
    await later();
    expect(await forward()).toEqual({ sent: 2, failed: 0, waiting: 0 });
    expect(received.map(({ event }) => event.type)).toEqual(["assay.alert.opened", "assay.alert.acknowledged"]);
  });

  it("is put off longer each time", async () => {
    await oneOpened();
    answer = 503;
    const pauses: number[] = [];
    for (let round = 0; round < 12; round++) {
      await later();
      expect(await forward()).toEqual({ sent: 0, failed: 1, waiting: 1 });
      const { rows } = await metadata.pool.query(
        "select round((next_attempt_at / 1e6 - extract(epoch from clock_timestamp())))::int as pause from monitoring.outbox",
      );
      pauses.push((rows as { pause: number }[])[0]!.pause);
    }
    expect(pauses.slice(0, 4)).toEqual([15, 30, 60, 120]);
    expect(pauses.slice(-2)).toEqual([3600, 3600]);
  });

  it("is not followed to another address", async () => {
    await oneOpened();
    for (answer of [301, 307, 308]) {
      await later();
      expect(await forward()).toMatchObject({ sent: 0, failed: 1 });
    }
    expect(received.map(({ path }) => path)).toEqual(["/hook", "/hook", "/hook"]);
    expect(await failures()).toEqual([
      { attempts: 3, failure: expect.stringContaining("a redirect, which is not followed") },
    ]);
  });

  it("that never answers is given up on and tried again", async () => {
    await oneOpened();
    answer = null;
    expect(await forward(100)).toEqual({ sent: 0, failed: 1, waiting: 1 });
    expect(await failures()).toMatchObject([{ failure: expect.stringContaining("timeout") }]);
  });

  it("is told once by two who forward at once", async () => {
    const alerts = await alertsOf();
    const names = ["a", "b", "c", "d", "e", "f"];
    await alerts.observe(foundReport(names.map((name) => foundFinding(name))), hashText("report"));
    const rounds = await Promise.all([forward(), forward(), forward()]);
    expect(rounds.reduce((sum, { sent }) => sum + sent, 0)).toBe(6);
    expect(new Set(received.map(({ event }) => event.id)).size).toBe(received.length);
  });
});

describe("a webhook", () => {
  const refused = (webhook: string, why: string, webhookHosts = ["hooks.test"]) =>
    expect(() => webhookOver({ webhook, webhookHosts })).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({ code: "ASSAY_MONITORING_WEBHOOK_REFUSED", rule: why }),
      }),
    );
  it("is none where none is declared", () => expect(webhookOver({ webhookHosts: ["hooks.test"] })).toBeNull());
  it("may be any https address of a listed host, or http on this machine", () => {
    for (const webhook of ["https://hooks.test/a?b", "https://HOOKS.test:8443/"]) {
      expect(webhookOver({ webhook, webhookHosts: ["Hooks.test"] })).not.toBeNull();
    }
    for (const webhook of ["http://localhost:9000/", "http://127.0.0.1/", "http://[::1]:9000/"]) {
      expect(webhookOver({ webhook, webhookHosts: ["localhost", "127.0.0.1", "[::1]"] })).not.toBeNull();
    }
  });
  it("is refused by name otherwise", () => {
    refused("hooks.test/a", "it is no URL");
    refused("https://evil.test/hooks.test", "its host is not in webhookHosts");
    refused("https://hooks.test.evil.test/", "its host is not in webhookHosts");
    refused("https://hooks.test@evil.test/", "its host is not in webhookHosts");
    refused("https://hooks.test:8443/", "its host is not in webhookHosts", ["hooks.test:443"]);
    refused("https://hooks.test/", "its host is not in webhookHosts", []);
    refused("http://hooks.test/", "it is neither https nor on this machine");
    refused("ftp://hooks.test/", "it is neither https nor on this machine");
    refused("https://key:secret@hooks.test/", "credentials stand in its address");
  });
});
