// What the worker left behind, read as foreign data.

import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { AssayError, hashBytes } from "../base/index.ts";
import { problems } from "./errors.ts";

/** The most bytes of an artefact that are taken in. */
const MOST_ARTEFACT_BYTES = 64 * 1024 * 1024;
const MOST_RESULT_BYTES = 4 * 1024 * 1024;

// A name inside the run's folder: no path, nothing hidden.
const fileName = z.string().regex(/^[a-z][a-z0-9-]*\.json$/);

const resultShape = z.object({
  version: z.literal(1),
  artefact: z.object({ file: fileName, format: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  columns: z.array(z.string()),
  rows: z.int().positive(),
  positives: z.int().positive(),
  seconds: z.number().nonnegative(),
  fitSeconds: z.number().nonnegative(),
  libraries: z.record(z.string(), z.string()),
  check: z.object({ file: fileName, rows: z.int().positive() }),
  notes: z.record(z.string(), z.number()),
});
const checkShape = z.object({ version: z.literal(1), margins: z.array(z.number()).min(1) });

export type WorkerResult = z.infer<typeof resultShape>;

/** The result of a run, or `undefined` where it left none. */
export async function readResult(folder: string): Promise<WorkerResult | undefined> {
  const bytes = await readLimited(folder, "result.json", MOST_RESULT_BYTES);
  return bytes === undefined ? undefined : parse(folder, "result.json", resultShape, bytes);
}

/** The library's own margins of the first validation rows. */
export async function readCheckMargins(folder: string, result: WorkerResult): Promise<readonly number[]> {
  const bytes = await required(folder, result.check.file, MOST_RESULT_BYTES);
  return parse(folder, result.check.file, checkShape, bytes).margins;
}

/** The artefact's bytes, of the size and hash that a result may have. */
export async function readArtefact(folder: string, { artefact }: WorkerResult): Promise<Uint8Array> {
  const bytes = await required(folder, artefact.file, MOST_ARTEFACT_BYTES);
  const got = hashBytes(bytes);
  if (got === artefact.sha256) return bytes;
  throw new AssayError(problems.ARTEFACT_HASH(join(folder, artefact.file), { expected: artefact.sha256, got }));
}

async function required(folder: string, file: string, most: number): Promise<Uint8Array> {
  const bytes = await readLimited(folder, file, most);
  if (bytes !== undefined) return bytes;
  throw new AssayError(problems.RESULT_UNREADABLE(join(folder, file), { detail: "the file is not there" }));
}

async function readLimited(folder: string, file: string, most: number): Promise<Uint8Array | undefined> {
  const path = join(folder, file);
  const size = await stat(path).then(
    (found) => found.size,
    () => undefined,
  );
  if (size === undefined) return undefined;
  if (size > most) throw new AssayError(problems.ARTEFACT_TOO_LARGE(path, { bytes: size, most }));
  return await readFile(path);
}

function parse<T>(folder: string, file: string, shape: z.ZodType<T>, bytes: Uint8Array): T {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new AssayError(problems.RESULT_UNREADABLE(join(folder, file), { detail: "it is not JSON in UTF-8" }));
  }
  const read = shape.safeParse(json);
  if (read.success) return read.data;
  const issue = read.error.issues[0]!;
  const detail = `${issue.path.map(String).join(".")}: ${issue.message}`;
  throw new AssayError(problems.RESULT_UNREADABLE(join(folder, file), { detail }));
}
