// Values of one role for every row of a spine: rows are grouped by the bucket their party's history lies in, buckets are
// worked on, in threads where they pay, and what comes back is put in the spine's order.

import { type Hash, missingCode } from "../base/index.ts";
import type { RequestValues } from "../compile/index.ts";
import type { FeatureSetNode } from "../define/index.ts";
import type { Snapshot } from "../history/index.ts";
import { featuresAsking, majorAsked, storedAsked } from "./asked.ts";
import { type BackFillPlan, type BackFillResult, eventsNamed } from "./back-fill.ts";
import { type PartyRows, rowsByBucket } from "./bucket-rows.ts";
import { fillBuckets, linkBuckets, threadsFor } from "./bucket-workers.ts";
import type { BuildSite, DatasetRequest } from "./build.ts";
import { type BucketHands, linkedValues } from "./linked-values.ts";

/** A party's role and the feature set computed for it. */
export interface DatasetRole {
  readonly role: string;
  readonly set: FeatureSetNode;
  readonly meaningHash: Hash;
}

/** One feature's values and kinds of nothing, one entry per spine row. */
export interface ValueColumn {
  readonly numbers: Float64Array;
  readonly kinds: Uint8Array;
}

/** One entry per spine row. */
export interface RoleValues {
  /** In the order of the set's features. */
  readonly columns: readonly ValueColumn[];
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
  const values = notLinked(rows, role.set.features.length);
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
    place(result, values);
    done += result.index.length;
    if (found) values.foundRows += result.index.length;
    site.progress({ stage: `values of ${role.role}`, done, total: rows, unit: "rows" });
  });
  return values;
}

function notLinked(rows: number, width: number): RoleValues {
  return {
    columns: Array.from({ length: width }, () => ({
      numbers: new Float64Array(rows).fill(Number.NaN),
      kinds: new Uint8Array(rows).fill(missingCode("not linked")),
    })),
    label: new Float64Array(rows).fill(Number.NaN),
    status: new Array<string>(rows).fill("notObserved"),
    days: new Float64Array(rows),
    months: new Int32Array(rows),
    foundRows: 0,
  };
}

function eventsRead({ manifest }: Snapshot, { set, label }: BackFillPlan): number {
  const names = new Set([...eventsNamed(set), ...(label === null ? [] : eventsNamed(label))]);
  const files = [...names].flatMap((name) => manifest.events[name]?.files ?? []);
  return files.reduce((sum, { rows }) => sum + rows, 0);
}

function workerHands({ snapshot }: DatasetRequest, { workers, ...site }: BuildSite): BucketHands {
  const placeFor = (plan: BackFillPlan) => {
    return { ...site, threads: threadsFor(eventsRead(snapshot, plan), workers) };
  };
  return {
    bits: snapshot.manifest.bits,
    fill: (plan, work, done) => fillBuckets({ snapshot, plan }, work, placeFor(plan), done),
    link: (plan, work, done) => linkBuckets({ snapshot, plan }, work, placeFor(plan), done),
  };
}

const NOTHING_ASKED: RequestValues = {};

function partyRows({ spine, request, roles }: DatasetRequest, role: string): PartyRows {
  const readers = featuresAsking(roles);
  return {
    entity: spine.map(({ parties }) => parties[role]),
    t: spine.map(({ t }) => t),
    asked: (row) => {
      const { asked, decisionId } = spine[row]!;
      if (request === null && Object.keys(asked).length === 0) return NOTHING_ASKED;
      return majorAsked(request, storedAsked(request, { asked, readers, thing: `row "${decisionId}"` }));
    },
    related: null,
  };
}

function place(result: BackFillResult, into: RoleValues): void {
  for (const [j, column] of into.columns.entries()) placeColumn(result, j, column, into.columns.length);
  result.index.forEach((row, i) => {
    into.label[row] = result.label[i]!;
    into.status[row] = result.labelStatus[i]!;
    into.days[row] = result.labelDays[i]!;
    into.months[row] = result.labelMonths[i]!;
  });
}

// Hot path: a column at a time, so that what is written lies together.
function placeColumn(result: BackFillResult, j: number, { numbers, kinds }: ValueColumn, width: number): void {
  const { index } = result;
  for (let i = 0; i < index.length; i++) {
    numbers[index[i]!] = result.numbers[i * width + j]!;
    kinds[index[i]!] = result.kinds[i * width + j]!;
  }
}
