// One training run: from a specification to an artefact taken in. A run lives in a folder named by its hash; one that is
// already finished there is taken in again (and checked again) instead of being fitted.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { AssayError, type Hash, isAssayError, type Progress } from "../base/index.ts";
import { type ObjectStore, publishBytes } from "../storage/index.ts";
import { problems } from "./errors.ts";
import { type Intake, takeIn } from "./intake.ts";
import { readResult, type WorkerResult } from "./result.ts";
import { type RunSpecification, runHash } from "./specification.ts";
import { trainerHash } from "./trainer.ts";
import { runWorker } from "./worker.ts";

const SILENCE_MILLIS = 10 * 60_000;
const GRACE_MILLIS = 5_000;

export interface TrainingSite {
  /** Path of the Python interpreter of the environment that holds the worker's libraries. */
  readonly python: string;
  /** Run folders are made below it. */
  readonly folder: string;
  readonly objects: ObjectStore;
  /** The dataset's Parquet files, in the order of `specification.dataset.files`. */
  readonly files: readonly string[];
  readonly threads: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export interface TrainedModel extends Intake {
  readonly run: Hash;
  readonly columns: readonly string[];
  /** Rows fitted on, and how many of them were bad. */
  readonly rows: number;
  readonly positives: number;
  /** Of the whole run, and of the fit alone. */
  readonly seconds: number;
  readonly fitSeconds: number;
  readonly libraries: { readonly [name: string]: string };
  /** What the family has to tell: `trees`, or `characteristics` kept. */
  readonly notes: { readonly [name: string]: number };
  /** True where a finished run was found. */
  readonly resumed: boolean;
}

/**
 * Fits a specification and takes the artefact in.
 * Throws what the worker refused, PYTHON_ABSENT, DATASET_…, CANCELLED, SILENT, CRASHED, or what intake refused.
 */
export async function runTraining(specification: RunSpecification, site: TrainingSite): Promise<TrainedModel> {
  await checkFiles(specification, site.files);
  const run = runHash(specification, await trainerHash());
  const folder = join(site.folder, run);
  const out = join(folder, "out");
  const found = await takeInFinished(specification, out, site);
  if (found !== undefined) return trained(run, found.result, found.intake, true);
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const jobPath = join(folder, "job.json");
  await publishBytes(jobPath, new TextEncoder().encode(JSON.stringify(jobOf(specification, site, out), null, 2)));
  const thing = `the training of model "${specification.model}"`;
  const patience = { silenceMillis: SILENCE_MILLIS, graceMillis: GRACE_MILLIS };
  await runWorker({ python: site.python, thing, jobPath, progress: site.progress, signal: site.signal, ...patience });
  const result = await readResult(out);
  if (result === undefined) throw new AssayError(problems.RESULT_UNREADABLE(thing, { detail: "it left no result" }));
  return trained(run, result, await takeIn(specification, out, result, site), false);
}

// A result that no longer passes intake (damaged since) is no result: the run is fitted again.
async function takeInFinished(
  specification: RunSpecification,
  out: string,
  site: TrainingSite,
): Promise<{ readonly result: WorkerResult; readonly intake: Intake } | undefined> {
  try {
    const result = await readResult(out);
    return result === undefined ? undefined : { result, intake: await takeIn(specification, out, result, site) };
  } catch (error) {
    if (isAssayError(error) && /^ASSAY_(?:TRAINING|SCORE)_/.test(error.code)) return undefined;
    throw error;
  }
}

function trained(run: Hash, result: WorkerResult, intake: Intake, resumed: boolean): TrainedModel {
  const { columns, rows, positives, seconds, fitSeconds, libraries, notes } = result;
  return { run, ...intake, columns, rows, positives, seconds, fitSeconds, libraries, notes, resumed };
}

function jobOf(specification: RunSpecification, site: TrainingSite, out: string): object {
  const { family, columns, monotone, seed, flipLabels } = specification;
  return {
    version: 1,
    kind: "train",
    family,
    dataset: site.files,
    columns,
    monotone,
    label: "label",
    split: { column: "split", fit: "train" },
    seed,
    threads: site.threads,
    out,
    flipLabels,
  };
}

async function checkFiles(specification: RunSpecification, files: readonly string[]): Promise<void> {
  const expected = specification.dataset.files;
  if (files.length !== expected.length) {
    const detail = `${files.length} files for ${expected.length} hashes`;
    throw new AssayError(problems.DATASET_ABSENT(`the dataset of model "${specification.model}"`, { detail }));
  }
  for (const [at, path] of files.entries()) {
    const got = await hashFile(path);
    if (got !== expected[at]) {
      throw new AssayError(problems.DATASET_CHANGED(path, { expected: expected[at]!, got }));
    }
  }
}

async function hashFile(path: string): Promise<Hash> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    throw new AssayError(problems.DATASET_ABSENT(path, { detail: (error as Error).message }), { cause: error });
  }
  return hash.digest("hex");
}
