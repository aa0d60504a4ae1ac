// A point-in-time training set: for every spine row, the values of its parties as known at its `t`, and what became of it
// as known by the label cut-off. Rows whose outcome was not observed by then are dropped and counted, never called good.

import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import {
  AssayError,
  canonicalJson,
  formatInstant,
  type Hash,
  hashJson,
  hashPrefix,
  hashText,
  missingCode,
  type Progress,
  parseScaled,
} from "../base/index.ts";
import type { HistorySchema } from "../compile/index.ts";
import type { FeatureSetNode, LabelNode, RequestNode } from "../define/index.ts";
import type { Snapshot } from "../history/index.ts";
import { publishBytes, type TableColumn, writeTable } from "../storage/index.ts";
import type { BackFillResult, BackFillRows } from "./back-fill.ts";
import { type BucketWork, fillBuckets } from "./bucket-workers.ts";
import { problems } from "./errors.ts";
import type { DatasetManifest } from "./manifest.ts";
import type { SpineRow } from "./spine.ts";
import { type SplitName, type SplitRule, splitOf } from "./split.ts";

export interface DatasetRequest {
  readonly name: string;
  readonly spine: readonly SpineRow[];
  readonly snapshot: Snapshot;
  readonly schema: HistorySchema;
  readonly request: RequestNode | null;
  /** Role of the spine's parties → feature set computed for it. The first role is the one the label and the split follow. */
  readonly roles: readonly { readonly role: string; readonly set: FeatureSetNode; readonly meaningHash: Hash }[];
  readonly label: { readonly node: LabelNode; readonly meaningHash: Hash };
  /** Microseconds. */
  readonly labelCutOff: number;
  readonly split: SplitRule;
}

export interface DatasetSite {
  /** Datasets are folders below it, named by hash. */
  readonly folder: string;
  readonly workers: number;
  readonly progress: Progress;
}

export interface BuiltDataset {
  readonly hash: Hash;
  readonly manifest: DatasetManifest;
  readonly file: string;
}

/** Values of one role for every spine row, row-major, beside the label that the first role carries. */
interface RoleValues {
  readonly numbers: Float64Array;
  readonly kinds: Uint8Array;
  readonly label: Float64Array;
  readonly status: string[];
}

export async function buildDataset(request: DatasetRequest, site: DatasetSite): Promise<BuiltDataset> {
  const byRole: RoleValues[] = [];
  for (const [i, role] of request.roles.entries()) byRole.push(await fillRole(request, role, i === 0, site));
  const labels = byRole[0]!.label;
  const kept = request.spine.map((_, row) => row).filter((row) => !Number.isNaN(labels[row]!));
  if (kept.length === 0) {
    throw new AssayError(
      problems.NO_LABELS(`dataset "${request.name}"`, { cutOff: formatInstant(request.labelCutOff) }),
    );
  }
  const splits = request.spine.map((row) => splitOf(row.parties[request.roles[0]!.role]!, request.split));
  const columns = datasetColumns(request, byRole, kept, splits);
  return await publish(request, site, columns, manifestParts(request, byRole[0]!, kept, splits));
}

async function fillRole(
  request: DatasetRequest,
  role: DatasetRequest["roles"][number],
  labelled: boolean,
  site: DatasetSite,
): Promise<RoleValues> {
  const rows = request.spine.length;
  const width = role.set.features.length;
  const values: RoleValues = {
    numbers: new Float64Array(rows * width).fill(Number.NaN),
    kinds: new Uint8Array(rows * width).fill(missingCode("not linked")),
    label: new Float64Array(rows).fill(Number.NaN),
    status: new Array<string>(rows).fill("notObserved"),
  };
  const plan = {
    schema: request.schema,
    request: request.request,
    set: role.set,
    meaningHash: role.meaningHash,
    label: labelled ? request.label.node : null,
    labelCutOff: request.labelCutOff,
  };
  let done = 0;
  await fillBuckets({ snapshot: request.snapshot, plan }, bucketWork(request, role.role), site.workers, (result) => {
    place(result, values, width);
    done += result.index.length;
    site.progress({ stage: `values of ${role.role}`, done, total: rows, unit: "rows" });
  });
  return values;
}

/** Spine rows by the bucket their party's history lies in. */
function bucketWork(request: DatasetRequest, role: string): BucketWork[] {
  const { bits } = request.snapshot.manifest;
  const byBucket = new Map<number, number[]>();
  request.spine.forEach((row, i) => {
    const entity = row.parties[role];
    if (entity === undefined) return;
    const bucket = hashPrefix(entity, bits);
    const rows = byBucket.get(bucket);
    if (rows === undefined) byBucket.set(bucket, [i]);
    else rows.push(i);
  });
  return [...byBucket].map(([bucket, rows]) => ({ bucket, rows: backFillRows(request, role, rows) }));
}

function backFillRows(request: DatasetRequest, role: string, rows: readonly number[]): BackFillRows {
  return {
    index: Int32Array.from(rows),
    entity: rows.map((row) => request.spine[row]!.parties[role]!),
    t: Float64Array.from(rows, (row) => request.spine[row]!.t),
    asked: rows.map((row) => askedOf(request.request, request.spine[row]!)),
  };
}

function askedOf(request: RequestNode | null, row: SpineRow): { [field: string]: number } {
  const asked: { [field: string]: number } = {};
  for (const [name, text] of Object.entries(row.asked)) {
    const type = request?.fields[name]?.type;
    const scale = type?.kind === "money" || type?.kind === "decimal" ? type.scale : 0;
    const stored = type === undefined ? undefined : parseScaled(text, scale);
    if (stored === undefined) {
      throw new AssayError(
        problems.BAD_SPINE_ROW(`row "${row.decisionId}"`, {
          why: `asked field "${name}" cannot be ${JSON.stringify(text)}`,
        }),
      );
    }
    asked[name] = stored / 10 ** scale;
  }
  return asked;
}

function place(result: BackFillResult, into: RoleValues, width: number): void {
  result.index.forEach((row, i) => {
    into.numbers.set(result.numbers.subarray(i * width, (i + 1) * width), row * width);
    into.kinds.set(result.kinds.subarray(i * width, (i + 1) * width), row * width);
    into.label[row] = result.label[i]!;
    into.status[row] = result.labelStatus[i]!;
  });
}

function datasetColumns(
  request: DatasetRequest,
  byRole: readonly RoleValues[],
  kept: readonly number[],
  splits: readonly SplitName[],
): TableColumn[] {
  const party = request.roles[0]!.role;
  const text = (name: string, value: (row: number) => string): TableColumn => ({
    name,
    type: "varchar",
    values: kept.map(value),
  });
  const head: TableColumn[] = [
    text("decision_id", (row) => request.spine[row]!.decisionId),
    text("entity", (row) => request.spine[row]!.parties[party]!),
    { name: "t", type: "bigint", values: Float64Array.from(kept, (row) => request.spine[row]!.t) },
    text("split", (row) => splits[row]!),
    { name: "label", type: "utinyint", values: Uint8Array.from(kept, (row) => byRole[0]!.label[row]!) },
  ];
  const asked = Object.keys(request.request?.fields ?? {}).map((name) =>
    text(`asked.${name}`, (row) => request.spine[row]!.asked[name] ?? ""),
  );
  return [...head, ...asked, ...request.roles.flatMap((role, i) => valueColumns(role, byRole[i]!, kept))];
}

function valueColumns(
  role: DatasetRequest["roles"][number],
  values: RoleValues,
  kept: readonly number[],
): TableColumn[] {
  const width = role.set.features.length;
  return role.set.features.flatMap(({ name }, j): TableColumn[] => [
    {
      name: `${role.role}.${name}`,
      type: "double",
      values: Float64Array.from(kept, (row) => values.numbers[row * width + j]!),
    },
    {
      name: `${role.role}.${name}__missing`,
      type: "utinyint",
      values: Uint8Array.from(kept, (row) => values.kinds[row * width + j]!),
    },
  ]);
}

function manifestParts(
  request: DatasetRequest,
  first: RoleValues,
  kept: readonly number[],
  splits: readonly SplitName[],
): Omit<DatasetManifest, "file"> {
  const dropped: { [reason: string]: number } = {};
  first.status.forEach((status, row) => {
    if (Number.isNaN(first.label[row]!)) dropped[status] = (dropped[status] ?? 0) + 1;
  });
  const rows = { train: 0, validation: 0, test: 0 };
  for (const row of kept) rows[splits[row]!]++;
  return {
    format: "assay.dataset",
    version: 1,
    name: request.name,
    spine: hashText(request.spine.map((row) => canonicalJson(row)).join("\n")),
    spineRows: request.spine.length,
    snapshot: request.snapshot.hash,
    label: {
      name: request.label.node.name,
      meaningHash: request.label.meaningHash,
      cutOff: formatInstant(request.labelCutOff),
    },
    features: Object.fromEntries(
      request.roles.map(({ role, set, meaningHash }) => [role, { set: set.name, meaningHash }]),
    ),
    columns: request.roles.flatMap(({ role, set }) => set.features.map(({ name }) => `${role}.${name}`)),
    rows: kept.length,
    positives: kept.reduce((sum, row) => sum + first.label[row]!, 0),
    dropped,
    split: { rule: request.split, rows },
  };
}

async function publish(
  request: DatasetRequest,
  site: DatasetSite,
  columns: readonly TableColumn[],
  parts: Omit<DatasetManifest, "file">,
): Promise<BuiltDataset> {
  const building = join(site.folder, `${request.name}.building`);
  await mkdir(building, { recursive: true });
  const written = await writeTable(join(building, "rows.parquet"), [...columns], { orderBy: ["decision_id"] });
  const manifest: DatasetManifest = { ...parts, file: { sha256: written.sha256, bytes: written.bytes } };
  const hash = hashJson(manifest);
  const folder = join(site.folder, hash);
  await mkdir(folder, { recursive: true });
  const file = join(folder, "rows.parquet");
  await rename(written.path, file);
  await publishBytes(join(folder, "manifest.json"), Buffer.from(canonicalJson(manifest)));
  return { hash, manifest, file };
}
