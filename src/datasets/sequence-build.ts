// Tokens of a sequence for the rows of a spine, as table files: each entity's tokens once, whatever rows it is in, and for each
// row where they are. Built to the side and published whole, under the hash of its manifest; one bucket is in memory at a time.

import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { AssayError, canonicalJson, type Hash, hashBytes, hashJson, instant, type Progress } from "../base/index.ts";
import { compareBytes, compileSequence, type FlatTokens, type SequenceEncoder, tokensSeen } from "../compile/index.ts";
import { readBucket } from "../history/index.ts";
import { publishBytes, syncFolder, writeTable } from "../storage/index.ts";
import { problems } from "./errors.ts";
import { ColumnFile, type WrittenColumn, wholeNumbers } from "./sequence-column.ts";
import type { FittedSequence } from "./sequence-fit.ts";
import { columnFile, FILES, type SequencesManifest } from "./sequence-manifest.ts";
import { byBucket, markOf, marksIn, type SequenceRows, splitOfRow } from "./sequence-parties.ts";
import { type SpineRow, spineHashOf } from "./spine.ts";
import type { SplitName } from "./split.ts";

export interface SequencesRequest extends SequenceRows {
  readonly name: string;
  /** What the sequence is pinned to. */
  readonly fitted: FittedSequence;
}

export interface SequencesSite {
  /** Sequences are folders below it, named by hash. */
  readonly folder: string;
  readonly progress: Progress;
  /** Aborting it ends the build between two buckets. */
  readonly signal: AbortSignal;
}

export interface BuiltSequences {
  readonly hash: Hash;
  readonly folder: string;
  readonly manifest: SequencesManifest;
}

/**
 * Builds and publishes; the same inputs give the same bytes. A row without a party in the role has no tokens. Throws
 * ASSAY_DATASETS_SEEN_BEFORE where a row that evaluates has an entity that the fit saw later than the row's t, and
 * ASSAY_COMPILE_OTHER_FIT; then nothing was published.
 */
export async function buildSequences(request: SequencesRequest, site: SequencesSite): Promise<BuiltSequences> {
  site.signal.throwIfAborted();
  const { sequence, schema, fitted } = request;
  const { meaningHash } = sequence;
  const encoder = compileSequence(sequence.node, schema, { meaningHash, fit: fitted.fit });
  const rows = request.spine.toSorted((a, b) => compareBytes(a.decisionId, b.decisionId));
  const splits = rows.map((row) => splitOfRow(request, row));
  checkUnseen(request, rows, splits);
  await mkdir(site.folder, { recursive: true });
  const building = await mkdtemp(join(site.folder, ".building-"));
  try {
    const places = new RowPlaces(rows.length);
    const tokens = await writeTokens({ request, encoder, rows, places }, building, site);
    const files = { ...tokens.files, ...(await writeRows(request, { rows, splits, places }, building)) };
    const manifest = describe(request, encoder, {
      splits,
      tokens: tokens.count,
      exceptions: places.exceptions.length,
      files,
    });
    await publishBytes(join(building, "manifest.json"), Buffer.from(canonicalJson(manifest)));
    const hash = hashJson(manifest);
    const folder = join(site.folder, hash);
    await rm(folder, { recursive: true, force: true });
    await rename(building, folder);
    await syncFolder(site.folder);
    return { hash, folder, manifest };
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

/** Contract 9: whoever evaluates was not seen, or comes after all that was. */
function checkUnseen(
  { fitted, role }: SequencesRequest,
  rows: readonly SpineRow[],
  splits: readonly SplitName[],
): void {
  const { fittedKnownUntil, entities } = fitted.fit;
  const until = instant(fittedKnownUntil);
  const seen = marksIn(entities.seen);
  const again = rows.find(({ parties, t }, i) => {
    const entity = parties[role];
    return splits[i] !== "train" && t < until && entity !== undefined && seen.has(markOf(entity));
  });
  if (again === undefined) return;
  throw new AssayError(problems.SEEN_BEFORE(`row "${again.decisionId}"`, { role, until: fittedKnownUntil }));
}

/** Where the tokens of each row are. */
class RowPlaces {
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly #hidden: (readonly number[] | undefined)[];

  constructor(rows: number) {
    this.start = new Float64Array(rows);
    this.end = new Float64Array(rows);
    this.#hidden = new Array<readonly number[] | undefined>(rows).fill(undefined);
  }

  /** `first` is the place of the entity's first token. */
  put(row: number, { start, end, exceptions }: ReturnType<typeof tokensSeen>, first: number): void {
    this.start[row] = first + start;
    this.end[row] = first + end;
    if (exceptions.length > 0) this.#hidden[row] = exceptions.map((place) => first + place);
  }

  get exceptions(): readonly number[] {
    return this.#hidden.flatMap((hidden) => hidden ?? []);
  }

  /** One more than rows. */
  get exceptionsFrom(): Float64Array {
    const from = new Float64Array(this.start.length + 1);
    this.#hidden.forEach((hidden, row) => {
      from[row + 1] = from[row]! + (hidden?.length ?? 0);
    });
    return from;
  }
}

interface Work {
  readonly request: SequencesRequest;
  readonly encoder: SequenceEncoder;
  readonly rows: readonly SpineRow[];
  readonly places: RowPlaces;
}

async function writeTokens({ request, encoder, rows, places }: Work, folder: string, site: SequencesSite) {
  const { snapshot, schema, role, sequence } = request;
  const rowsOf = Map.groupBy(rows.keys(), (row) => rows[row]!.parties[role]);
  const entities = [...rowsOf.keys()].filter((entity) => entity !== undefined);
  const writer = await TokenWriter.create(folder, encoder);
  try {
    let done = 0;
    for (const [bucket, wanted] of byBucket(entities, snapshot)) {
      site.signal.throwIfAborted();
      for await (const history of readBucket(snapshot, bucket, encoder.events, schema)) {
        if (!wanted.has(history.entity)) continue;
        const flat = encoder.flatten(history);
        for (const row of rowsOf.get(history.entity)!) {
          places.put(row, tokensSeen(flat, rows[row]!.t, sequence.node.count), writer.count);
        }
        await writer.add(flat);
      }
      done += wanted.size;
      site.progress({ stage: `tokens of ${sequence.node.name}`, done, total: entities.length, unit: "entities" });
    }
  } finally {
    await writer.close();
  }
  return { count: writer.count, files: writer.written };
}

class TokenWriter {
  /** Tokens so far. */
  count = 0;
  readonly written: { [name: string]: WrittenColumn } = {};
  readonly #files: readonly (readonly [name: string, file: ColumnFile])[];

  private constructor(files: readonly (readonly [string, ColumnFile])[]) {
    this.#files = files;
  }

  static async create(folder: string, { columns }: SequenceEncoder): Promise<TokenWriter> {
    const names = [FILES.kind, FILES.at, ...columns.map((column, i) => columnFile(i, column))];
    const files: [string, ColumnFile][] = [];
    for (const name of names) files.push([name, await ColumnFile.create(folder, name)]);
    return new TokenWriter(files);
  }

  async add({ length, kind, at, columns }: FlatTokens): Promise<void> {
    const arrays = [kind, wholeNumbers(at), ...columns];
    for (const [i, array] of arrays.entries()) await this.#files[i]![1].append(array);
    this.count += length;
  }

  async close(): Promise<void> {
    for (const [name, file] of this.#files) this.written[name] = await file.close();
  }
}

async function writeRows(
  { role, fitted }: SequencesRequest,
  { rows, splits, places }: { rows: readonly SpineRow[]; splits: readonly SplitName[]; places: RowPlaces },
  folder: string,
): Promise<SequencesManifest["files"]> {
  const t = Float64Array.from(rows, (row) => row.t);
  const { start, end, exceptionsFrom, exceptions } = places;
  const files: { [name: string]: WrittenColumn } = {};
  for (const [what, numbers] of Object.entries({ t, start, end, exceptionsFrom, exceptions })) {
    const name = FILES[what as keyof typeof FILES];
    const file = await ColumnFile.create(folder, name);
    await file.append(wholeNumbers(numbers));
    files[name] = await file.close();
  }
  const written = await writeTable(join(folder, FILES.rows), [
    { name: "decision_id", type: "varchar", values: rows.map(({ decisionId }) => decisionId) },
    { name: "entity", type: "varchar", values: rows.map(({ parties }) => parties[role] ?? "") },
    { name: "t", type: "bigint", values: t },
    { name: "split", type: "varchar", values: [...splits] },
  ]);
  const fit = Buffer.from(canonicalJson(fitted.fit));
  await publishBytes(join(folder, FILES.fit), fit);
  files[FILES.rows] = { sha256: written.sha256, bytes: written.bytes };
  files[FILES.fit] = { sha256: hashBytes(fit), bytes: fit.length };
  return files;
}

interface Outcome extends Pick<SequencesManifest, "tokens" | "exceptions" | "files"> {
  readonly splits: readonly SplitName[];
}

function describe(
  request: SequencesRequest,
  { columns }: SequenceEncoder,
  { splits, ...outcome }: Outcome,
): SequencesManifest {
  const { name, sequence, fitted, snapshot, spine, role, split, splitRole = role } = request;
  const { node, meaningHash } = sequence;
  const rows = { train: 0, validation: 0, test: 0 };
  for (const one of splits) rows[one]++;
  const kinds = node.steps.map(({ stream }) => stream.event);
  return {
    format: "assay.sequences",
    version: 1,
    name,
    sequence: { name: node.name, meaningHash, length: node.count, ageMicros: node.ageMicros, kinds },
    fit: fitted.hash,
    snapshot: snapshot.hash,
    spine: spineHashOf(spine),
    role,
    split: { rule: split, role: splitRole, rows },
    rows: splits.length,
    columns,
    ...outcome,
  };
}
