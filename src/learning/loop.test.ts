// Whole loops on the small season: real Postgres, real XGBoost, the real engine, and decisions by a real decision service.

import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { formatInstant, hashText } from "../base/index.ts";
import { openBook } from "./book.ts";
import type { LearningDeclaration } from "./declaration.ts";
import {
  declaration,
  type Ground,
  type GroundOptions,
  openDeciding,
  openGround,
  prepareGround,
} from "./fixtures/loop-ground.ts";
import { cutOff, hasPython, spine } from "./fixtures/small-season.ts";
import { type Fault, faultyPython } from "./fixtures/tampering-trainer.ts";
import { type LoopDocument, type LoopEntry, loopSteps } from "./loop-document.ts";
import { runWorker, type WorkerSite } from "./worker.ts";

type Opened = Awaited<ReturnType<typeof openGround>>;

describe.skipIf(!hasPython)("a loop (needs the Python environment)", () => {
  let ground: Ground;
  let opened: Opened;
  let asks = 0;

  beforeAll(async () => {
    ground = await prepareGround();
    opened = await openGround(ground.folder);
  });
  afterAll(async () => {
    await opened.close();
    await ground.close();
  });
  beforeEach(() => releaseChampion());

  async function releaseChampion(): Promise<void> {
    const { registry } = opened.site;
    await registry.release({ bundle: ground.champion, by: "assay work", note: "reset", key: randomUUID() });
  }

  /** Another second of outcomes makes another dataset, and so another training. */
  async function ask({ site }: Opened, { fresh = false } = {}): Promise<LoopEntry> {
    asks++;
    const trigger = { kind: "hand", why: "a test asks", by: "tester" } as const;
    return await site.book.ask({ bundleName: "lines", trigger, labelCutOff: cutOff + (fresh ? asks * 1_000_000 : 0) });
  }

  async function work(
    { site }: Opened,
    id: string,
    during?: (stop: AbortController) => Promise<void>,
  ): Promise<LoopEntry> {
    const stop = new AbortController();
    const done = runWorker(site, stop.signal, async () => (await site.book.openLoops()).length === 0);
    await Promise.all([done, during?.(stop)]);
    return (await site.book.loop(id))!;
  }

  async function onGround<T>(options: GroundOptions, use: (opened: Opened) => Promise<T>): Promise<T> {
    const other = await openGround(ground.folder, options);
    try {
      return await use(other);
    } finally {
      await other.close();
    }
  }

  async function until(
    { book }: Pick<WorkerSite, "book">,
    id: string,
    isSo: (loop: LoopEntry) => boolean,
  ): Promise<LoopEntry> {
    for (;;) {
      const loop = (await book.loop(id).catch(() => undefined)) ?? null;
      if (loop !== null && isSo(loop)) return loop;
      await sleep(10);
    }
  }

  const evidenceOf = async ({ evidence }: LoopEntry) =>
    (await opened.site.registry.document(evidence!)) as unknown as LoopDocument;
  const inForce = async () => (await opened.site.registry.released())!.hash;

  it("releases a better challenger, and leaves evidence that names every step and number", async () => {
    const { id } = await ask(opened);
    const loop = await work(opened, id);
    expect(loop).toMatchObject({ state: "released", problem: null, champion: ground.champion });
    expect(await inForce()).toBe(loop.challenger);
    const document = await evidenceOf(loop);
    expect(document.steps.map(({ step }) => step)).toEqual(loopSteps);
    expect(document).toMatchObject({ verdict: "released", seed: "loop", approval: { basis: "envelope" } });
    expect(document.steps[1]!.made).toMatchObject({ rows: 600, decisionsAdded: 400 });
    expect(document.gates[0]).toMatchObject({ name: "discrimination", verdict: "pass" });
    const parents = await opened.site.registry.parents(loop.evidence!);
    expect(parents.map(({ role }) => role)).toEqual(["challenger", "champion", "dataset"]);
  });

  it("keeps a champion that learnt from the same already", async () => {
    const { id } = await ask(opened);
    const challenger = (await work(opened, id)).challenger!;
    const again = await ask(opened);
    const loop = await work(opened, again.id);
    expect(loop).toMatchObject({ state: "kept", champion: challenger, challenger: null });
    expect(loop.why).toContain("nothing new");
    expect(await inForce()).toBe(challenger);
  });

  it("refuses a challenger that was fitted on reversed outcomes", async () => {
    const python = await faultyPython(ground.folder, "flipped");
    const loop = await onGround(
      { python },
      async (flipped) => await work(flipped, (await ask(flipped, { fresh: true })).id),
    );
    expect(loop.state).toBe("kept");
    expect(loop.why).toContain("a gate failed: discrimination");
    expect((await evidenceOf(loop)).gates[0]!.verdict).toBe("fail");
    expect(await inForce()).toBe(ground.champion);
  });

  it.each<[Fault, string]>([
    ["crash", "ASSAY_TRAINING_CRASHED"],
    ["hang", "ASSAY_LEARNING_STEP_TOO_LONG"],
    ["features", "ASSAY_TRAINING_ARTEFACT_COLUMNS"],
    ["nan", "ASSAY_TRAINING_ARTEFACT_NOT_FINITE"],
  ])("ends by name where the trainer goes wrong: %s", async (fault, code) => {
    const python = await faultyPython(ground.folder, fault);
    const options = { python, ...(fault === "hang" ? { stepMinutes: 0.15 } : {}) };
    const loop = await onGround(options, async (faulty) => await work(faulty, (await ask(faulty, { fresh: true })).id));
    expect(loop).toMatchObject({ state: "failed", step: "train", problem: { code } });
    expect(await evidenceOf(loop)).toMatchObject({ verdict: "failed", problem: { code } });
    expect(await inForce()).toBe(ground.champion);
  });

  it("is cancelled inside a training, which is stopped", async () => {
    const python = await faultyPython(ground.folder, "hang");
    const loop = await onGround({ python }, async (hanging) => {
      const { id } = await ask(hanging, { fresh: true });
      return await work(hanging, id, async () => {
        await until(hanging.site, id, ({ step }) => step === "train");
        await hanging.site.book.cancel(id, "tester");
      });
    });
    expect(loop).toMatchObject({ state: "cancelled", step: "train", problem: null });
    expect(await evidenceOf(loop)).toMatchObject({ verdict: "cancelled", challenger: null });
    expect(await inForce()).toBe(ground.champion);
  });

  it("waits for a person where one is asked for, and takes a yes, a no and silence for what they are", async () => {
    const declared: LearningDeclaration = { ...declaration, approval: "person", patienceMinutes: 0.5 };
    const answered = async (verdict: "approve" | "refuse") =>
      await onGround({ declaration: declared }, async (asking) => {
        const { id } = await ask(asking);
        return await work(asking, id, async () => {
          await until(asking.site, id, ({ state }) => state === "paused");
          await asking.site.book.answer(id, { verdict, person: "ann", note: "I looked" });
        });
      });
    const refused = await answered("refuse");
    expect(refused).toMatchObject({ state: "kept", why: "ann refused it: I looked" });
    expect(await inForce()).toBe(ground.champion);
    const approved = await answered("approve");
    expect(approved.state).toBe("released");
    expect((await evidenceOf(approved)).approval).toMatchObject({ basis: "person", person: "ann" });
    await releaseChampion();
    const silent = await onGround({ declaration: { ...declared, patienceMinutes: 0.005 } }, async (asking) => {
      return await work(asking, (await ask(asking)).id);
    });
    expect(silent).toMatchObject({ state: "kept" });
    expect(silent.why).toContain("nobody answered");
  });

  it("keeps the champion where live decisions are declared and no service is alive", async () => {
    const declared = { ...declaration, shadow: { decisions: 10 } };
    const loop = await onGround({ declaration: declared }, async (lone) => await work(lone, (await ask(lone)).id));
    expect(loop).toMatchObject({ state: "kept", why: expect.stringContaining("no service is alive") });
  });

  describe("between approval and release", () => {
    const asked: LearningDeclaration = { ...declaration, approval: "person", patienceMinutes: 0.5 };

    /** Something happens while a person is asked, who then says yes. */
    async function meanwhile(happens: (asking: Opened, loop: LoopEntry) => Promise<unknown>): Promise<LoopEntry> {
      return await onGround({ declaration: asked }, async (asking) => {
        const { id } = await ask(asking);
        return await work(asking, id, async () => {
          await happens(asking, await until(asking.site, id, ({ state }) => state === "paused"));
          await asking.site.book.answer(id, { verdict: "approve", person: "ann", note: "" });
        });
      });
    }

    it("ends where learning was stopped, and no other begins until it may go on", async () => {
      const { book } = opened.site;
      const loop = await meanwhile(() => book.halt({ person: "bob", note: "an audit" }));
      expect(loop).toMatchObject({ state: "cancelled", problem: null });
      expect(await inForce()).toBe(ground.champion);
      await expect(ask(opened)).rejects.toMatchObject({ problem: { code: "ASSAY_LEARNING_HALTED" } });
      await book.resume();
    });

    it("keeps the champion where a freeze began", async () => {
      const loop = await meanwhile(async ({ site }) => {
        // The clock that decisions are made by moves into it.
        const { metadata } = opened;
        const freezes = [{ from: formatInstant(0), to: formatInstant(cutOff * 2), why: "the end of the year" }];
        const frozen = await openBook(metadata, {
          declaration: { ...asked, freezes },
          clock: site.clock,
          champion: async () => null,
        });
        Object.assign(site.book, { checkOpen: frozen.checkOpen });
      });
      expect(loop).toMatchObject({ state: "kept", why: expect.stringContaining("ASSAY_LEARNING_FROZEN") });
      expect(await inForce()).toBe(ground.champion);
    });

    it("leaves what somebody else released", async () => {
      const { registry } = opened.site;
      let third = "";
      const loop = await meanwhile(async (_, { challenger }) => {
        third = await registry.saveBundle({ ...(await registry.bundle(challenger!)), owner: "somebody else" });
        await registry.release({ bundle: third, by: "assay work", note: "by another", key: randomUUID() });
      });
      expect(loop).toMatchObject({ state: "kept", why: "somebody released or rolled back meanwhile" });
      expect(await inForce()).toBe(third);
    });
  });

  it("ends by name where no outcome is known by its cut-off", async () => {
    const trigger = { kind: "hand", why: "too early", by: "tester" } as const;
    const { id } = await opened.site.book.ask({ bundleName: "lines", trigger, labelCutOff: spine()[0]!.t });
    const loop = await work(opened, id);
    expect(loop).toMatchObject({ state: "failed", step: "dataset", problem: { code: "ASSAY_DATASETS_NO_LABELS" } });
    expect(await inForce()).toBe(ground.champion);
  });

  it("ends by name where everybody went bad", async () => {
    const { plan } = opened.site;
    const { node } = plan.label;
    if (node.observed.kind !== "by") throw new Error("the season's label is observed by an event");
    const allBad = { node: { ...node, bad: node.observed.value }, meaningHash: hashText("everybody went bad") };
    const site = { ...opened.site, plan: { ...plan, label: allBad } };
    const loop = await work({ ...opened, site }, (await ask(opened)).id);
    expect(loop).toMatchObject({ state: "failed", step: "train", problem: { code: "ASSAY_TRAINING_ONE_CLASS" } });
    expect(await inForce()).toBe(ground.champion);
  });

  it("ends by name where nothing more can be written, and the next loop has its turn", async () => {
    const script = fileURLToPath(new URL("./fixtures/looping-process.ts", import.meta.url));
    const { id } = await ask(opened, { fresh: true });
    // No file may grow above eight blocks of 1,024 bytes: what a full disk does to whoever writes.
    const limited = `trap '' XFSZ; ulimit -f 8; exec "${process.execPath}" "${script}" "${ground.folder}"`;
    const child = spawn("bash", ["-c", limited], { stdio: ["ignore", "ignore", "inherit"] });
    await once(child, "exit");
    const loop = (await opened.site.book.loop(id))!;
    expect(loop).toMatchObject({ state: "failed", step: "dataset" });
    expect(loop.problem!.code).toMatch(/^ASSAY_/);
    expect(await inForce()).toBe(ground.champion);
    expect((await work(opened, (await ask(opened)).id)).state).toBe("released");
  });

  it("goes on where a worker was told to end", async () => {
    const script = fileURLToPath(new URL("./fixtures/looping-process.ts", import.meta.url));
    const { id } = await ask(opened, { fresh: true });
    const child = spawn(process.execPath, [script, ground.folder], { stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      if (text.includes("train")) child.kill("SIGTERM");
    });
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(await opened.site.book.loop(id)).toMatchObject({ state: "running", step: "train" });
    const loop = await work(opened, id);
    expect(loop.state).toBe("released");
  });

  it("lets no second worker in", async () => {
    const { id } = await ask(opened);
    await work(opened, id, async () => {
      await until(opened.site, id, ({ state }) => state === "running");
      await onGround({ declaration: { ...declaration, approval: "person" } }, async () => {});
    });
    const stop = new AbortController();
    const first = runWorker(opened.site, stop.signal);
    await sleep(1_000);
    await onGround({}, async ({ site }) => {
      await expect(runWorker(site, stop.signal)).rejects.toMatchObject({ code: "ASSAY_LEARNING_WORKER_ELSEWHERE" });
    });
    stop.abort();
    await first;
  });

  it("outlives the database cutting every connection, again and again", async () => {
    const client = new pg.Client({ connectionString: opened.metadata.connectionString });
    await client.connect();
    const { id } = await ask(opened, { fresh: true });
    let cuts = 0;
    const loop = await work(opened, id, async () => {
      await until(opened.site, id, ({ state }) => state === "running");
      for (let i = 0; i < 12; i++) {
        await sleep(250);
        const cut = await client.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and usename = 'assay'",
        );
        cuts += cut.rowCount ?? 0;
      }
    });
    await client.end();
    expect(cuts).toBeGreaterThan(12);
    expect(loop).toMatchObject({ state: "released", problem: null });
    const releases = (await opened.site.registry.releases()).filter(({ note }) => note.includes(id));
    expect(releases.map(({ kind }) => kind)).toEqual(["release"]);
  });

  describe("with live decisions", () => {
    const baking: LearningDeclaration = { ...declaration, bake: { decisions: 40 }, patienceMinutes: 0.5 };
    let people: { readonly alike: string[]; readonly declined: string[] };

    beforeAll(async () => {
      const entities: { readonly entity: string; readonly disposition: string }[] = [];
      for await (const { decision } of opened.site.records.served({ bundle: ground.champion })) {
        entities.push({ entity: decision.parties[0]!.entity, disposition: decision.disposition });
      }
      const declined = entities.filter(({ disposition }) => disposition === "decline").map(({ entity }) => entity);
      people = { alike: entities.slice(-60).map(({ entity }) => entity), declined: declined.slice(0, 60) };
    });

    /** Decides about people by whatever is put in force. */
    async function decideBy(id: string, who: readonly string[]): Promise<void> {
      const deciding = await openDeciding(ground.folder, ground.champion);
      try {
        const { challenger } = await until(opened.site, id, ({ step }) => step === "bake");
        await deciding.use(challenger!);
        await deciding.decide(who);
      } finally {
        await deciding.close();
      }
    }

    it("stays released where the guardrails hold while it bakes", async () => {
      const loop = await onGround({ declaration: baking }, async (live) => {
        const { id } = await ask(live);
        return await work(live, id, () => decideBy(id, people.alike));
      });
      expect(loop).toMatchObject({ state: "released", problem: null });
      const { looks } = await evidenceOf(loop);
      expect(looks.at(-1)).toMatchObject({ stage: "bake", results: [{ name: "approvalRate", verdict: "holds" }] });
    });

    it("brings the champion back where a guardrail breaks while it bakes", async () => {
      const loop = await onGround({ declaration: baking }, async (live) => {
        const { id } = await ask(live, { fresh: true });
        return await work(live, id, () => decideBy(id, people.declined));
      });
      expect(loop.state).toBe("rolledBack");
      expect(loop.why).toContain("a guardrail broke: approvalRate");
      expect(await inForce()).toBe(ground.champion);
      const document = await evidenceOf(loop);
      expect(document.steps.at(-1)!.made["rolledBackWithinMillis"]).toBeGreaterThan(0);
    });

    it("brings the champion back where too few decisions came", async () => {
      const impatient = { ...baking, patienceMinutes: 0.005 };
      const loop = await onGround({ declaration: impatient }, async (lone) => await work(lone, (await ask(lone)).id));
      expect(loop).toMatchObject({ state: "rolledBack", why: expect.stringContaining("the bake is incomplete") });
      expect(await inForce()).toBe(ground.champion);
    });

    it("rolls back a release that a person made, and says when", async () => {
      const bundles = await opened.site.registry.bundles();
      const by = bundles.find(({ hash }) => hash !== ground.champion)!.hash;
      const watched = await onGround({ declaration: baking }, async ({ site }) => {
        await site.registry.release({ bundle: by, by: "ann", note: "by hand", key: "by hand" });
        const { position } = (await site.registry.releases()).at(-1)!;
        const stop = new AbortController();
        const done = runWorker(site, stop.signal);
        const deciding = await openDeciding(ground.folder, by);
        while ((await site.bakes.bake(position)) === undefined) await sleep(20);
        await sleep(200);
        await deciding.decide(people.declined);
        while ((await site.bakes.bake(position))!.state === "watching") await sleep(20);
        await deciding.close();
        stop.abort();
        await done;
        return (await site.bakes.bake(position))!;
      });
      expect(watched).toMatchObject({ state: "rolledBack", bundle: by, previous: ground.champion });
      expect(watched.rolledBackAt).toBeGreaterThanOrEqual(watched.breachAt!);
      expect(await inForce()).toBe(ground.champion);
    });
  });
});
