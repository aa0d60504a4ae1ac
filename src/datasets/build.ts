// A point-in-time training set: for every spine row, the values of its parties as known at its `t`, and what became of it
// as known by the label cut-off. Rows whose outcome was not observed by then are dropped and counted, never called good.
// It is built to the side and published whole, so a build that fails anywhere leaves nothing behind.

import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  AssayError,
  canonicalJson,
  formatInstant,
  type Hash,
  hashJson,
  nearest,
  type Progress,
} from "../base/index.ts";
import { compareBytes, type HistorySchema, type LabelShape } from "../compile/index.ts";
import type { LabelNode, RequestNode } from "../define/index.ts";
import type { Snapshot } from "../history/index.ts";
import { publishBytes, type TableColumn, writeTable } from "../storage/index.ts";
import { datasetColumns } from "./dataset-columns.ts";
import { problems } from "./errors.ts";
import { type BuildWork, roleValues, trimKept } from "./kept-columns.ts";
import { loanMonthColumns } from "./loan-months.ts";
import { type DatasetManifest, describeDataset } from "./manifest.ts";
import type { DatasetRole } from "./role-values.ts";
import { type SpineRow, spineHashOf } from "./spine.ts";
import { type SplitName, type SplitRule, splitOf } from "./split.ts";

export interface DatasetRequest {
  readonly name: string;
  readonly spine: readonly SpineRow[];
  readonly snapshot: Snapshot;
  readonly schema: HistorySchema;
  readonly request: RequestNode | null;
  /** The label and the split follow the party of the first one. */
  readonly roles: readonly DatasetRole[];
  readonly label: { readonly node: LabelNode; readonly meaningHash: Hash };
  /** Outcomes known after it do not exist (microseconds). */
  readonly labelCutOff: number;
  /** "flags" where it is absent: one row a decision, good or bad. Others hold when what happened. */
  readonly labelShape?: LabelShape;
  readonly split: SplitRule;
}

export interface DatasetSite {
  /** Datasets are folders below it, named by hash. */
  readonly folder: string;
  readonly workers: number;
  readonly progress: Progress;
  /** Aborting it ends the build between two buckets. */
  readonly signal: AbortSignal;
}

export interface BuiltDataset {
  readonly hash: Hash;
  readonly manifest: DatasetManifest;
  readonly file: string;
}

/** Where one build keeps the results of buckets until it is published. */
export interface BuildSite extends DatasetSite {
  readonly parts: string;
}

/**
 * Builds and publishes; the same inputs give the same bytes, hence the same hash. Columns that an earlier build on the same
 * snapshot and spine computed are used again, and one that was killed or cancelled is gone on with. Throws
 * ASSAY_DATASETS_BAD_SPINE_ROW, NOT_ASKED, NO_LABELS, WORKER_FAILED; then nothing was published.
 */
export async function buildDataset(
  request: DatasetRequest,
  site: DatasetSite,
): Promise<BuiltDataset & { readonly work: BuildWork }> {
  site.signal.throwIfAborted();
  for (const row of request.spine) checkParties(row, request.roles);
  const spineHash = spineHashOf(request.spine);
  const unfinished = join(site.folder, `.building-${buildKey(request, spineHash)}`);
  const filled = [];
  for (const [i, role] of request.roles.entries()) {
    filled.push(await roleValues({ ...request, spineHash }, role, i === 0, { ...site, parts: unfinished }));
  }
  const byRole = filled.map(({ values }) => values);
  const labels = byRole[0]!.label;
  // Sorted here: the columns are wide, and their rows are few.
  const kept = Array.from(request.spine.keys())
    .filter((row) => !Number.isNaN(labels[row]!))
    .sort((a, b) => compareBytes(request.spine[a]!.decisionId, request.spine[b]!.decisionId));
  if (kept.length === 0) {
    const cutOff = formatInstant(request.labelCutOff);
    throw new AssayError(problems.NO_LABELS(`dataset "${request.name}"`, { cutOff }));
  }
  const splits = splitsOf(request);
  const columns = datasetColumns(request, byRole, kept, splits);
  const months = request.labelShape === "loanMonths" ? loanMonthColumns(request, byRole[0]!, kept) : null;
  const parts = describeDataset({ ...request, spineHash }, byRole[0]!, kept, splits);
  const built = await publish({ columns, months }, parts, site);
  await rm(unfinished, { recursive: true, force: true });
  await trimKept(site.folder);
  return { ...built, work: workOf(filled.map(({ work }) => work)) };
}

/** Of each row; one hash an entity. */
function splitsOf({ spine, roles, split }: DatasetRequest): SplitName[] {
  const known = new Map<string, SplitName>();
  return spine.map(({ parties }) => {
    const entity = parties[roles[0]!.role]!;
    const name = known.get(entity) ?? splitOf(entity, split);
    known.set(entity, name);
    return name;
  });
}

/** Two builds of one key compute the same values, so one may go on where another was killed. */
function buildKey(request: DatasetRequest, spineHash: Hash): Hash {
  const { snapshot, roles, label, labelCutOff, labelShape = "flags" } = request;
  const sets = roles.map(({ role, meaningHash }) => ({ role, meaningHash }));
  return hashJson({ snapshot: snapshot.hash, spineHash, sets, label: label.meaningHash, labelCutOff, labelShape });
}

function workOf(works: readonly BuildWork[]): BuildWork {
  const total = (count: keyof BuildWork) => works.reduce((sum, work) => sum + work[count], 0);
  return { computed: total("computed"), reused: total("reused"), foundRows: total("foundRows") };
}

function checkParties({ decisionId, parties }: SpineRow, roles: readonly DatasetRole[]): void {
  const known = roles.map(({ role }) => role);
  const unknown = Object.keys(parties).find((role) => !known.includes(role));
  const refuse = (why: string, wayOut: string, near?: string) =>
    new AssayError(problems.BAD_SPINE_ROW(`row "${decisionId}"`, { why, wayOut }, { nearest: near }));
  if (unknown !== undefined) {
    const wayOut = `Leave it out; the roles are ${known.join(", ")}`;
    throw refuse(`no feature set is bound to role "${unknown}"`, wayOut, nearest(unknown, known));
  }
  if (parties[known[0]!] === undefined) {
    throw refuse(`nobody has the role "${known[0]}", which the label is about`, "Say who it is, or drop the row");
  }
}

interface Tables {
  readonly columns: readonly TableColumn[];
  /** Of loan-months: the label as a table of its own. */
  readonly months: readonly TableColumn[] | null;
}

async function publish(
  { columns, months }: Tables,
  parts: Omit<DatasetManifest, "file">,
  site: DatasetSite,
): Promise<BuiltDataset> {
  await mkdir(site.folder, { recursive: true });
  const building = await mkdtemp(join(site.folder, ".building-"));
  try {
    const written = await writeTable(join(building, "rows.parquet"), columns);
    const monthly = months === null ? null : await writeTable(join(building, "months.parquet"), months);
    const manifest: DatasetManifest = {
      ...parts,
      file: { sha256: written.sha256, bytes: written.bytes },
      ...(monthly === null ? {} : { months: { sha256: monthly.sha256, bytes: monthly.bytes, rows: monthly.rows } }),
    };
    const hash = hashJson(manifest);
    const folder = join(site.folder, hash);
    await mkdir(folder, { recursive: true });
    const file = join(folder, "rows.parquet");
    await rename(written.path, file);
    if (monthly !== null) await rename(monthly.path, join(folder, "months.parquet"));
    await publishBytes(join(folder, "manifest.json"), Buffer.from(canonicalJson(manifest)));
    return { hash, manifest, file };
  } finally {
    await rm(building, { recursive: true });
  }
}
