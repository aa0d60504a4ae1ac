// A worker is killed inside and between the steps of loops, again and again at seeded moments, and another goes on. Each loop
// must come to its verdict once: no step lost or kept twice, one release, the champion in force all the while.

import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SeededRandom, seededRandom } from "../base/index.ts";
import { isDatabaseCut } from "./database-cut.ts";
import { launchEngine } from "./engine.ts";
import { type Ground, openGround, prepareGround } from "./fixtures/loop-ground.ts";
import { cutOff, hasPython } from "./fixtures/small-season.ts";
import { type LoopDocument, type LoopEntry, loopSteps } from "./loop-document.ts";

const SEED = process.env["ASSAY_TEST_SEED"] ?? "a worker killed";
const KILLS = Number(process.env["ASSAY_TEST_KILLS"] ?? 100);
const LANES = 3;
const PATIENCE_MS = 600_000 + KILLS * 5_000;
const script = fileURLToPath(new URL("./fixtures/looping-process.ts", import.meta.url));

type Opened = Awaited<ReturnType<typeof openGround>>;

interface Lane {
  readonly ground: Ground;
  readonly opened: Opened;
  readonly random: SeededRandom;
  readonly loops: LoopEntry[];
  kills: number;
}

/** Works until it is killed, a drawn while after a drawn step has begun, or ends by itself. */
async function workUntilKilled(lane: Lane): Promise<void> {
  const { random, ground } = lane;
  const child = spawn(process.execPath, [script, ground.folder], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once("exit", (_, signal) => resolve(signal)));
  const kill = () => child.kill("SIGKILL");
  let stepsLeft = 1 + random.integer(4);
  const [soonMs, laterMs, anyMs] = [random.integer(40), random.integer(1_500), random.integer(2_500)];
  // Some die while they start, and while the engine finds what was cut off.
  const timer = random.integer(5) === 0 ? setTimeout(kill, anyMs) : undefined;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    for (const step of text.trim().split("\n")) {
      stepsLeft--;
      if (stepsLeft === 0) setTimeout(kill, step === "train" ? laterMs : soonMs);
    }
  });
  if ((await ended) === "SIGKILL") lane.kills++;
  clearTimeout(timer);
}

/** Loops one after another, each from the champion on, until so many workers have died. */
async function loopUntil(lane: Lane, kills: number): Promise<void> {
  const { site } = lane.opened;
  while (lane.kills < kills) {
    await site.registry.release({
      bundle: lane.ground.champion,
      by: "tester",
      note: "the champion again",
      key: `again ${lane.loops.length}`,
    });
    // Every fourth has outcomes of its own, and so a training of its own.
    const labelCutOff = cutOff + (lane.loops.length % 4 === 3 ? lane.loops.length : 0) * 1_000_000;
    const trigger = { kind: "hand", why: "to be killed", by: "tester" } as const;
    const { id } = await site.book.ask({ bundleName: "lines", trigger, labelCutOff });
    while ((await site.book.openLoops()).length > 0) {
      await workUntilKilled(lane);
      const inForce = (await site.registry.released())?.hash;
      expect([lane.ground.champion, (await site.book.loop(id))?.challenger]).toContain(inForce);
    }
    lane.loops.push((await site.book.loop(id))!);
  }
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

    beforeAll(async () => {
      for (let i = 0; i < LANES; i++) {
        const ground = await prepareGround();
        const random = seededRandom(`${SEED}/${i}`);
        lanes.push({ ground, opened: await openGround(ground.folder), random, loops: [], kills: 0 });
      }
    });

    afterAll(async () => {
      for (const { ground, opened } of lanes) {
        await opened.close();
        await ground.close();
      }
    });

    it(`brings every loop to its verdict once, over ${KILLS} kills (again: ASSAY_TEST_SEED="${SEED}")`, async () => {
      await Promise.all(lanes.map((lane) => loopUntil(lane, Math.ceil(KILLS / LANES))));
      for (const lane of lanes) {
        expect(lane.kills).toBeGreaterThanOrEqual(Math.ceil(KILLS / LANES));
        await checkLane(lane);
      }
    });

    async function checkLane({ opened: { site, metadata }, ground, loops }: Lane): Promise<void> {
      const releases = await site.registry.releases();
      const engine = await launchEngine(metadata, {}, isDatabaseCut);
      const made = new Map<string, string>();
      for (const loop of loops) {
        expect(loop).toMatchObject({ state: "released", problem: null, cancelAsked: false });
        const document = (await site.registry.document(loop.evidence!)) as unknown as LoopDocument;
        expect(document).toMatchObject({ verdict: loop.state, id: loop.id, challenger: loop.challenger });
        expect(document.steps.map(({ step }) => step)).toEqual(loopSteps);
        expect((await engine.steps(loop.id)).map(({ name }) => name)).toEqual([...loopSteps, "evidence"]);
        expect(await engine.state(loop.id)).toEqual({ ended: true, failure: null });
        expect(releases.filter(({ note }) => note.includes(loop.id)).map(({ kind }) => kind)).toEqual(["release"]);
        // The same outcomes lead to the same dataset, runs and bundle, however often the steps were cut off.
        const hashes = JSON.stringify(document.steps.slice(0, 4).map((step) => step.made));
        expect(made.get(document.labelCutOff) ?? hashes).toBe(hashes);
        made.set(document.labelCutOff, hashes);
      }
      await engine.close();
      for (let waitedMs = 0; orphans(ground.folder).length > 0 && waitedMs < 20_000; waitedMs += 200) await sleep(200);
      expect(orphans(ground.folder)).toEqual([]);
    }
  },
);
