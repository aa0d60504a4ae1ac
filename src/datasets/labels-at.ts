// What became of decisions, as it was known at each of several cut-offs: outcomes joined back. Nothing is carried from one
// cut-off to the next, so an outcome that a later revision contradicts counts as the later one from then on, and one that
// was taken back is unknown again.
//
// Judging a row takes some microseconds and reading its bucket some milliseconds, so this runs in place, not in workers.

import { hashPrefix, invariant } from "../base/index.ts";
import {
  type CompiledLabel,
  compileLabel,
  type EntityHistory,
  type HistorySchema,
  type LabelOutcome,
} from "../compile/index.ts";
import type { LabelNode } from "../define/index.ts";
import { readBucket, type Snapshot } from "../history/index.ts";
import { emptyHistory, eventsNamed } from "./back-fill.ts";

export interface LabelsRequest {
  /** The party that the label is about, and the moment (microseconds) after which the label looks. */
  readonly rows: readonly { readonly entity: string; readonly t: number }[];
  readonly snapshot: Snapshot;
  readonly schema: HistorySchema;
  readonly label: LabelNode;
  /** Microseconds, ascending, at least one; outcomes known later do not exist at a cut-off. */
  readonly cutOffs: readonly number[];
}

/** Parallel to the rows asked about. */
export interface LabelsAt {
  /** Index of the first cut-off at which the row was good or bad; -1 where it was neither at any. */
  readonly knownFrom: Int32Array;
  /** At that cut-off: 1 bad, 0 good, NaN where it never was known. */
  readonly firstLabel: Float64Array;
  /** At the last cut-off: 1 bad, 0 good, NaN where it is not, or no longer, known. */
  readonly label: Float64Array;
  /** At the last cut-off. Somebody nothing was heard of is "notObserved" once the window has closed. */
  readonly status: LabelOutcome["status"][];
}

/**
 * Joins outcomes back to rows, one bucket of the snapshot in memory at a time. Throws what `compileLabel` and `readBucket`
 * throw.
 */
export async function labelsAt({ rows, snapshot, schema, label, cutOffs }: LabelsRequest): Promise<LabelsAt> {
  const ascending = cutOffs.every((cutOff, i) => i === 0 || cutOffs[i - 1]! < cutOff);
  invariant(cutOffs.length > 0 && ascending, "cut-offs ascend, and there is one");
  const judge = compileLabel(label, schema);
  const events = eventsNamed(label);
  const labels = nothingKnown(rows.length);
  const byBucket = Map.groupBy(rows.keys(), (row) => hashPrefix(rows[row]!.entity, snapshot.manifest.bits));
  for (const [bucket, members] of byBucket) {
    const waiting = Map.groupBy(members, (row) => rows[row]!.entity);
    for await (const history of readBucket(snapshot, bucket, events, schema)) {
      for (const row of waiting.get(history.entity) ?? []) {
        judgeRow(judge, history, { row, t: rows[row]!.t }, cutOffs, labels);
      }
      waiting.delete(history.entity);
    }
    for (const [entity, unheardOf] of waiting) {
      for (const row of unheardOf) judgeRow(judge, emptyHistory(entity), { row, t: rows[row]!.t }, cutOffs, labels);
    }
  }
  return labels;
}

function nothingKnown(rows: number): LabelsAt {
  return {
    knownFrom: new Int32Array(rows).fill(-1),
    firstLabel: new Float64Array(rows).fill(Number.NaN),
    label: new Float64Array(rows).fill(Number.NaN),
    status: new Array<LabelOutcome["status"]>(rows).fill("notObserved"),
  };
}

function judgeRow(
  judge: CompiledLabel,
  history: EntityHistory,
  { row, t }: { readonly row: number; readonly t: number },
  cutOffs: readonly number[],
  into: LabelsAt,
): void {
  for (const [i, cutOff] of cutOffs.entries()) {
    const { value, status } = judge(history, t, cutOff);
    if (value !== null && into.knownFrom[row] === -1) {
      into.knownFrom[row] = i;
      into.firstLabel[row] = value;
    }
    into.label[row] = value ?? Number.NaN;
    into.status[row] = status;
  }
}
