// The rows of one event type and bucket as columns, each entity's rows together: what a kernel walks, without an object a
// row. Runs of several seals are put together here where that needs no more than the clocks: one entity's slices follow
// each other or interleave by time. An entity whose runs tie in time or may hold revisions of one another is *tangled*: it
// is named and left to `layOutHistory`, which knows the whole order and is the twin that all of this is tested against.

import { join } from "node:path";
import { compareBytes } from "../compile/index.ts";
import type { EventNode } from "../define/index.ts";
import { countRows, readVectors, type TableVectors } from "../storage/index.ts";
import { openFields } from "./event-table.ts";
import type { TableFile } from "./snapshot.ts";

/** Rows `starts[i]` to `starts[i + 1]` are those of `entities[i]`, in the total order. */
export interface BucketColumns {
  /** In the order of their bytes. */
  readonly entities: readonly string[];
  readonly starts: Uint32Array;
  readonly at: Float64Array;
  readonly knownAt: Float64Array;
  readonly supersededAt: Float64Array;
  readonly retracted: Uint8Array;
  /** Stored units; of a text its code in `texts`. */
  readonly fields: { readonly [field: string]: Float64Array };
  readonly texts: { readonly [field: string]: readonly string[] };
  /** Entities whose rows here are not in order. */
  readonly tangled: ReadonlySet<string>;
}

/** A file and the definition that it was written under. */
export interface WrittenFile {
  readonly file: TableFile;
  readonly node: EventNode;
}

/** Reads files of layout 2, laid out under `node`: fields that it does not have are not read. */
export async function readColumns(
  folder: string,
  files: readonly WrittenFile[],
  node: EventNode,
): Promise<BucketColumns> {
  const several = files.length > 1;
  const runs: Run[] = [];
  for (const file of files) runs.push(await readRun(folder, file, node, several));
  return several ? mergeRuns(runs, node) : { ...runs[0]!, tangled: new Set() };
}

type Run = Omit<BucketColumns, "tangled"> & { readonly fingerprint: Float64Array };

async function readRun(
  folder: string,
  { file, node: written }: WrittenFile,
  node: EventNode,
  several: boolean,
): Promise<Run> {
  const path = join(folder, file.path);
  const there = new Set(openFields(written).map(([name]) => name));
  const asked = openFields(node).filter(([name]) => there.has(name));
  const numbers = asked.filter(([, text]) => !text).map(([name]) => [name, "NaN"] as const);
  const vectors = await readVectors(path, {
    rows: file.rows,
    numbers: { _at: "NaN", _known_at: "NaN", _superseded_at: "Infinity", ...Object.fromEntries(numbers) },
    flags: ["_retracted"],
    texts: asked.flatMap(([name, text]) => (text ? [name] : [])),
    fingerprint: several ? ["_source", "_event_id"] : [],
  });
  const { texts: entities, rows } = await countRows(path, "_entity");
  return { entities, starts: startsOf(rows), ...columnsOf(vectors, file.rows, node), fingerprint: vectors.fingerprint };
}

function startsOf(rows: readonly number[]): Uint32Array {
  const starts = new Uint32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) starts[i + 1] = starts[i]! + rows[i]!;
  return starts;
}

function columnsOf({ numbers, flags, texts }: TableVectors, rows: number, node: EventNode) {
  const fields: { [field: string]: Float64Array } = {};
  const lists: { [field: string]: readonly string[] } = {};
  for (const [name, text] of openFields(node)) {
    fields[name] = (text ? texts[name]?.codes : numbers[name]) ?? new Float64Array(rows).fill(Number.NaN);
    if (text) lists[name] = texts[name]?.texts ?? [];
  }
  return {
    at: numbers["_at"]!,
    knownAt: numbers["_known_at"]!,
    supersededAt: numbers["_superseded_at"]!,
    retracted: flags["_retracted"]!,
    fields,
    texts: lists,
  };
}

// ---------------------------------------------------------------- several runs

/** Consecutive rows of one run. */
interface Piece {
  readonly run: number;
  readonly from: number;
  readonly to: number;
}

function mergeRuns(runs: readonly Run[], node: EventNode): BucketColumns {
  const entities: string[] = [];
  const starts: number[] = [0];
  const pieces: Piece[] = [];
  const tangled = new Set<string>();
  for (const { entity, slices } of byEntity(runs)) {
    const merged = mergeSlices(runs, slices);
    if (merged === undefined) tangled.add(entity);
    pieces.push(...(merged ?? slices));
    entities.push(entity);
    starts.push(slices.reduce((end, { from, to }) => end + to - from, starts.at(-1)!));
  }
  const rows = starts.at(-1)!;
  const copy = <T extends Float64Array | Uint8Array>(into: T, column: (run: Run) => T): T => {
    let at = 0;
    for (const { run, from, to } of pieces) {
      into.set(column(runs[run]!).subarray(from, to), at);
      at += to - from;
    }
    return into;
  };
  const texts = Object.fromEntries(textFields(node).map((name) => [name, shareCodes(runs, name)]));
  const fields = openFields(node).map(([name]) => [name, copy(new Float64Array(rows), (run) => run.fields[name]!)]);
  return {
    entities,
    starts: Uint32Array.from(starts),
    at: copy(new Float64Array(rows), ({ at }) => at),
    knownAt: copy(new Float64Array(rows), ({ knownAt }) => knownAt),
    supersededAt: copy(new Float64Array(rows), ({ supersededAt }) => supersededAt),
    retracted: copy(new Uint8Array(rows), ({ retracted }) => retracted),
    fields: Object.fromEntries(fields),
    texts,
    tangled,
  };
}

/** Each entity once, in the order of bytes, with its rows in each run that has some. */
function* byEntity(runs: readonly Run[]): Generator<{ readonly entity: string; readonly slices: Piece[] }> {
  const next = runs.map(() => 0);
  for (;;) {
    const entity = leastText(runs.map(({ entities }, run) => entities[next[run]!]));
    if (entity === undefined) return;
    const slices: Piece[] = [];
    for (const [run, { entities, starts }] of runs.entries()) {
      const i = next[run]!;
      if (entities[i] !== entity) continue;
      slices.push({ run, from: starts[i]!, to: starts[i + 1]! });
      next[run] = i + 1;
    }
    yield { entity, slices };
  }
}

/** The first in the order of bytes. */
export function leastText(texts: readonly (string | undefined)[]): string | undefined {
  let least: string | undefined;
  for (const text of texts) {
    if (text !== undefined && (least === undefined || compareBytes(text, least) < 0)) least = text;
  }
  return least;
}

/** The slices in one order by `at`; `undefined` where they tie or may hold revisions of one another. */
function mergeSlices(runs: readonly Run[], slices: readonly Piece[]): Piece[] | undefined {
  if (slices.length === 1) return [...slices];
  if (mayRevise(runs, slices)) return undefined;
  const rest = slices.map(({ run, from, to }) => ({ at: runs[run]!.at, run, from, to }));
  const pieces: Piece[] = [];
  while (rest.length > 0) {
    rest.sort((a, b) => a.at[a.from]! - b.at[b.from]!);
    const [first, second] = rest as [(typeof rest)[number], (typeof rest)[number]?];
    const until = second === undefined ? Number.POSITIVE_INFINITY : second.at[second.from]!;
    let end = first.from;
    while (end < first.to && first.at[end]! < until) end++;
    if (end === first.from || (end < first.to && first.at[end] === until)) return undefined;
    pieces.push({ run: first.run, from: first.from, to: end });
    first.from = end;
    if (end === first.to) rest.shift();
  }
  return pieces;
}

/** Of each run the newest revisions only: what is superseded within its run shares their fingerprint. */
function mayRevise(runs: readonly Run[], slices: readonly Piece[]): boolean {
  const newest = new Float64Array(slices.reduce((rows, { from, to }) => rows + to - from, 0));
  let count = 0;
  for (const { run, from, to } of slices) {
    const { supersededAt, fingerprint } = runs[run]!;
    for (let row = from; row < to; row++) {
      if (supersededAt[row] === Number.POSITIVE_INFINITY) newest[count++] = fingerprint[row]!;
    }
  }
  const sorted = newest.subarray(0, count).sort();
  for (let i = 1; i < count; i++) if (sorted[i] === sorted[i - 1]) return true;
  return false;
}

/** Makes the codes of one text field mean the same in all runs. */
function shareCodes(runs: readonly Run[], name: string): string[] {
  const codes = new Map<string, number>();
  for (const { fields, texts } of runs) {
    const shared = texts[name]!.map((text) => {
      const known = codes.get(text) ?? codes.size;
      codes.set(text, known);
      return known;
    });
    const column = fields[name]!;
    for (let row = 0; row < column.length; row++) {
      const code = column[row]!;
      if (!Number.isNaN(code)) column[row] = shared[code]!;
    }
  }
  return [...codes.keys()];
}

function textFields(node: EventNode): string[] {
  return openFields(node).flatMap(([name, text]) => (text ? [name] : []));
}
