import { existsSync } from "node:fs";
import { chmod, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hashText, isAssayError, type ProgressEvent } from "../base/index.ts";
import { auc } from "../evaluate/index.ts";
import { directoryObjects, type ObjectStore } from "../storage/index.ts";
import {
  controlOf,
  discriminationGate,
  marginsOf,
  readModelRows,
  runTraining,
  type TrainedModel,
  type TrainingSite,
} from "./index.ts";
import { takeIn } from "./intake.ts";
import { readResult, type WorkerResult } from "./result.ts";
import { portfolioRun, smallForest, smallScorecard, writePortfolio } from "./small-portfolio.ts";
import type { RunDataset } from "./specification.ts";
import { runWorker } from "./worker.ts";

const python = fileURLToPath(new URL("../../.venv/bin/python", import.meta.url));
const describeWithPython = existsSync(python) ? describe : describe.skip;

let folder: string;
let files: string[];
let dataset: RunDataset;
let objects: ObjectStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-training-"));
  ({ files, dataset } = await writePortfolio(folder));
  objects = directoryObjects(join(folder, "objects"));
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

const cardRun = () => portfolioRun(dataset, smallScorecard);
const forestRun = () => portfolioRun(dataset, smallForest);

function site(changes: Partial<TrainingSite> = {}): TrainingSite {
  const quiet = { progress: () => {}, signal: new AbortController().signal };
  return { python, folder: join(folder, "runs"), objects, files, threads: 1, ...quiet, ...changes };
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return await promise.then(
    () => "no error",
    (error: unknown) => (isAssayError(error) ? error.code : String(error)),
  );
}

/** An interpreter that fails in a way of its own. */
async function failing(name: string, body: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${body}`);
  await chmod(path, 0o755);
  return path;
}

describeWithPython("training with the real worker (skipped where there is no .venv/bin/python)", () => {
  const events: ProgressEvent[] = [];
  let card: TrainedModel;
  let out: string;

  beforeAll(async () => {
    card = await runTraining(cardRun(), site({ progress: (event) => events.push(event) }));
    out = join(folder, "runs", card.run, "out");
  });

  test("a scorecard: fitted, checked against scikit-learn, kept", async () => {
    expect(card).toMatchObject({ resumed: false, columns: cardRun().columns, rows: 1_800, agreement: { rows: 600 } });
    expect(card.agreement.greatestDifference).toBeLessThan(1e-12);
    const kept = JSON.parse(new TextDecoder().decode(await objects.get(card.artefact.hash))) as { format: string };
    expect(kept.format).toBe("assay.scorecard");
    expect(new Set(events.map((event) => event.stage))).toEqual(new Set(["read", "bin", "fit", "write"]));
  });

  test("a finished run is found again, without a worker", async () => {
    const again = await runTraining(cardRun(), site({ python: join(folder, "no-python") }));
    expect(again).toMatchObject({ run: card.run, artefact: card.artefact, resumed: true });
  });

  test("a forest: our margins are the library's, bit for bit, and rank unseen rows", async () => {
    const model = await runTraining(forestRun(), site());
    expect(model).toMatchObject({ agreement: { rows: 600, greatestDifference: 0 }, notes: { trees: 40 } });
    const rows = await readModelRows(files, model.columns, { split: "test", kinds: true });
    const { value, low } = auc(marginsOf(model.scorer, rows), rows.labels);
    expect(value).toBeGreaterThan(0.65);
    expect(discriminationGate({ auc: value, low })).toMatchObject({ verdict: "pass" });
  });

  test("the yardstick is fitted too", async () => {
    const model = await runTraining(portfolioRun(dataset, { kind: "xgboost-plain" }), site());
    expect(model).toMatchObject({ artefact: { format: "xgboost-json" }, agreement: { greatestDifference: 0 } });
  });

  test("the label-flipped control is refused: it ranks the wrong way round", async () => {
    const { scorer, columns } = await runTraining(controlOf(forestRun()), site());
    const rows = await readModelRows(files, columns, { split: "validation", kinds: false });
    const { value, low } = auc(marginsOf(scorer, rows), rows.labels);
    const { verdict, sentence } = discriminationGate({ auc: value, low });
    expect(verdict).toBe("fail");
    expect(sentence).toContain("the wrong way round");
  });

  test("what the worker refuses arrives as it was said", async () => {
    const absent = { ...forestRun(), columns: ["applicant.age"], monotone: {} };
    await expect(runTraining(absent, site())).rejects.toThrow(
      /ASSAY_TRAINING_COLUMN_ABSENT: column "applicant\.age" of part-0\.parquet/,
    );
  });

  test("cancelling stops the worker and leaves no result", async () => {
    const stop = new AbortController();
    const progress = (event: ProgressEvent) => event.stage === "fit" && stop.abort();
    const runs = join(folder, "cancelled");
    const endless = portfolioRun(dataset, { ...smallForest, trees: 1_000_000 });
    const training = runTraining(endless, site({ folder: runs, progress, signal: stop.signal }));
    expect(await codeOf(training)).toBe("ASSAY_TRAINING_CANCELLED");
    const [run] = await readdir(runs);
    expect(await readdir(join(runs, run!, "out"))).toEqual([]);
  });

  describe("intake refuses", () => {
    const nudge = (text: string) => text.replace(/("term": -?\d\.\d{6})\d/, (_, head: string) => `${head}x`);
    let result: WorkerResult;

    beforeAll(async () => {
      result = (await readResult(out))!;
    });

    const take = (changed: WorkerResult) => codeOf(takeIn(cardRun(), out, changed, { files, objects }));

    test("other bytes, another format, other columns", async () => {
      const { artefact, columns } = result;
      expect(await take(result)).toBe("no error");
      const otherBytes = { ...artefact, sha256: "0".repeat(64) };
      expect(await take({ ...result, artefact: otherBytes })).toBe("ASSAY_TRAINING_ARTEFACT_HASH");
      const otherFormat = { ...artefact, format: "xgboost-json" };
      expect(await take({ ...result, artefact: otherFormat })).toBe("ASSAY_TRAINING_ARTEFACT_FORMAT");
      expect(await take({ ...result, columns: columns.toReversed() })).toBe("ASSAY_TRAINING_ARTEFACT_COLUMNS");
      expect(await take({ ...result, columns: columns.slice(1) })).toBe("ASSAY_TRAINING_ARTEFACT_COLUMNS");
    });

    test.each<[string, (text: string) => string, string]>([
      ["NaN", (text) => text.replace(/"intercept": [-\d.e]+/, '"intercept": NaN'), "TRAINING_ARTEFACT_NOT_FINITE"],
      ["an infinity", (text) => text.replace(/"term": [-\d.e]+/, '"term": 1e999'), "TRAINING_ARTEFACT_NOT_FINITE"],
      ["half a file", (text) => text.slice(0, -10), "SCORE_UNREADABLE"],
      ["another column", (text) => text.replace("lateCount", "age"), "SCORE_UNKNOWN_COLUMN"],
      ["a term changed in its seventh digit", (text) => nudge(text).replace("x", "5"), "TRAINING_MARGINS_DISAGREE"],
    ])("%s", async (_, change, code) => {
      const text = change(await readFile(join(out, "scorecard.json"), "utf8"));
      await writeFile(join(out, "tampered.json"), text);
      const artefact = { ...result.artefact, file: "tampered.json", sha256: hashText(text) };
      expect(await take({ ...result, artefact })).toBe(`ASSAY_${code}`);
    });
  });

  test("a damaged result is fitted again, to the same bytes", async () => {
    await truncate(join(out, "scorecard.json"), 100);
    expect(await runTraining(cardRun(), site())).toMatchObject({ resumed: false, artefact: card.artefact });
  });
});

describe("before and around the worker", () => {
  test("a dataset whose bytes changed, or that is gone, is refused", async () => {
    const changed = { ...dataset, files: ["0".repeat(64), dataset.files[1]!] };
    const run = (of: RunDataset, paths: string[]) =>
      codeOf(runTraining(portfolioRun(of, smallForest), site({ files: paths })));
    expect(await run(changed, files)).toBe("ASSAY_TRAINING_DATASET_CHANGED");
    expect(await run(dataset, files.toReversed())).toBe("ASSAY_TRAINING_DATASET_CHANGED");
    expect(await run(dataset, [])).toBe("ASSAY_TRAINING_DATASET_ABSENT");
    expect(await run(dataset, ["absent", "too"])).toBe("ASSAY_TRAINING_DATASET_ABSENT");
  });

  test("an absent interpreter is named", async () => {
    const absent = site({ folder: join(folder, "r1"), python: join(folder, "no-python") });
    await expect(runTraining(forestRun(), absent)).rejects.toThrow(/ASSAY_TRAINING_PYTHON_ABSENT: .*no-python/);
  });

  test("a cancelled run does not start", async () => {
    const cancelled = site({ folder: join(folder, "r2"), signal: AbortSignal.abort(), python: join(folder, "none") });
    expect(await codeOf(runTraining(forestRun(), cancelled))).toBe("ASSAY_TRAINING_CANCELLED");
  });

  test("a worker that says nothing is stopped, also where it ignores the first request", async () => {
    const deaf = await failing("deaf", "trap '' TERM\necho not json\nexec 2>&-\nwhile :; do sleep 0.1; done\n");
    const call = { python: deaf, thing: "a run", jobPath: "job.json", silenceMillis: 100, graceMillis: 100 };
    const running = runWorker({ ...call, progress: () => {}, signal: new AbortController().signal });
    expect(await codeOf(running)).toBe("ASSAY_TRAINING_SILENT");
  });

  test("a crash is named, with the worker's last words", async () => {
    const doomed = site({
      folder: join(folder, "r3"),
      python: await failing("doomed", "echo no memory >&2\nkill -9 $$\n"),
    });
    await expect(runTraining(forestRun(), doomed)).rejects.toThrow(
      /ASSAY_TRAINING_CRASHED: .* ended with signal SIGKILL after saying: no memory/,
    );
  });

  test("a worker that succeeds without a result is refused", async () => {
    const hollow = site({ folder: join(folder, "r4"), python: await failing("hollow", "exit 0\n") });
    expect(await codeOf(runTraining(forestRun(), hollow))).toBe("ASSAY_TRAINING_RESULT_UNREADABLE");
  });
});
