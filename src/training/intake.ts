// The border between the fitting library and Assay. An artefact comes in only if its bytes are the ones announced, it was
// fitted on the columns asked for, every number in it is finite, and Assay scores the check rows as the library does.

import { AssayError, type Hash, type Problem } from "../base/index.ts";
import { loadScorer, type ModelFormat, type Scorer } from "../score/index.ts";
import type { ObjectStore } from "../storage/index.ts";
import { problems } from "./errors.ts";
import { marginsOf, readModelRows } from "./model-rows.ts";
import { readArtefact, readCheckMargins, type WorkerResult } from "./result.ts";
import { formatOf, type RunSpecification } from "./specification.ts";

/** How far a scorecard's margin may lie from scikit-learn's, relative to the margin or 1. XGBoost's must be equal. */
const SCORECARD_TOLERANCE = 1e-9;

export interface Intake {
  readonly artefact: { readonly format: ModelFormat; readonly hash: Hash };
  readonly scorer: Scorer;
  readonly agreement: { readonly rows: number; readonly greatestDifference: number };
}

/** Checks what a run left in `folder` and keeps the artefact. `files` are the dataset's Parquet files. */
export async function takeIn(
  specification: RunSpecification,
  folder: string,
  result: WorkerResult,
  from: { readonly files: readonly string[]; readonly objects: ObjectStore },
): Promise<Intake> {
  const thing = `the artefact of model "${specification.model}"`;
  const format = formatOf(specification.family);
  const refused = refuseResult(thing, specification, result);
  if (refused !== undefined) throw new AssayError(refused);
  const bytes = await readArtefact(folder, result);
  const scorer = load(thing, format, bytes, specification.columns);
  const theirs = await readCheckMargins(folder, result);
  const agreement = await compare(thing, scorer, theirs, from.files);
  const hash = await from.objects.put(bytes);
  return { artefact: { format, hash }, scorer, agreement };
}

function refuseResult(thing: string, asked: RunSpecification, result: WorkerResult): Problem | undefined {
  const expected = formatOf(asked.family);
  const got = result.artefact.format;
  if (got !== expected) return problems.ARTEFACT_FORMAT(thing, { got, expected });
  if (result.columns.length !== asked.columns.length) {
    const detail = `${result.columns.length} and not ${asked.columns.length}`;
    return problems.ARTEFACT_COLUMNS(thing, { detail });
  }
  const at = asked.columns.findIndex((column, i) => result.columns[i] !== column);
  if (at < 0) return undefined;
  return problems.ARTEFACT_COLUMNS(thing, { detail: `${result.columns[at]} and not ${asked.columns[at]}` });
}

function load(thing: string, format: ModelFormat, bytes: Uint8Array, columns: readonly string[]): Scorer {
  const place = placeNotFinite(new TextDecoder().decode(bytes));
  if (place !== undefined) throw new AssayError(problems.ARTEFACT_NOT_FINITE(thing, { place }));
  const scorer = loadScorer(format, bytes, columns);
  if (Array.isArray(scorer)) throw new AssayError(scorer[0]!);
  return scorer;
}

// Python writes NaN and Infinity bare, which JSON does not know; 1e999 is JSON and no finite double.
function placeNotFinite(text: string): string | undefined {
  const bare = /[[:,]\s*-?(?:NaN|Infinity)\s*[,\]}]/.exec(text);
  if (bare !== null) return `character ${bare.index + 1}`;
  const huge = /[[:,]\s*(-?\d[\d.]*[eE]\+?\d{3,})/g;
  for (const match of text.matchAll(huge)) {
    if (!Number.isFinite(Number(match[1]))) return `character ${match.index + 1}`;
  }
  return undefined;
}

async function compare(
  thing: string,
  scorer: Scorer,
  theirs: readonly number[],
  files: readonly string[],
): Promise<Intake["agreement"]> {
  const kinds = scorer.format === "assay.scorecard";
  const rows = await readModelRows(files, scorer.columns, { split: "validation", kinds });
  if (rows.length < theirs.length) {
    const detail = `${theirs.length} check margins for ${rows.length} validation rows`;
    throw new AssayError(problems.RESULT_UNREADABLE(thing, { detail }));
  }
  const ours = marginsOf(scorer, { ...rows, length: theirs.length });
  let greatestDifference = 0;
  for (const [row, their] of theirs.entries()) {
    const our = ours[row]!;
    if (!agree(scorer.format, our, their)) {
      throw new AssayError(problems.MARGINS_DISAGREE(thing, { row, ours: our, theirs: their, rows: theirs.length }));
    }
    greatestDifference = Math.max(greatestDifference, Math.abs(our - their));
  }
  return { rows: theirs.length, greatestDifference };
}

function agree(format: ModelFormat, ours: number, theirs: number): boolean {
  if (format === "xgboost-json") return ours === theirs && theirs === Math.fround(theirs);
  return Math.abs(ours - theirs) <= SCORECARD_TOLERANCE * Math.max(1, Math.abs(theirs));
}
