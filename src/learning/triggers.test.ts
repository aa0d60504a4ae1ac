import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixedClock, formatInstant, hashText, type Json, MICROS_PER_DAY } from "../base/index.ts";
import { keepReport, type MonitorReport } from "../monitoring/index.ts";
import type { LearningDeclaration } from "./declaration.ts";
import { declaration, type Ground, openGround, prepareGround } from "./fixtures/loop-ground.ts";
import { cutOff, hasPython, spine } from "./fixtures/small-season.ts";
import { askTriggered, type TriggerSite } from "./triggers.ts";

describe.skipIf(!hasPython)("a trigger (needs the Python environment)", () => {
  let ground: Ground;
  let opened: Awaited<ReturnType<typeof openGround>>;

  beforeAll(async () => {
    ground = await prepareGround();
    opened = await openGround(ground.folder);
  });
  afterAll(async () => {
    await opened.close();
    await ground.close();
  });

  type Triggers = NonNullable<LearningDeclaration["triggers"]>;

  function siteWith(triggers: Triggers, more: Partial<TriggerSite> = {}): TriggerSite {
    return { ...opened.site, declaration: { ...declaration, triggers }, ...more };
  }

  /** Asked for, and ended again, so that the next one may be. */
  async function triggered(site: TriggerSite) {
    const loop = await askTriggered(site);
    if (loop !== undefined) {
      await site.book.end(loop.id, { verdict: "cancelled", why: "a test", evidence: null, problem: null });
    }
    return loop?.trigger;
  }

  /** The champion as if it had learnt from what was known earlier. */
  function learntBy(instant: number): Partial<TriggerSite> {
    const { registry } = opened.site;
    const document = async (hash: string): Promise<Json> => {
      const found = (await registry.document(hash)) as { readonly [name: string]: Json };
      const label = found["label"] as { readonly [name: string]: Json };
      return { ...found, label: { ...label, cutOff: formatInstant(instant) } };
    };
    return { registry: { ...registry, document } };
  }

  it("that is not declared asks for nothing", async () => {
    expect(await triggered(siteWith({}))).toBeUndefined();
  });

  it("by the calendar waits so many days, and then says how many", async () => {
    const after = (days: number) => ({ clock: fixedClock(cutOff + days * MICROS_PER_DAY) });
    expect(await triggered(siteWith({ calendarDays: 90 }, after(89)))).toBeUndefined();
    const trigger = await triggered(siteWith({ calendarDays: 90 }, after(91)));
    expect(trigger).toEqual({ kind: "calendar", why: expect.stringContaining("91 days ago"), by: "assay work" });
  });

  it("by outcomes counts what became known since, of the champion's rows and of decisions since, and nothing twice", async () => {
    const early = learntBy(spine()[0]!.t);
    const trigger = await triggered(siteWith({ outcomes: 600 }, early));
    expect(trigger).toMatchObject({ kind: "outcomes", why: expect.stringMatching(/^600 outcomes became known since/) });
    expect(await triggered(siteWith({ outcomes: 601 }, early))).toBeUndefined();
    // Known already when the champion learnt.
    expect(await triggered(siteWith({ outcomes: 1 }))).toBeUndefined();
  });

  it("by drift hears a report on the champion once, and none on another bundle", async () => {
    const finding = { kind: "shiftedPopulation", sentence: "these are other people." };
    const report = (bundle: string, severity = "critical", more = {}) =>
      ({
        format: "assay.monitor",
        version: 1,
        bundle,
        findings: [{ ...finding, ...more, severity }],
      }) as unknown as MonitorReport;
    const keep = (one: MonitorReport) => keepReport(opened.site.registry, "lines", one);
    const site = siteWith({ drift: "critical" }, { clock: fixedClock(cutOff + MICROS_PER_DAY) });
    await keep(report(hashText("another")));
    expect(await triggered(site)).toBeUndefined();
    await keep(report(ground.champion, "warning"));
    expect(await triggered(site)).toBeUndefined();
    // Retraining would learn the fault.
    await keep(report(ground.champion, "critical", { kind: "brokenUnit" }));
    expect(await triggered(site)).toBeUndefined();
    await keep(report(ground.champion));
    expect(await triggered(site)).toMatchObject({ kind: "drift", why: expect.stringContaining(finding.sentence) });
    expect(await triggered(site)).toBeUndefined();
  });

  it("asks for nothing where the clock stands before what the champion learnt from", async () => {
    const back = { ...learntBy(cutOff + MICROS_PER_DAY), clock: fixedClock(cutOff) };
    expect(await triggered(siteWith({ calendarDays: 0, outcomes: 0, drift: "warning" }, back))).toBeUndefined();
  });

  it("asks for no second loop while one is open", async () => {
    const site = siteWith({ calendarDays: 1 }, { clock: fixedClock(cutOff + 2 * MICROS_PER_DAY) });
    const loop = await askTriggered(site);
    expect(await askTriggered(site)).toBeUndefined();
    await site.book.cancel(loop!.id, "a test");
  });
});
