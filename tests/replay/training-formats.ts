// The border with the fitting library: the job that is handed over, and the result that comes back. The worker in these
// files is a shell script that hands back golden files, so that today's intake reads what yesterday's worker wrote.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AssayError, canonicalJson } from "../../src/base/index.ts";
import { directoryObjects, type TableColumn, writeTable } from "../../src/storage/index.ts";
import { type RunSpecification, runTraining } from "../../src/training/index.ts";
import { type Format, type Workplace, withVersion } from "./format.ts";
import { forestColumns, forestRows } from "./model-formats.ts";

const python = fileURLToPath(new URL("../../.venv/bin/python", import.meta.url));
const trainer = fileURLToPath(new URL("../../python", import.meta.url));

/** The rows of the golden forest, all of them to be checked at intake. */
async function writeRows(folder: string): Promise<{ file: string; sha256: string }> {
  const columns = forestColumns.map(
    (name, column): TableColumn => ({
      name,
      type: "double",
      values: Float64Array.from(forestRows, (values) => values[column]!),
    }),
  );
  const written = await writeTable(join(folder, "rows.parquet"), [
    { name: "decision_id", type: "varchar", values: ["d-0", "d-1", "d-2", "d-3"] },
    { name: "split", type: "varchar", values: forestRows.map(() => "validation") },
    { name: "label", type: "utinyint", values: Uint8Array.of(0, 1, 0, 1) },
    ...columns,
  ]);
  return { file: written.path, sha256: written.sha256 };
}

function specification(sha256: string): RunSpecification {
  const family = { depth: 2, trees: 3, learningRate: 0.5, minChildWeight: 1, subsample: 1, colsample: 1 };
  return {
    format: "assay.run",
    version: 1,
    model: "pd",
    family: { kind: "xgboost", monotone: true, ...family },
    columns: forestColumns,
    monotone: { "applicant.lateCount": 1, "applicant.paidShare": -1, "applicant.limit": 0 },
    dataset: { manifest: "0".repeat(64), files: [sha256], knownUntil: "2024-08-01T00:00:00.000000Z" },
    seed: 7,
    flipLabels: false,
  };
}

/** One run whose worker does what `script` says; `$6` is the path of its job. */
async function runWith(script: string, at: Workplace) {
  const folder = at.folder();
  const worker = join(folder, "worker.sh");
  writeFileSync(worker, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const { file, sha256 } = await writeRows(folder);
  const site = { python: worker, folder: join(folder, "runs"), objects: directoryObjects(join(folder, "objects")) };
  const quiet = { threads: 2, progress: () => {}, signal: new AbortController().signal };
  const run = runTraining(specification(sha256), { ...site, files: [file], ...quiet });
  return { folder, file, run };
}

const READ_JOB = `
import dataclasses, json, pathlib, sys
from assay_trainer.job import read_job
from assay_trainer.refusal import Refusal
try:
    job = dataclasses.asdict(read_job(pathlib.Path(sys.argv[1])))
    print(json.dumps(job, default=str, sort_keys=True))
except Refusal as refusal:
    print(refusal.line())
`;

/** Read by the worker's own reader. */
const job: Format = {
  name: "training-job",
  version: 1,
  holds: ["run"],
  compare: "bytes",
  possible: existsSync(python),
  write: async (at) => {
    const { folder, file, run } = await runWith("exit 0", at);
    await run.catch(() => {});
    const [name] = readdirSync(join(folder, "runs"));
    const runFolder = join(folder, "runs", name!);
    const text = readFileSync(join(runFolder, "job.json"), "utf8");
    return Buffer.from(text.replaceAll(runFolder, "RUN").replaceAll(file, "ROWS"));
  },
  read: (bytes, at) => {
    const path = join(at.folder(), "job.json");
    writeFileSync(path, bytes);
    const env = { PYTHONPATH: trainer, PYTHONDONTWRITEBYTECODE: "1" };
    const said = execFileSync(python, ["-P", "-c", READ_JOB, path], { env, encoding: "utf8" });
    const read = JSON.parse(said) as { error?: AssayError["problem"] };
    if (read.error !== undefined) throw new AssayError(read.error);
    return read;
  },
  future: (bytes) => withVersion(bytes, 2),
  refusal: "ASSAY_TRAINING_JOB_VERSION",
};

interface WorkerFiles {
  readonly [name: string]: string;
}

const result: Format = {
  name: "training-result",
  version: 1,
  compare: "meaning",
  write: null,
  read: async (bytes, at) => {
    const left = at.folder();
    mkdirSync(join(left, "out"));
    for (const [name, text] of Object.entries(JSON.parse(bytes.toString()) as WorkerFiles)) {
      writeFileSync(join(left, "out", name), text);
    }
    const { run } = await runWith(`cp ${join(left, "out")}/* "$(dirname "$6")/out/"`, at);
    const { artefact, agreement, columns, rows, positives, seconds, libraries, notes, resumed } = await run;
    return { artefact, agreement, columns, rows, positives, seconds, libraries, notes, resumed };
  },
  future: (bytes) => {
    const files = JSON.parse(bytes.toString()) as WorkerFiles;
    const spoilt = withVersion(Buffer.from(files["result.json"]!), 2).toString();
    return Buffer.from(canonicalJson({ ...files, "result.json": spoilt }));
  },
  refusal: "ASSAY_TRAINING_RESULT_UNREADABLE",
};

export const trainingFormats: readonly Format[] = [job, result];
