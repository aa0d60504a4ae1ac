// From a sequence and its fit to the tokens of a history at t. Walks every step's rows from the newest back, always on to the
// one that happened last, until it has as many as the sequence holds; so a long history costs no more than a short one.

import type { Hash } from "../base/index.ts";
import { type SequenceNode, type TokenFieldNode, typeOfRow } from "../define/index.ts";
import type { EntityHistory, EventColumns, HistorySchema } from "./history.ts";
import { isKnown } from "./layout.ts";
import { scaleOfRow, unitsOfScale } from "./row.ts";
import { firstFrom } from "./row-search.ts";
import { checkFit, type EncodedField, type SequenceFit } from "./sequence-fit.ts";
import { ageOf, type FlatTokens } from "./sequence-flat.ts";
import { type CompiledStep, compileSteps, type OpenStep, wordReader } from "./sequence-rows.ts";

export interface TokenColumn {
  /** `event.field`. */
  readonly name: string;
  /** A number rounded once to float32, NaN where missing; or a code, 0 where missing. Both also in tokens of other steps. */
  readonly type: "number" | "code";
  /** Codes lie below it; null of numbers. */
  readonly codes: number | null;
}

/** From the oldest to the newest. */
export interface Tokens {
  readonly length: number;
  /** 1 for the first step, 2 for the second, …; 0 is nothing, which whoever pads may use. */
  readonly kind: Uint8Array;
  /** In whole units of the sequence, at t. */
  readonly age: Int32Array;
  /** As `columns` of the encoder. */
  readonly columns: readonly (Float32Array | Int32Array)[];
}

export interface SequenceEncoder {
  readonly columns: readonly TokenColumn[];
  /** Event names that histories must hold. */
  readonly events: readonly string[];
  /** The most tokens there are at once. */
  readonly length: number;
  /** Hot path. */
  encode(history: EntityHistory, t: number): Tokens;
  /** What table files keep once an entity: see `tokensSeen`. */
  flatten(history: EntityHistory): FlatTokens;
}

/**
 * Compiles a sequence with the fit that it is pinned to. Throws what is wrong with the definition as an `AssayError`, and
 * ASSAY_COMPILE_OTHER_FIT where the fit is of another meaning.
 */
export function compileSequence(
  sequence: SequenceNode,
  schema: HistorySchema,
  pinned: { readonly meaningHash: Hash; readonly fit: SequenceFit },
): SequenceEncoder {
  const steps = compileSteps(sequence, schema);
  checkFit(sequence, pinned.meaningHash, pinned.fit);
  const columns = columnsOf(sequence, pinned.fit);
  const writers = stepWriters(steps, pinned.fit);
  return {
    columns,
    events: steps.map(({ node }) => node.stream.event),
    length: sequence.count,
    encode: (history, t) => encode(writers, columns, sequence, history, t),
    flatten: (history) => flatten(writers, columns, history),
  };
}

function columnsOf({ steps }: SequenceNode, fit: SequenceFit): TokenColumn[] {
  return steps.flatMap(({ stream, fields }, step) =>
    fields.map(({ name }, field): TokenColumn => {
      const encoded = fit.steps[step]![field]!;
      const codes = codesOf(encoded);
      return { name: `${stream.event}.${name}`, type: codes === null ? "number" : "code", codes };
    }),
  );
}

function codesOf(encoded: EncodedField): number | null {
  if (encoded.kind === "coded") return encoded.words.length + 2;
  return encoded.kind === "steps" ? encoded.edges.length + 2 : null;
}

// ---------------------------------------------------------------- one row

type Columns = readonly (Float32Array | Int32Array)[];

/** Writes a row that was read into a place of the columns. */
interface StepWriter {
  readonly event: string;
  readonly step: number;
  open(columns: EventColumns): OpenStep & { write(row: number, into: Columns, place: number): void };
}

function stepWriters(steps: readonly CompiledStep[], fit: SequenceFit): StepWriter[] {
  let first = 0;
  return steps.map((compiled, step) => {
    const fields = compiled.node.fields.map((field, i) => fieldWriter(field, fit.steps[step]![i]!));
    const own = first;
    first += fields.length;
    return {
      event: compiled.node.stream.event,
      step: step + 1,
      open: (columns) => openStep(compiled, fields, own, columns),
    };
  });
}

function openStep(
  { values, open }: CompiledStep,
  fields: readonly FieldWriter[],
  first: number,
  columns: EventColumns,
): ReturnType<StepWriter["open"]> {
  const rows = open(columns);
  const written = fields.map((field) => field(columns));
  return {
    ...rows,
    write(row, into, place) {
      rows.read(row);
      for (let i = 0; i < written.length; i++) {
        const value = values.value[i]!;
        // What is missing stays as the column was filled: one NaN, whatever bits arithmetic gave.
        if (!Number.isNaN(value)) into[first + i]![place] = written[i]!(value);
      }
    },
  };
}

/** For the rows of one history, what a value that is there is written as. */
type FieldWriter = (columns: EventColumns) => (value: number) => number;

function fieldWriter({ row }: TokenFieldNode, encoded: EncodedField): FieldWriter {
  if (encoded.kind === "number") {
    const units = unitsOfScale(scaleOfRow(row));
    return () => (value) => value / units;
  }
  if (encoded.kind === "scaled") {
    const { mean, deviation } = encoded;
    return () => (value) => (value - mean) / deviation;
  }
  if (encoded.kind === "steps") {
    const edges = Float64Array.from(encoded.edges);
    return () => (value) => 1 + firstFrom(edges, edges.length, value);
  }
  const codes = new Map(encoded.words.map((word, i) => [word, i + 2]));
  const [type, field] = [typeOfRow(row), row.kind === "field" ? row.field : ""];
  return (columns) => {
    const wordOf = wordReader(type, columns, field);
    return (value) => codes.get(wordOf(value)) ?? 1;
  };
}

// ---------------------------------------------------------------- many rows

interface Cursor {
  readonly step: number;
  readonly columns: EventColumns;
  readonly rows: ReturnType<StepWriter["open"]>;
  row: number;
}

function cursorsOf(writers: readonly StepWriter[], history: EntityHistory, until: number): Cursor[] {
  return writers.flatMap(({ event, step, open }) => {
    const columns = history.events[event];
    if (columns === undefined) return [];
    return [{ step, columns, rows: open(columns), row: firstFrom(columns.at, columns.length, until) - 1 }];
  });
}

/** The one whose row comes last; of one instant the later step. */
function newest(cursors: readonly Cursor[]): Cursor | undefined {
  let found: Cursor | undefined;
  let latest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < cursors.length; i++) {
    const cursor = cursors[i]!;
    if (cursor.row < 0) continue;
    const at = cursor.columns.at[cursor.row]!;
    if (at < latest) continue;
    latest = at;
    found = cursor;
  }
  return found;
}

function emptyColumns(columns: readonly TokenColumn[], length: number): Columns {
  return columns.map(({ type }) =>
    type === "code" ? new Int32Array(length) : new Float32Array(length).fill(Number.NaN),
  );
}

function encode(
  writers: readonly StepWriter[],
  columns: readonly TokenColumn[],
  { count, ageMicros }: SequenceNode,
  history: EntityHistory,
  t: number,
): Tokens {
  const [kind, age, into] = [new Uint8Array(count), new Int32Array(count), emptyColumns(columns, count)];
  const cursors = cursorsOf(writers, history, t);
  let place = count;
  while (place > 0) {
    const cursor = newest(cursors);
    if (cursor === undefined) break;
    const row = cursor.row--;
    if (!isKnown(cursor.columns, row, t) || !cursor.rows.passes(row)) continue;
    place--;
    kind[place] = cursor.step;
    age[place] = ageOf(cursor.columns.at[row]!, t, ageMicros);
    cursor.rows.write(row, into, place);
  }
  const parts = into.map((column) => column.slice(place));
  return { length: count - place, kind: kind.slice(place), age: age.slice(place), columns: parts };
}

function flatten(writers: readonly StepWriter[], columns: readonly TokenColumn[], history: EntityHistory): FlatTokens {
  const cursors = cursorsOf(writers, history, Number.POSITIVE_INFINITY);
  const rows = cursors.reduce((sum, { row }) => sum + row + 1, 0);
  const [kind, into] = [new Uint8Array(rows), emptyColumns(columns, rows)];
  const [at, knownAt, supersededAt] = [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows)];
  let place = rows;
  for (let cursor = newest(cursors); cursor !== undefined; cursor = newest(cursors)) {
    const row = cursor.row--;
    if (cursor.columns.retracted[row] !== 0 || !cursor.rows.passes(row)) continue;
    place--;
    kind[place] = cursor.step;
    at[place] = cursor.columns.at[row]!;
    knownAt[place] = cursor.columns.knownAt[row]!;
    supersededAt[place] = cursor.columns.supersededAt[row]!;
    cursor.rows.write(row, into, place);
  }
  const from = <T extends Float64Array | Float32Array | Int32Array | Uint8Array>(array: T): T =>
    array.subarray(place) as T;
  return {
    length: rows - place,
    kind: from(kind),
    at: from(at),
    knownAt: from(knownAt),
    supersededAt: from(supersededAt),
    columns: into.map(from),
  };
}
