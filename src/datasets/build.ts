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
import type { HistorySchema } from "../compile/index.ts";
import type { LabelNode, RequestNode } from "../define/index.ts";
import type { Snapshot } from "../history/index.ts";
import { publishBytes, type TableColumn, writeTable } from "../storage/index.ts";
import { datasetColumns } from "./dataset-columns.ts";
import { problems } from "./errors.ts";
import { type DatasetManifest, describeDataset } from "./manifest.ts";
import { type DatasetRole, fillRole, type RoleValues } from "./role-values.ts";
import type { SpineRow } from "./spine.ts";
import { type SplitRule, splitOf } from "./split.ts";

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

/**
 * Builds and publishes; the same inputs give the same bytes, hence the same hash.
 * Throws ASSAY_DATASETS_BAD_SPINE_ROW, NO_LABELS, WORKER_FAILED; then nothing was published.
 */
export async function buildDataset(request: DatasetRequest, site: DatasetSite): Promise<BuiltDataset> {
  for (const row of request.spine) checkParties(row, request.roles);
  const byRole: RoleValues[] = [];
  for (const [i, role] of request.roles.entries()) byRole.push(await fillRole(request, role, i === 0, site));
  const labels = byRole[0]!.label;
  const kept = Array.from(request.spine.keys()).filter((row) => !Number.isNaN(labels[row]!));
  if (kept.length === 0) {
    const cutOff = formatInstant(request.labelCutOff);
    throw new AssayError(problems.NO_LABELS(`dataset "${request.name}"`, { cutOff }));
  }
  const splits = request.spine.map(({ parties }) => splitOf(parties[request.roles[0]!.role]!, request.split));
  const columns = datasetColumns(request, byRole, kept, splits);
  return await publish(columns, describeDataset(request, byRole[0]!, kept, splits), site);
}

function checkParties({ decisionId, parties }: SpineRow, roles: readonly DatasetRole[]): void {
  const known = roles.map(({ role }) => role);
  const unknown = Object.keys(parties).find((role) => !known.includes(role));
  const refuse = (why: string, near?: string) =>
    new AssayError(problems.BAD_SPINE_ROW(`row "${decisionId}"`, { why }, { nearest: near }));
  if (unknown !== undefined) throw refuse(`no feature set is bound to role "${unknown}"`, nearest(unknown, known));
  if (parties[known[0]!] === undefined) throw refuse(`nobody has the role "${known[0]}", which the label is about`);
}

async function publish(
  columns: readonly TableColumn[],
  parts: Omit<DatasetManifest, "file">,
  site: DatasetSite,
): Promise<BuiltDataset> {
  await mkdir(site.folder, { recursive: true });
  const building = await mkdtemp(join(site.folder, ".building-"));
  try {
    const written = await writeTable(join(building, "rows.parquet"), columns, { orderBy: ["decision_id"] });
    const manifest: DatasetManifest = { ...parts, file: { sha256: written.sha256, bytes: written.bytes } };
    const hash = hashJson(manifest);
    const folder = join(site.folder, hash);
    await mkdir(folder, { recursive: true });
    const file = join(folder, "rows.parquet");
    await rename(written.path, file);
    await publishBytes(join(folder, "manifest.json"), Buffer.from(canonicalJson(manifest)));
    return { hash, manifest, file };
  } finally {
    await rm(building, { recursive: true });
  }
}
