// Values of one role for every row of a spine: rows are grouped by the bucket their party's history lies in, buckets are
// handed to workers, and what comes back is put in the spine's order.

import { type Hash, missingCode } from "../base/index.ts";
import type { FeatureSetNode } from "../define/index.ts";
import { majorAsked, storedAsked } from "./asked.ts";
import type { BackFillPlan, BackFillResult } from "./back-fill.ts";
import { type PartyRows, rowsByBucket } from "./bucket-rows.ts";
import { fillBuckets, linkBuckets } from "./bucket-workers.ts";
import type { BuildSite, DatasetRequest } from "./build.ts";
import { type BucketHands, linkedValues } from "./linked-values.ts";

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
  /** What each row's label came to, as `Judged` says. */
  readonly label: Float64Array;
  readonly status: string[];
  readonly days: Float64Array;
  readonly months: Int32Array;
  /** Rows whose bucket was found from an earlier build. */
  foundRows: number;
}

/** Rows whose party is absent are "not linked". The label is judged where `labelled`. */
export async function fillRole(
  request: DatasetRequest,
  role: DatasetRole,
  labelled: boolean,
  site: BuildSite,
): Promise<RoleValues> {
  const rows = request.spine.length;
  const width = role.set.features.length;
  const values = notLinked(rows, width);
  const plan: BackFillPlan = {
    schema: request.schema,
    request: request.request,
    set: role.set,
    meaningHash: role.meaningHash,
    label: labelled ? request.label.node : null,
    labelCutOff: request.labelCutOff,
    labelShape: request.labelShape ?? "flags",
  };
  const hands = workerHands(request, site);
  const parties = partyRows(request, role.role);
  const related = await linkedValues(plan, parties, hands);
  let done = 0;
  await hands.fill(plan, rowsByBucket({ ...parties, related }, hands.bits), (result, found) => {
    place(result, values, width);
    done += result.index.length;
    if (found) values.foundRows += result.index.length;
    site.progress({ stage: `values of ${role.role}`, done, total: rows, unit: "rows" });
  });
  return values;
}

function notLinked(rows: number, width: number): RoleValues {
  return {
    numbers: new Float64Array(rows * width).fill(Number.NaN),
    kinds: new Uint8Array(rows * width).fill(missingCode("not linked")),
    label: new Float64Array(rows).fill(Number.NaN),
    status: new Array<string>(rows).fill("notObserved"),
    days: new Float64Array(rows),
    months: new Int32Array(rows),
    foundRows: 0,
  };
}

function workerHands({ snapshot }: DatasetRequest, site: BuildSite): BucketHands {
  return {
    bits: snapshot.manifest.bits,
    fill: (plan, work, done) => fillBuckets({ snapshot, plan }, work, site, done),
    link: (plan, work, done) => linkBuckets({ snapshot, plan }, work, site, done),
  };
}

function partyRows({ spine, request }: DatasetRequest, role: string): PartyRows {
  return {
    entity: spine.map(({ parties }) => parties[role]),
    t: spine.map(({ t }) => t),
    asked: (row) => {
      const { asked, decisionId } = spine[row]!;
      return majorAsked(request, storedAsked(request, asked, `row "${decisionId}"`));
    },
    related: null,
  };
}

function place(result: BackFillResult, into: RoleValues, width: number): void {
  result.index.forEach((row, i) => {
    into.numbers.set(result.numbers.subarray(i * width, (i + 1) * width), row * width);
    into.kinds.set(result.kinds.subarray(i * width, (i + 1) * width), row * width);
    into.label[row] = result.label[i]!;
    into.status[row] = result.labelStatus[i]!;
    into.days[row] = result.labelDays[i]!;
    into.months[row] = result.labelMonths[i]!;
  });
}
