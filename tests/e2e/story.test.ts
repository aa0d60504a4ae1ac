// The whole story of card-lines on its first 1,200 card holders: told, told again, told with a damaged model, told afresh.

import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Story } from "../../src/cli/index.ts";
import { checkout, type Ended, freePort, Ground, hasPython, quiet, type Running } from "./assay-process.ts";

const ROWS = 1_200;
/** On a busy machine; a minute in all on a quiet one. */
const PATIENCE_MS = 240_000;
const env = { ASSAY_DEMO_ROWS: String(ROWS) };
const exampleFolder = join(checkout, "examples/card-lines");

describe.skipIf(!hasPython)("the story of card-lines (needs the Python environment)", { timeout: PATIENCE_MS }, () => {
  let ground: Ground;
  let first: Ended;

  beforeAll(async () => {
    ground = await Ground.open();
    first = await tell("--once");
  }, PATIENCE_MS);

  afterAll(() => ground.close());

  const assay = (...args: string[]) =>
    ground.run(["--workspace", exampleFolder, "--state", ground.path("state"), ...args]);

  async function tell(...options: string[]): Promise<Ended> {
    const port = String(await freePort());
    return await ground.run(["--state", ground.path("state"), "demo", "card-lines", "--port", port, ...options], {
      env,
    });
  }

  async function storyFile(): Promise<Story> {
    return JSON.parse(await readFile(ground.path("state/story.json"), "utf8")) as Story;
  }

  async function inForce(): Promise<string> {
    const { stdout } = await assay("--json", "bundles");
    return (JSON.parse(stdout) as { released: { hash: string } }).released.hash;
  }

  it("ends well and leaves no process behind", async () => {
    expect(first).toMatchObject({ code: 0, stderr: quiet });
    expect(await ground.leftBehind()).toEqual([]);
  });

  it("writes the figures, and every promise holds", async () => {
    const story = await storyFile();
    const { count, approved, counterOffered, referred, declined } = story.decisions;
    expect(Object.keys(story).sort()).toEqual([
      "autoRollback",
      "borrowers",
      "chain",
      "chosen",
      "commit",
      "decisions",
      "drift",
      "dropped",
      "events",
      "fairness",
      "features",
      "learning",
      "machine",
      "models",
      "parity",
      "releaseMs",
      "replay",
      "replayFromHistory",
      "rollbackMs",
      "seconds",
      "seed",
      "setupSeconds",
      "shadow",
    ]);
    expect(story).toMatchObject({ events: 8 * ROWS, borrowers: ROWS, features: 50, dropped: 0 });
    expect(story.parity).toMatchObject({ differences: 0 });
    expect(story.parity.values % 50).toBe(0);
    expect(story.models.map(({ name }) => name).sort()).toEqual(["pd.deep", "pd.scorecard", "pd.shallow", "reference"]);
    expect(story.decisions).toMatchObject({ withoutReason: 0 });
    expect(approved + counterOffered + referred + declined).toBe(count);
    expect(story.replay).toEqual(story.replayFromHistory);
    expect(story.replay).toMatchObject({ count: story.chain.records, differences: 0 });
    expect(story.chain).toMatchObject({ breaks: 0, tamperingFound: true });
    // Too few people to promise what is found; the numbers are of the shape that others read.
    expect(story.drift).toMatchObject({ cleanBatches: 10, drill: { caught: expect.any(Boolean) } });
    expect(["released", "kept"]).toContain(story.learning.verdict);
    expect(story.learning.gates.map(({ name }) => name)).toContain("discrimination");
    expect(story.autoRollback).toMatchObject({ ms: expect.any(Number), dropped: 0 });
    expect(new Set(story.fairness.map(({ attribute }) => attribute))).toEqual(
      new Set(["sex", "maritalStatus", "age", "education"]),
    );
  });

  it("recognises every finished step the second time, with the same hashes", async () => {
    const [before, bundle, datasets] = [
      await storyFile(),
      await inForce(),
      await readdir(ground.path("state/datasets")),
    ];
    const again = await tell("--once");
    expect(again).toMatchObject({ code: 0, stderr: quiet });
    expect(again.stdout).toContain(`Done before: ${(8 * ROWS).toLocaleString("en-US")} events.`);
    const { parity, models, chosen, shadow, decisions, chain, drift, learning, autoRollback } = before;
    const same = { parity, models, chosen, shadow, decisions, chain, drift, learning, autoRollback };
    expect(await storyFile()).toMatchObject(same);
    expect(await inForce()).toBe(bundle);
    expect(await readdir(ground.path("state/datasets"))).toEqual(datasets);
  });

  it("refuses a model file with the wrong hash by name, in replay and in the service", async () => {
    const document = await objectJson(await inForce());
    const model = (document as { models: [{ artefact: { hash: string } }] }).models[0].artefact.hash;
    const file = objectPath(model);
    const bytes = await readFile(file);
    try {
      await writeFile(file, bytes.with(bytes.length >> 1, bytes[bytes.length >> 1]! ^ 1));
      for (const command of [["replay"], ["serve", "--port", String(await freePort())]]) {
        const refused = await assay(...command);
        expect(refused).toMatchObject({ code: 1, stdout: "" });
        expect(refused.stderr).toContain(`ASSAY_STORAGE_WRONG_HASH: object ${model}: `);
      }
    } finally {
      await writeFile(file, bytes);
    }
    expect((await assay("replay")).stdout).toContain(" 0 differ.");
  });

  function objectPath(hash: string): string {
    return ground.path("state/objects", hash.slice(0, 2), hash.slice(2));
  }

  async function objectJson(hash: string): Promise<unknown> {
    return JSON.parse(await readFile(objectPath(hash), "utf8"));
  }

  describe("assay decide", () => {
    const asking = (entity: string, asked: object = { increase: "1000.00" }) => ({
      request: "lineRequest",
      kind: "lineIncrease",
      parties: [{ role: "applicant", entity }],
      asked,
    });
    let service: Running;
    let decide: (name: string, text: string, ...options: string[]) => Promise<Ended>;

    beforeAll(async () => {
      const { stdout } = await assay("--json", "keys", "create", "clerk", "--rights", "decisions:write");
      const { token } = JSON.parse(stdout) as { token: string };
      const port = String(await freePort());
      service = ground.start(["--workspace", exampleFolder, "--state", ground.path("state"), "serve", "--port", port]);
      await service.said("Assay serves card-lines");
      decide = async (name, text, ...options) => {
        await writeFile(ground.path(name), text);
        const args = [...options, "decide", name, "--url", `http://127.0.0.1:${port}`];
        return await ground.run(args, { env: { ASSAY_KEY: token } });
      };
    });

    afterAll(async () => {
      service.process.kill("SIGTERM");
      expect(await service.ended).toMatchObject({ code: 0, stderr: quiet });
    });

    it("prints the decision on one request", async () => {
      const { code, stdout } = await decide("one.json", JSON.stringify(asking("holder-00001"), null, 2));
      expect(code).toBe(0);
      expect(stdout).toMatch(/^decision d-[0-9a-f-]{36} at 2005-10-03T04:00:00\.000001Z\n/);
      expect(stdout).toContain("parties     applicant holder-00001");
      expect(stdout).toContain("asked       increase 1000.00");
    });

    it("answers each line of a file, refusals among them, and the same request with the same decision", async () => {
      const lines = [asking("holder-00002"), asking("nobody"), asking("holder-00003", { increas: "1" })];
      const text = `${lines.map((line) => JSON.stringify(line)).join("\n")}\n{"request": \n`;
      const { code, stdout } = await decide("many.ndjson", text, "--json");
      expect(code).toBe(1);
      const answers = JSON.parse(stdout) as { decision?: { decisionId: string } }[];
      expect(answers).toMatchObject([
        { row: 1, repeated: false, decision: { decidedBy: "policy", asked: { increase: "1000.00" } } },
        {
          row: 2,
          decision: {
            disposition: "refer",
            trace: expect.arrayContaining([expect.objectContaining({ rule: "noHistory", verdict: "decided" })]),
          },
        },
        { row: 3, problem: { code: "ASSAY_DECISIONS_BAD_FIELD", thing: 'field "increas"', nearest: "increase" } },
        { row: 4, problem: { code: "ASSAY_CLI_BAD_REQUEST", thing: "row 4 of many.ndjson" } },
      ]);
      const again = JSON.parse((await decide("again.json", JSON.stringify(lines[0]), "--json")).stdout) as unknown[];
      expect(again).toMatchObject([{ repeated: true, decision: { decisionId: answers[0]!.decision!.decisionId } }]);
    });
  });

  it("starts over with --fresh and comes to the same dataset and the same choice", async () => {
    // The loop's own dataset stands on a snapshot with decisions in it, and those have ids of their own in each run.
    const builtDataset = () => readFile(ground.path("state/seasons/card-lines.json"), "utf8");
    const [before, dataset] = [await storyFile(), await builtDataset()];
    const fresh = await tell("--once", "--fresh");
    expect(fresh).toMatchObject({ code: 0, stderr: quiet });
    expect(fresh.stdout).toContain(`${(8 * ROWS).toLocaleString("en-US")} events accepted, 0 duplicates`);
    const { parity, chosen, shadow, decisions } = before;
    // Which of the two bundles answered whom depends on when the second was released, so only their sum is the same.
    const { count } = decisions;
    expect(await storyFile()).toMatchObject({ parity, chosen, shadow, decisions: { count, withoutReason: 0 } });
    expect(await builtDataset()).toBe(dataset);
    expect(await ground.leftBehind()).toEqual([]);
  });
});
