// Values of one role for every row of a spine: rows are grouped by the bucket their party's history lies in, buckets are
// handed to workers, and what comes back is put in the spine's order.

import { type Hash, hashPrefix, missingCode } from "../base/index.ts";
import type { LabelOutcome } from "../compile/index.ts";
import type { FeatureSetNode } from "../define/index.ts";
import { majorAsked, storedAsked } from "./asked.ts";
import type { BackFillResult, BackFillRows } from "./back-fill.ts";
import { type BucketWork, fillBuckets } from "./bucket-workers.ts";
import type { DatasetRequest, DatasetSite } from "./build.ts";

/** A party's role and the feature set computed for it. */
export interface DatasetRole {
  readonly role: string;
  readonly set: FeatureSetNode;
  readonly meaningHash: Hash;
}

/** One entry per spine row. */
export interface RoleValues {
  /** Row-major: rows × features. */
  readonly numbers: Float64Array;
  readonly kinds: Uint8Array;
  /** 0, 1, or NaN where there is nothing to learn from. */
  readonly label: Float64Array;
  readonly status: LabelOutcome["status"][];
}

/** Rows whose party is absent are "not linked". The label is judged where `labelled`. */
export async function fillRole(
  request: DatasetRequest,
  role: DatasetRole,
  labelled: boolean,
  site: DatasetSite,
): Promise<RoleValues> {
  const rows = request.spine.length;
  const width = role.set.features.length;
  const values = notLinked(rows, width);
  const plan = {
    schema: request.schema,
    request: request.request,
    set: role.set,
    meaningHash: role.meaningHash,
    label: labelled ? request.label.node : null,
    labelCutOff: request.labelCutOff,
  };
  const setup = { snapshot: request.snapshot, plan };
  let done = 0;
  await fillBuckets(setup, bucketWork(request, role.role), site, (result) => {
    place(result, values, width);
    done += result.index.length;
    site.progress({ stage: `values of ${role.role}`, done, total: rows, unit: "rows" });
  });
  return values;
}

function notLinked(rows: number, width: number): RoleValues {
  return {
    numbers: new Float64Array(rows * width).fill(Number.NaN),
    kinds: new Uint8Array(rows * width).fill(missingCode("not linked")),
    label: new Float64Array(rows).fill(Number.NaN),
    status: new Array<LabelOutcome["status"]>(rows).fill("notObserved"),
  };
}

function bucketWork(request: DatasetRequest, role: string): BucketWork[] {
  const { bits } = request.snapshot.manifest;
  const linked = Array.from(request.spine.keys()).filter((row) => request.spine[row]!.parties[role] !== undefined);
  const byBucket = Map.groupBy(linked, (row) => hashPrefix(request.spine[row]!.parties[role]!, bits));
  return [...byBucket].map(([bucket, rows]) => ({ bucket, rows: backFillRows(request, role, rows) }));
}

function backFillRows({ spine, request }: DatasetRequest, role: string, rows: readonly number[]): BackFillRows {
  return {
    index: Int32Array.from(rows),
    entity: rows.map((row) => spine[row]!.parties[role]!),
    t: Float64Array.from(rows, (row) => spine[row]!.t),
    asked: rows.map((row) => {
      const { asked, decisionId } = spine[row]!;
      return majorAsked(request, storedAsked(request, asked, `row "${decisionId}"`));
    }),
  };
}

function place(result: BackFillResult, into: RoleValues, width: number): void {
  result.index.forEach((row, i) => {
    into.numbers.set(result.numbers.subarray(i * width, (i + 1) * width), row * width);
    into.kinds.set(result.kinds.subarray(i * width, (i + 1) * width), row * width);
    into.label[row] = result.label[i]!;
    into.status[row] = result.labelStatus[i]!;
  });
}
