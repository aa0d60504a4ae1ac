// Several runs as one, where that needs no more than the clocks: one entity's slices follow each other or interleave by
// time. An entity whose runs tie in time or may hold revisions of one another is *tangled*: it is named and left to
// `layOutHistory`, which knows the whole order.

import { compareBytes } from "../compile/index.ts";
import type { EventNode } from "../define/index.ts";
import type { ColumnRun, EntityColumns } from "./column-run.ts";
import { openFields } from "./event-table.ts";

export interface BucketColumns extends EntityColumns {
  /** Entities whose rows here are not in order. */
  readonly tangled: ReadonlySet<string>;
}

/** Consecutive rows of one run. */
interface Piece {
  readonly run: number;
  readonly from: number;
  readonly to: number;
}

/** Runs that have fingerprints, under the `node` that they were laid out under. */
export function mergeRuns(runs: readonly ColumnRun[], node: EventNode): BucketColumns {
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
  const copy = <T extends Float64Array | Uint8Array>(into: T, column: (run: ColumnRun) => T): T => {
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
function* byEntity(runs: readonly ColumnRun[]): Generator<{ readonly entity: string; readonly slices: Piece[] }> {
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
function mergeSlices(runs: readonly ColumnRun[], slices: readonly Piece[]): Piece[] | undefined {
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
function mayRevise(runs: readonly ColumnRun[], slices: readonly Piece[]): boolean {
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
function shareCodes(runs: readonly ColumnRun[], name: string): readonly string[] {
  const [first] = runs;
  if (runs.every(({ texts }) => texts[name] === first!.texts[name])) return first!.texts[name]!;
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
