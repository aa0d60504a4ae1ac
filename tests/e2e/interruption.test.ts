// A story that is killed at seeded moments, and interrupted, then told to its end. Beside the story's own requests this
// test sends some of its own and notes what was acknowledged: all of it must be there afterwards, unchanged.

import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seededRandom } from "../../src/base/index.ts";
import { openKeys } from "../../src/server/index.ts";
import { Workspace } from "../../src/workspace/index.ts";
import { checkout, type Ended, freePort, Ground, hasPython, quiet, type Running } from "./assay-process.ts";

const ROWS = 1_200;
/** On a busy machine; half a minute in all on a quiet one. */
const PATIENCE_MS = 240_000;
const SEED = process.env["ASSAY_TEST_SEED"] ?? "interruptions";
const exampleFolder = join(checkout, "examples/card-lines");

describe.skipIf(!hasPython)(
  `a story cut off (seed "${SEED}"; needs the Python environment)`,
  { timeout: PATIENCE_MS },
  () => {
    const random = seededRandom(SEED);
    const acknowledged = new Map<string, string>();
    let ground: Ground;
    let port: number;

    beforeAll(async () => {
      ground = await Ground.open();
      port = await freePort();
    });

    afterAll(() => ground.close());

    function startStory(): Running {
      const options = ["--once", "--port", String(port)];
      return ground.start(["--state", ground.path("state"), "demo", "card-lines", ...options], {
        env: { ASSAY_DEMO_ROWS: String(ROWS) },
      });
    }

    /** Kills the story's own process, and nothing else, a drawn moment after something has begun. */
    async function killAfter(begun: (story: Running) => Promise<void>, withinMs: number): Promise<void> {
      const story = startStory();
      await begun(story);
      await sleep(random.integer(withinMs));
      story.process.kill("SIGKILL");
      expect((await story.ended).code).toBeNull();
    }

    /** As long as the story lives; the test's own limit is the only other patience. */
    async function until(story: Running, happened: () => Promise<boolean>): Promise<void> {
      let ended: Ended | undefined;
      void story.ended.then((how) => {
        ended = how;
      });
      while (!(await happened())) {
        if (ended !== undefined) throw new Error(`the story ended with ${ended.code}: ${ended.stderr}`);
        await sleep(10);
      }
    }

    const untilEventsAreLogged = (story: Running) =>
      until(story, async () => {
        const files = await readdir(ground.path("state/history/log")).catch(() => []);
        const found = await Promise.all(
          files.map((name) => stat(ground.path("state/history/log", name)).catch(() => null)),
        );
        return found.some((file) => file !== null && file.size > 10_000);
      });

    const untilReady = (story: Running) =>
      until(story, async () => {
        const ready = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
        return ready?.ok === true;
      });

    async function withState<T>(use: (workspace: Workspace) => Promise<T>): Promise<T> {
      const workspace = await Workspace.open(exampleFolder, ground.path("state"));
      try {
        return await use(workspace);
      } finally {
        await workspace.close();
      }
    }

    function newToken(): Promise<string> {
      return withState(async (workspace) => {
        const { token } = await (await openKeys(await workspace.metadata())).createKey("bystander", [
          "decisions:write",
        ]);
        return token;
      });
    }

    /** Asks for people nobody has heard of until the service is gone, noting each acknowledged decision by its key. */
    async function askUntilGone(token: string, name: string): Promise<void> {
      for (let i = 0; ; i++) {
        const key = `${name}-${i}`;
        const answer = await ask(token, key).catch(() => undefined);
        if (answer === undefined) return;
        if (answer.decision !== undefined) acknowledged.set(key, answer.decision.decisionId);
      }
    }

    async function ask(token: string, key: string): Promise<{ decision?: { decisionId: string }; repeated?: boolean }> {
      const reply = await fetch(`http://127.0.0.1:${port}/v1/decisions`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json", "idempotency-key": key },
        body: JSON.stringify({
          request: "lineRequest",
          kind: "lineIncrease",
          parties: [{ role: "applicant", entity: `stranger-${key}` }],
          asked: { increase: "1000.00" },
        }),
      });
      return (await reply.json()) as { decision?: { decisionId: string }; repeated?: boolean };
    }

    it("goes on after a kill during ingest", async () => {
      await killAfter(untilEventsAreLogged, 300);
    });

    it("goes on after a kill during training", async () => {
      await killAfter((story) => story.said("5. Train"), 3_000);
    });

    it("is interrupted by Ctrl-C under load with code 130, and leaves no process behind", async () => {
      const story = startStory();
      await untilReady(story);
      const asking = askUntilGone(await newToken(), "interrupted");
      await sleep(random.integer(300));
      story.process.kill("SIGINT");
      const { code, stderr } = await story.ended;
      expect(stderr).toContain("ASSAY_CLI_INTERRUPTED");
      expect(code).toBe(130);
      await asking;
      expect(await ground.leftBehind()).toEqual([]);
    });

    it("goes on after a kill under load; the service ends with its story", async () => {
      const story = startStory();
      await untilReady(story);
      const asking = askUntilGone(await newToken(), "killed");
      await sleep(random.integer(300));
      story.process.kill("SIGKILL");
      await story.ended;
      await asking;
      expect(acknowledged.size).toBeGreaterThan(0);
    });

    it("comes to its end, and holds every decision that was acknowledged", async () => {
      const story = await startStory().ended;
      expect(story).toMatchObject({ code: 0, stderr: quiet });
      expect(JSON.parse(await readFile(ground.path("state/story.json"), "utf8"))).toMatchObject({
        events: 8 * ROWS,
        parity: { differences: 0 },
        replay: { differences: 0 },
        chain: { breaks: 0 },
        dropped: 0,
      });
      await withState(async (workspace) => {
        const records = await workspace.records();
        for (const [key, id] of acknowledged) {
          // Nobody has heard of them: the policy says what becomes of people without history.
          const decision = {
            parties: [{ entity: `stranger-${key}` }],
            disposition: "refer",
            bundle: expect.any(String),
          };
          expect(await records.decision(id)).toMatchObject({ intact: true, decision });
        }
      });
      expect(await ground.leftBehind()).toEqual([]);
    });
  },
);
