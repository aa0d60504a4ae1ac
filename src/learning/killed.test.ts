// A worker is killed inside and between the steps of loops, again and again at seeded moments, and another goes on, while a real
// service decides about live applicants. Each loop must come to its verdict once: no step lost or kept twice, one release and one
// roll-back at most, the champion or the challenger in force all the while, nobody's request dropped.

import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Applicants } from "../../tests/loop/applicants.ts";
import { openServing, type Serving } from "../../tests/loop/serving.ts";
import { isAssayError, type SeededRandom, seededRandom } from "../base/index.ts";
import type { Book } from "./book.ts";
import { isDatabaseCut } from "./database-cut.ts";
import type { LearningDeclaration } from "./declaration.ts";
import { type Engine, launchEngine } from "./engine.ts";
import { copyGround, declaration, type Ground, live, openGround, prepareGround } from "./fixtures/loop-ground.ts";
import { aim, type Mortal, mortal, workMortally } from "./fixtures/mortal-worker.ts";
import { cutOff, hasPython } from "./fixtures/small-season.ts";
import { type LoopDocument, type LoopEntry, type LoopVerdict, loopSteps } from "./loop-document.ts";
import { LEARN, learnWorkflow } from "./loop-workflow.ts";

const SEED = process.env["ASSAY_TEST_SEED"] ?? "a worker killed";
const KILLS = Number(process.env["ASSAY_TEST_KILLS"] ?? 100);
const LANES = 3;
/** One loop in so many has outcomes of its own, and so a training of its own. */
const FRESH_EVERY = 5;
const PATIENCE_MS = 600_000 + KILLS * 5_000;
const FOLLOWED = { timeout: 20_000, interval: 50 };
const PAUSE_MS = 100;

const HOLDS = [{ guardrail: "approvalRate", most: 1 }] as const;
/** No two bundles are so alike that it holds. */
const BROKEN = [{ guardrail: "approvalRate", most: -1 }] as const;
const canary = { share: 0.5, decisions: 6 };
/** So few decisions that a loop is cheap, and so many that each stage waits. */
const waiting = { ...declaration, shadow: { decisions: 4 }, bake: { decisions: 6 }, patienceMinutes: 5 };

type Ending = Exclude<LoopVerdict, "failed">;

/** What loops are heading for, in turn. */
const turns: readonly Ending[] = ["released", "released", "rolledBack", "released", "kept", "cancelled", "released"];
const declared: { readonly [E in Ending]: LearningDeclaration } = {
  released: { ...waiting, canary, guardrails: HOLDS },
  cancelled: { ...waiting, canary, guardrails: HOLDS },
  kept: { ...waiting, canary, guardrails: BROKEN },
  // Without a canary nothing looks before the bake does.
  rolledBack: { ...waiting, guardrails: BROKEN },
};
/** In the history of releases. */
const moves: { readonly [E in Ending]: readonly string[] } = {
  released: ["release"],
  rolledBack: ["release", "rollback"],
  kept: [],
  cancelled: [],
};

interface Lane {
  readonly place: number;
  readonly ground: Ground;
  readonly opened: Awaited<ReturnType<typeof openGround>>;
  readonly serving: Serving;
  readonly applicants: Applicants;
  readonly fromKept: number;
  readonly random: SeededRandom;
  readonly loops: { readonly heading: Ending; readonly loop: LoopEntry }[];
  readonly kills: Map<Mortal, number>;
}

const sumOf = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((sum, count) => sum + count, 0);

async function ask(book: Pick<Book, "ask">, labelCutOff: number): Promise<string> {
  const trigger = { kind: "hand", why: "to be killed", by: "tester" } as const;
  return (await book.ask({ bundleName: "lines", trigger, labelCutOff })).id;
}

/** One loop from the champion on, through as many workers as it takes. */
async function walkLoop(lane: Lane, compiled: string): Promise<void> {
  const { ground, opened, loops, kills, random } = lane;
  const { registry, book } = opened.site;
  const turn = loops.length * LANES + lane.place;
  await registry.release({ bundle: ground.champion, by: "assay work", note: "again", key: `again ${turn}` });
  const heading = turns[turn % turns.length]!;
  const isFresh = turn % FRESH_EVERY === FRESH_EVERY - 1;
  const id = await ask(book, cutOff + (isFresh ? turn : 0) * 1_000_000);
  let untilCancelled = heading === "cancelled" ? 1 + random.integer(5) : Number.POSITIVE_INFINITY;
  for (;;) {
    const loop = (await book.loop(id))!;
    expect([ground.champion, loop.challenger]).toContain((await registry.released())?.hash);
    if (loop.endedAt !== null) break;
    const kill = aim(loop, { random, kills, isFresh });
    const worked = workMortally(ground.folder, { declaration: declared[heading], kill }, compiled);
    if (--untilCancelled === 0) await cancelLater(book, id, random.integer(2_500));
    const died = await worked;
    if (died !== undefined) kills.set(died, (kills.get(died) ?? 0) + 1);
  }
  expect(await registry.rollout()).toBeNull();
  loops.push({ heading, loop: (await book.loop(id))! });
}

async function cancelLater(book: Pick<Book, "cancel">, id: string, afterMillis: number): Promise<void> {
  await sleep(afterMillis);
  await book.cancel(id, "tester").catch((error: unknown) => {
    if (!isAssayError(error) || error.code !== "ASSAY_LEARNING_LOOP_ENDED") throw error;
  });
}

/** Trainers and workers on the ground that are still there. */
function orphans(folder: string): string[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
      return command.includes(folder) && /assay_trainer|looping-process/.test(command) ? [command] : [];
    } catch {
      return [];
    }
  });
}

describe.skipIf(!hasPython)(
  `workers killed (seed "${SEED}"; needs the Python environment)`,
  { timeout: PATIENCE_MS },
  () => {
    const lanes: Lane[] = [];
    let compiled: string;

    beforeAll(async () => {
      compiled = await mkdtemp(join(tmpdir(), "assay-compiled-"));
      const first = await learntGround();
      for (let i = 0; i < LANES; i++) lanes.push(await openLane(await copyGround(first), i));
      await first.close();
    }, PATIENCE_MS);

    afterAll(async () => {
      for (const { ground, opened, serving, applicants } of lanes) {
        await applicants.stop();
        await serving.close();
        await opened.close();
        await ground.close();
      }
      await rm(compiled, { recursive: true });
    });

    /** Ground on which a loop was worked to its end, so that what was fitted is found, and that nobody is on. */
    async function learntGround(): Promise<Ground> {
      const ground = await prepareGround();
      const { site, close } = await openGround(ground.folder);
      await ask(site.book, cutOff);
      await workMortally(ground.folder, {}, compiled);
      await close();
      await ground.leave();
      return ground;
    }

    async function openLane(ground: Ground, place: number): Promise<Lane> {
      const opened = await openGround(ground.folder);
      const serving = await openServing({ ...live, folder: ground.folder });
      const fromKept = await serving.parts.records.keptHead();
      const applicants = new Applicants(serving, live.people, PAUSE_MS);
      const random = seededRandom(`${SEED}/${place}`);
      return { place, ground, opened, serving, applicants, fromKept, random, loops: [], kills: new Map() };
    }

    it(`brings every loop to its verdict once, over ${KILLS} kills (again: ASSAY_TEST_SEED="${SEED}")`, async () => {
      await Promise.all(
        lanes.map(async (lane) => {
          while (sumOf(lane.kills) < KILLS / LANES) await walkLoop(lane, compiled);
        }),
      );
      for (const lane of lanes) {
        await checkLoops(lane);
        await checkAnswers(lane);
        await expect.poll(() => orphans(lane.ground.folder), FOLLOWED).toEqual([]);
      }
    });

    it("was killed in every step, and came to every kind of end", () => {
      const counts = mortal.map(
        (one) => [one, lanes.reduce((sum, { kills }) => sum + (kills.get(one) ?? 0), 0)] as const,
      );
      expect(sumOf(new Map(counts))).toBeGreaterThanOrEqual(KILLS);
      // A few kills cannot reach every step.
      const missed = KILLS < 100 ? [] : counts.filter(([, count]) => count === 0);
      expect(missed, JSON.stringify(counts)).toEqual([]);
      const ended = lanes.flatMap(({ loops }) => loops.map(({ loop }) => loop.state));
      if (KILLS >= 100) expect(ended).toEqual(expect.arrayContaining(["released", "kept", "rolledBack"]));
    });

    async function checkLoops({ opened: { site, metadata }, loops }: Lane): Promise<void> {
      // A worker may have died when all was done but for the engine's own note of it: that is made up for here.
      const workflow = learnWorkflow({ ...site, stopping: new AbortController().signal });
      const engine = await launchEngine(metadata, { [LEARN]: workflow }, isDatabaseCut);
      const made = new Map<string, string>();
      for (const { heading, loop } of loops) {
        expect(loop.problem).toBeNull();
        // Whoever cancels may come too late.
        expect(heading === "cancelled" ? [heading, "released"] : [heading]).toContain(loop.state);
        const document = (await site.registry.document(loop.evidence!)) as unknown as LoopDocument;
        expect(document).toMatchObject({ verdict: loop.state, id: loop.id });
        await checkSteps(engine, loop, document);
        if (document.challenger === null) continue;
        // The same outcomes lead to the same dataset, runs and bundle, however often the steps were cut off.
        const hashes = JSON.stringify(document.steps.slice(0, 4).map((step) => ({ ...step.made, keptHead: 0 })));
        expect(made.get(document.labelCutOff) ?? hashes).toBe(hashes);
        made.set(document.labelCutOff, hashes);
      }
      await engine.close();
      await checkReleases(site, loops);
    }

    /** Each step is recorded once, in order, and in the evidence as in the engine. */
    async function checkSteps(engine: Engine, { id, state }: LoopEntry, { steps }: LoopDocument): Promise<void> {
      const names = steps.map(({ step }) => step);
      expect(names).toEqual(loopSteps.slice(0, names.length));
      if (state !== "cancelled") expect(names.at(-1)).toBe(state === "kept" ? "canary" : "bake");
      await expect.poll(() => engine.state(id), FOLLOWED).toEqual({ ended: true, failure: null });
      expect((await engine.steps(id)).map(({ name }) => name)).toEqual([...names, "evidence"]);
    }

    async function checkReleases({ registry }: Lane["opened"]["site"], loops: Lane["loops"]): Promise<void> {
      const releases = await registry.releases();
      for (const { loop } of loops) {
        const kinds = releases.filter(({ note }) => note.includes(loop.id)).map(({ kind }) => kind);
        const ending = loop.state as Ending;
        // One that was cancelled after its release is undone.
        const expected = ending === "cancelled" && kinds.length > 0 ? moves.rolledBack : moves[ending];
        expect(kinds).toEqual(expected);
      }
    }

    /** Everybody was answered when they first asked, and what was answered is what was kept. */
    async function checkAnswers({ applicants, serving, ground, loops, fromKept }: Lane): Promise<void> {
      const answers = new Map((await applicants.stop()).map(({ decisionId, bundle }) => [decisionId, bundle]));
      const served = new Map<string, number>();
      for await (const { decision, envelope } of serving.parts.records.served({ fromKept })) {
        expect(answers.get(decision.decisionId)).toBe(decision.bundle);
        const who = `${decision.bundle} ${envelope.arm}`;
        served.set(who, (served.get(who) ?? 0) + 1);
      }
      expect(sumOf(served)).toBe(answers.size);
      expect(applicants.repeats).toBe(0);
      const [champion, challengers] = [ground.champion, loops.map(({ loop }) => loop.challenger)];
      const may = [`${champion} champion`, `${champion} control`];
      for (const challenger of challengers) may.push(`${challenger} champion`, `${challenger} canary`);
      for (const who of served.keys()) expect(may).toContain(who);
    }
  },
);
