// Sorted runs as columns, each entity's rows together, without an object a row.

import { join } from "node:path";
import { invariant } from "../base/index.ts";
import { compareBytes } from "../compile/index.ts";
import type { EventNode } from "../define/index.ts";
import { readVectors, type Stretch, type TableVectors } from "../storage/index.ts";
import { openFields } from "./event-table.ts";
import type { TableFile } from "./snapshot.ts";

/** Rows `starts[i]` to `starts[i + 1]` are those of `entities[i]`, in the total order. */
export interface EntityColumns {
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
}

export interface ColumnRun extends EntityColumns {
  /** Of source and event id, where it was asked for: revisions of one event share it. */
  readonly fingerprint: Float64Array;
}

/** A file and the definition that it was written under. */
export interface WrittenFile {
  readonly file: TableFile;
  readonly node: EventNode;
}

/**
 * Reads files of layout 2 and of one definition, laid out under `node`: fields that it does not have are not read. One query
 * for all of them: to ask costs as much as some ten thousand rows.
 */
export async function readRuns(
  folder: string,
  files: readonly WrittenFile[],
  node: EventNode,
  fingerprinted: boolean,
): Promise<ColumnRun[]> {
  const there = new Set(openFields(files[0]!.node).map(([name]) => name));
  const asked = openFields(node).filter(([name]) => there.has(name));
  const numbers = asked.filter(([, text]) => !text).map(([name]) => [name, "NaN"] as const);
  const paths = files.map(({ file }) => join(folder, file.path));
  const vectors = await readVectors(paths, {
    rows: files.reduce((sum, { file }) => sum + file.rows, 0),
    numbers: { _at: "NaN", _known_at: "NaN", _superseded_at: "Infinity", ...Object.fromEntries(numbers) },
    flags: ["_retracted"],
    texts: asked.flatMap(([name, text]) => (text ? [name] : [])),
    fingerprint: fingerprinted ? ["_source", "_event_id"] : [],
    stretches: "_entity",
  });
  let from = 0;
  return files.map(({ file }) => {
    const run = runOf(vectors, node, from, from + file.rows);
    from += file.rows;
    return run;
  });
}

/** The rows from `from` to `to` of what was read. */
function runOf(
  { numbers, flags, texts, fingerprint, stretches }: TableVectors,
  node: EventNode,
  from: number,
  to: number,
): ColumnRun {
  const fields: { [field: string]: Float64Array } = {};
  const lists: { [field: string]: readonly string[] } = {};
  for (const [name, text] of openFields(node)) {
    const column = text ? texts[name]?.codes : numbers[name];
    fields[name] = column?.subarray(from, to) ?? new Float64Array(to - from).fill(Number.NaN);
    if (text) lists[name] = texts[name]?.texts ?? [];
  }
  return {
    ...entitiesOf(stretches, from, to),
    at: numbers["_at"]!.subarray(from, to),
    knownAt: numbers["_known_at"]!.subarray(from, to),
    supersededAt: numbers["_superseded_at"]!.subarray(from, to),
    retracted: flags["_retracted"]!.subarray(from, to),
    fields,
    texts: lists,
    fingerprint: fingerprint.subarray(from, to),
  };
}

/** A stretch goes on from one file into the next where an entity is the last of one and the first of the other. */
function entitiesOf(stretches: readonly Stretch[], from: number, to: number) {
  const inside = stretches.filter((stretch, i) => {
    const end = stretches[i + 1]?.from ?? Number.POSITIVE_INFINITY;
    return stretch.from < to && end > from;
  });
  const entities = inside.map(({ text }) => text);
  for (let i = 1; i < entities.length; i++) {
    invariant(
      compareBytes(entities[i - 1]!, entities[i]!) < 0,
      `${entities[i]} after ${entities[i - 1]} in a sorted file`,
    );
  }
  return { entities, starts: Uint32Array.from([...inside.map((one) => Math.max(one.from, from) - from), to - from]) };
}
