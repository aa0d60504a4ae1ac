// A challenger let in beside a real service while live applicants ask over HTTP: the worker is another process, and all that the
// two share is the database, the objects and the history folder.

import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { formatInstant } from "../../src/base/index.ts";
import { type LearningDeclaration, type LoopDocument, type LoopEntry, loopSteps } from "../../src/learning/index.ts";
import { Applicants } from "./applicants.ts";
import { openServing, type Serving } from "./serving.ts";
import { hasPython, prepareGround, type WorkedGround, type Working } from "./worked-ground.ts";

const PAUSE_MS = 5;
/** A training is among them, and other tests may run beside. */
const PATIENT = { timeout: 180_000 };
const FOLLOWED = { timeout: 10_000, interval: 20 };

const declaration: LearningDeclaration = {
  bundle: "lines",
  // Nothing that was fitted on six hundred people is refused before anybody meets it: here live decisions are the judge.
  gates: [{ gate: "discrimination", margin: 1 }],
  guardrails: [
    { guardrail: "errors", most: 0.2 },
    { guardrail: "approvalRate", most: 0.3 },
  ],
  approval: "envelope",
  shadow: { decisions: 25 },
  canary: { share: 0.5, decisions: 35 },
  bake: { decisions: 40 },
  patienceMinutes: 2,
};

describe.skipIf(!hasPython)("a challenger beside live applicants (needs the Python environment)", PATIENT, () => {
  let ground: WorkedGround;
  let serving: Serving;
  let applicants: Applicants;
  let fromKept: number;
  let asks = 0;

  beforeAll(async () => {
    ground = await prepareGround();
    serving = await openServing(ground);
  });
  afterAll(async () => {
    await serving.close();
    await ground.close();
  });
  beforeEach(async () => {
    const { registry, records } = serving.parts;
    await registry.release({ bundle: ground.champion, by: "assay work", note: "again", key: `again ${asks}` });
    await expect.poll(() => serving.parts.decisions.currentBundle?.hash, FOLLOWED).toBe(ground.champion);
    fromKept = await records.keptHead();
    applicants = new Applicants(serving, ground.people, PAUSE_MS);
  });
  afterEach(() => applicants.stop());

  async function post(path: string, body: object, key = ""): Promise<LoopEntry> {
    const headers = { ...serving.headers, "idempotency-key": key };
    const answer = await fetch(`${serving.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    expect(answer.status).toBe(200);
    return (await answer.json()) as LoopEntry;
  }

  /** Another second of outcomes makes another dataset, and so another training. */
  async function ask({ fresh = false } = {}): Promise<string> {
    asks++;
    const labelCutOff = formatInstant(ground.cutOff + (fresh ? asks * 1_000_000 : 0));
    return (await post("/v1/loops", { why: "a test asks", labelCutOff }, `ask ${asks}`)).id;
  }

  /** A loop from asking to its end, and its evidence. */
  async function walk(
    working: Partial<Working> = {},
    during: (id: string) => Promise<void> = async () => {},
  ): Promise<{ readonly loop: LoopEntry; readonly document: LoopDocument }> {
    const id = await ask({ fresh: working.fault !== undefined });
    await Promise.all([ground.work({ declaration, ...working }), during(id)]);
    const loop = (await serving.parts.loops.loop(id))!;
    return { loop, document: await serving.parts.evidence(loop.evidence!) };
  }

  async function inStage(stage: "shadow" | "canary"): Promise<void> {
    for (;;) {
      if ((await serving.parts.registry.rollout())?.stage === stage) return;
      await sleep(5);
    }
  }

  const canaried = () => serving.parts.records.countServed({ fromKept, arm: "canary" });

  /** Everybody who asked was answered, once, and what was answered is what was kept. In the order of keeping. */
  async function checkAnswers(): Promise<{ readonly bundle: string; readonly arm: string }[]> {
    const answers = new Map((await applicants.stop()).map(({ decisionId, bundle }) => [decisionId, bundle]));
    const kept = [];
    for await (const { decision, envelope, intact } of serving.parts.records.served({ fromKept })) {
      const { decisionId, bundle } = decision;
      expect({ intact, answered: answers.get(decisionId) }).toEqual({ intact: true, answered: bundle });
      kept.push({ bundle, arm: envelope.arm });
    }
    expect(kept).toHaveLength(answers.size);
    return kept;
  }

  /** The champion decides alone again. */
  async function checkKept({ id, challenger }: LoopEntry): Promise<void> {
    const { registry, records, decisions } = serving.parts;
    expect((await registry.released())!.hash).toBe(ground.champion);
    expect((await registry.releases()).filter(({ note }) => note.includes(id))).toEqual([]);
    expect(await registry.rollout()).toBeNull();
    await expect.poll(() => decisions.rollout, FOLLOWED).toBeNull();
    const before = applicants.answers.length;
    await expect.poll(() => applicants.answers.length, FOLLOWED).toBeGreaterThan(before + 20);
    const last = (await checkAnswers()).slice(-10);
    expect(last).toEqual(last.map(() => ({ bundle: ground.champion, arm: "champion" })));
    expect(await records.countServed({ fromKept, bundle: challenger!, arm: "canary" })).toBeGreaterThan(0);
  }

  async function checkReleased({ id, challenger }: LoopEntry): Promise<void> {
    const { registry, records, decisions } = serving.parts;
    const releases = (await registry.releases()).filter(({ note }) => note.includes(id));
    expect(releases).toMatchObject([{ kind: "release", bundle: challenger, by: "assay work" }]);
    expect((await registry.released())!.hash).toBe(challenger);
    expect(await registry.rollout()).toBeNull();
    await expect.poll(() => decisions.currentBundle?.hash, FOLLOWED).toBe(challenger);
    expect(decisions.rollout).toBeNull();
    await checkAnswers();
    const count = (bundle: string, arm: string) => records.countServed({ fromKept, bundle, arm });
    expect(await count(challenger!, "canary")).toBeGreaterThanOrEqual(declaration.canary!.decisions);
    expect(await count(ground.champion, "control")).toBeGreaterThanOrEqual(declaration.canary!.decisions);
    expect(await count(challenger!, "champion")).toBeGreaterThanOrEqual(declaration.bake!.decisions);
    expect(await count(ground.champion, "champion")).toBeGreaterThanOrEqual(declaration.shadow!.decisions);
    expect(await count(ground.champion, "canary")).toBe(0);
  }

  it("goes through shadow, canary, release and bake, and nobody's request is dropped", async () => {
    const { loop, document } = await walk();
    expect(loop).toMatchObject({ state: "released", problem: null, champion: ground.champion });
    expect(document.steps.map(({ step }) => step)).toEqual(loopSteps);
    const made = Object.fromEntries(document.steps.map((step) => [step.step, step.made]));
    expect(made["prepare"]).toEqual({ services: 1 });
    expect(made["shadow"]!["decisions"]).toBeGreaterThanOrEqual(declaration.shadow!.decisions);
    expect(made["canary"]).toMatchObject({ shareBasisPoints: 5_000 });
    for (const stage of ["canary", "bake"] as const) {
      const look = document.looks.findLast((one) => one.stage === stage)!;
      expect(look.results).toMatchObject([
        { name: "errors", verdict: "holds" },
        { name: "approvalRate", verdict: "holds" },
      ]);
      const { challenger, control } = look.decisions;
      expect(Math.min(challenger, control)).toBeGreaterThanOrEqual(declaration[stage]!.decisions);
    }
    await checkReleased(loop);
    expect(applicants.repeats).toBe(0);
  });

  it("that would decline nearly everybody is stopped by the canary, and the champion serves on", async () => {
    // Fitted on reversed outcomes.
    const { loop, document } = await walk({ fault: "flipped" });
    expect(loop).toMatchObject({ state: "kept", step: "canary", problem: null });
    expect(loop.why).toContain("the canary broke a guardrail: approvalRate");
    expect(document.looks.at(-1)!.results).toContainEqual(
      expect.objectContaining({ name: "approvalRate", verdict: "broken" }),
    );
    await checkKept(loop);
    expect(applicants.repeats).toBe(0);
  });

  it("outlives a service that ends and another that begins, and a database that cuts every connection", async () => {
    const longer = { ...declaration, canary: { share: 0.5, decisions: 60 } };
    const { loop } = await walk({ declaration: longer }, async (id) => {
      await inStage("canary");
      await expect.poll(canaried, FOLLOWED).toBeGreaterThan(5);
      await serving.close();
      serving = await openServing(ground);
      expect(serving.parts.decisions.rollout).toMatchObject({ id, stage: "canary" });
      applicants.goTo(serving);
      const client = new pg.Client({ connectionString: serving.parts.metadata.connectionString });
      await client.connect();
      const cut = await client.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and usename = 'assay'",
      );
      await client.end();
      expect(cut.rowCount).toBeGreaterThan(3);
    });
    expect(loop).toMatchObject({ state: "released", problem: null });
    await checkReleased(loop);
    expect(applicants.repeats).toBeGreaterThan(0);
    const writers = new Set<string>();
    for await (const { link } of serving.parts.records.served({ fromKept, arm: "canary" })) writers.add(link.writer);
    expect(writers.size).toBe(2);
  });

  it("leaves at once where a person cancels the loop in the canary", async () => {
    const endless = { ...declaration, canary: { share: 0.5, decisions: 1_000_000 } };
    const { loop, document } = await walk({ declaration: endless }, async (id) => {
      await inStage("canary");
      await expect.poll(canaried, FOLLOWED).toBeGreaterThan(5);
      await post(`/v1/loops/${id}/cancel`, {});
    });
    expect(loop).toMatchObject({ state: "cancelled", step: "canary", problem: null, cancelAsked: true });
    expect(document).toMatchObject({ verdict: "cancelled", challenger: loop.challenger });
    await checkKept(loop);
    expect(applicants.repeats).toBe(0);
  });
});
