import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hashText } from "../base/index.ts";
import { type Metadata, openMetadata } from "../storage/index.ts";
import type { Alert } from "./alert.ts";
import { openAlerts } from "./alerts.ts";
import type { MonitoringDeclaration } from "./declaration.ts";
import { foundFinding, foundReport } from "./fixtures/found-report.ts";

let folder: string;
let metadata: Metadata;
const declaration: MonitoringDeclaration = {
  owners: { drift: "risk", "*": "everyone" },
  webhook: "http://localhost:1/",
  webhookHosts: ["localhost"],
};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-alerts-"));
  metadata = await openMetadata(folder);
  await openAlerts(metadata, declaration);
});
beforeEach(async () => {
  await metadata.pool.query("truncate monitoring.alert, monitoring.observed, monitoring.outbox");
});
afterAll(async () => {
  await metadata.close();
  await rm(folder, { recursive: true });
});

const moved = foundReport([foundFinding("a"), foundFinding("late", { kind: "lateFeed", severity: "critical" })]);
const quiet = foundReport([]);
const report = (n: number) => hashText(`report ${n}`);
const states = (alerts: readonly Alert[]) => alerts.map(({ key, state }) => `${key}: ${state}`);
const eventTypes = async () =>
  (await metadata.pool.query("select event from monitoring.outbox order by id")).rows.map(
    ({ event }: { event: string }) => (JSON.parse(event) as { type: string }).type,
  );

describe("alerts", () => {
  it("open for somebody, are acknowledged, close, and come back as others", async () => {
    const alerts = await openAlerts(metadata, declaration);
    const opened = await alerts.observe(foundReport([foundFinding("a")]), report(1));
    expect(opened).toMatchObject([
      { key: "drift a", state: "open", owner: "risk", seen: 1, unseen: 0, firstReport: report(1), closedAt: null },
    ]);
    const by = { person: "Ada", note: "the new form" };
    const acknowledged = await alerts.acknowledge(opened[0]!.id, by);
    expect(acknowledged).toMatchObject({ state: "acknowledged", acknowledged: by });
    expect(await alerts.acknowledge(opened[0]!.id, by)).toEqual(acknowledged);
    expect(await alerts.observe(moved, report(2))).toMatchObject([{ key: "lateFeed late", owner: "everyone" }]);
    expect(await alerts.observe(quiet, report(3))).toEqual([]);
    expect(states(await alerts.observe(quiet, report(4)))).toEqual(["drift a: closed"]);
    const [again] = await alerts.observe(foundReport([foundFinding("a")]), report(5));
    expect(again).toMatchObject({ key: "drift a", state: "open", acknowledged: null });
    expect(again!.id).not.toBe(opened[0]!.id);
    // Nobody looked at feeds since, so the late one is not known to have mended.
    expect(states(await alerts.alerts({ open: true, limit: 10 }))).toEqual(["drift a: open", "lateFeed late: open"]);
    expect(states(await alerts.alerts({ open: false, limit: 10 }))).toEqual([
      "drift a: open",
      "lateFeed late: open",
      "drift a: closed",
    ]);
    expect(await alerts.alerts({ open: false, limit: 1 })).toHaveLength(1);
    const type = (change: string) => `assay.alert.${change}`;
    expect(await eventTypes()).toEqual(["opened", "acknowledged", "opened", "closed", "opened"].map(type));
  });

  it("wait for as many reports as declared, and are forgotten where one is without", async () => {
    const alerts = await openAlerts(metadata, { openAfter: 2 });
    const one = foundReport([foundFinding("a")]);
    expect(await alerts.observe(one, report(1))).toEqual([]);
    expect(states(await alerts.alerts({ open: false, limit: 10 }))).toEqual(["drift a: pending"]);
    await alerts.observe(quiet, report(2));
    expect(await alerts.alerts({ open: false, limit: 10 })).toEqual([]);
    await alerts.observe(one, report(3));
    expect(await alerts.observe(one, report(4))).toMatchObject([{ state: "open", owner: "unassigned", seen: 2 }]);
    // Nobody outside is to be told.
    expect(await eventTypes()).toEqual([]);
  });

  it("are not opened by a notice, nor closed by one", async () => {
    const alerts = await openAlerts(metadata, declaration);
    const notice = foundReport([foundFinding("a", { severity: "notice" })]);
    expect(await alerts.observe(notice, report(1))).toEqual([]);
    await alerts.observe(foundReport([foundFinding("a")]), report(2));
    for (const n of [3, 4, 5]) expect(await alerts.observe(notice, report(n))).toEqual([]);
    expect(await alerts.alerts({ open: true, limit: 10 })).toMatchObject([
      { seen: 4, finding: { severity: "notice" }, firstReport: report(2), lastReport: report(5) },
    ]);
  });

  it("count a report once, also where several tell it at once", async () => {
    const alerts = await openAlerts(metadata, declaration);
    const told = await Promise.all(Array.from({ length: 6 }, () => alerts.observe(moved, report(1))));
    expect(told.filter((changed) => changed.length > 0)).toHaveLength(1);
    expect(await alerts.alerts({ open: true, limit: 10 })).toMatchObject([{ seen: 1 }, { seen: 1 }]);
    expect(await eventTypes()).toHaveLength(2);
  });

  it("name what cannot be acknowledged", async () => {
    const alerts = await openAlerts(metadata, declaration);
    const by = { person: "Ada", note: "" };
    await expect(alerts.acknowledge("none", by)).rejects.toMatchObject({ code: "ASSAY_MONITORING_UNKNOWN_ALERT" });
    const [opened] = await alerts.observe(moved, report(1));
    await alerts.acknowledge(opened!.id, by);
    const other = alerts.acknowledge(opened!.id, { person: "Bob", note: "" });
    await expect(other).rejects.toMatchObject({
      problem: { code: "ASSAY_MONITORING_NOT_OPEN", rule: expect.stringContaining("acknowledged") },
    });
  });

  it.each(["observed", "alert", "outbox"])("hold all of a report or nothing, cut off at %s", async (table) => {
    const alerts = await openAlerts(metadata, declaration);
    await metadata.pool.query(`
      create function monitoring.cut_off() returns trigger language plpgsql as
        $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
      create trigger cut_off after insert on monitoring.${table} for each row execute function monitoring.cut_off()`);
    await expect(alerts.observe(moved, report(1))).rejects.toThrow(/terminat/);
    await metadata.pool.query("drop function monitoring.cut_off cascade");
    expect(await alerts.alerts({ open: false, limit: 10 })).toEqual([]);
    expect(await alerts.observe(moved, report(1))).toHaveLength(2);
    expect(await eventTypes()).toHaveLength(2);
  });

  it("are refused where the webhook may not be called", async () => {
    const opening = openAlerts(metadata, { webhook: "https://elsewhere.test/hook", webhookHosts: ["here.test"] });
    await expect(opening).rejects.toMatchObject({ code: "ASSAY_MONITORING_WEBHOOK_REFUSED" });
  });
});
