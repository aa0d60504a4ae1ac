import { AssayError, formatInstant, type Hash } from "../base/index.ts";
import type { DatasetRequest } from "./build.ts";
import { problems } from "./errors.ts";
import type { RoleValues } from "./role-values.ts";
import type { SplitName, SplitRule } from "./split.ts";

/** `assay.dataset` version 1: what a training set is made of; its hash names it. */
export interface DatasetManifest {
  readonly format: "assay.dataset";
  readonly version: 1;
  readonly name: string;
  /** Hash of the spine's rows. */
  readonly spine: Hash;
  readonly spineRows: number;
  /** Snapshot of history that values were read from. */
  readonly snapshot: Hash;
  readonly label: {
    readonly name: string;
    readonly meaningHash: Hash;
    readonly cutOff: string;
    /** Absent for flags, which have a column `label`; the others have `event`, `days` and `censored`. */
    readonly shape?: "loanMonths" | "timeToEvent";
  };
  /** Role → feature set and its meaning hash. */
  readonly features: { readonly [role: string]: { readonly set: string; readonly meaningHash: Hash } };
  /** `role.feature`, in order. */
  readonly columns: readonly string[];
  readonly rows: number;
  readonly positives: number;
  /** Rows left out, by why. */
  readonly dropped: { readonly [reason: string]: number };
  readonly split: { readonly rule: SplitRule; readonly rows: { readonly [split in SplitName]: number } };
  readonly file: { readonly sha256: Hash; readonly bytes: number };
  /** Beside `rows.parquet`, of loan-months: `months.parquet`, with `decision_id`, `month` and `event`. */
  readonly months?: { readonly sha256: Hash; readonly bytes: number; readonly rows: number };
}

/** A kept manifest from its text. Throws ASSAY_DATASETS_UNKNOWN_VERSION. */
export function readManifest(text: string): DatasetManifest {
  const manifest = JSON.parse(text) as DatasetManifest;
  if (manifest.format === "assay.dataset" && manifest.version === 1) return manifest;
  const version = String(manifest.version);
  throw new AssayError(problems.UNKNOWN_VERSION(`dataset "${manifest.name}"`, { version }));
}

/** The manifest of the `kept` rows, but for the file that is written last; `first` carries the label. */
export function describeDataset(
  request: DatasetRequest & { readonly spineHash: Hash },
  first: Pick<RoleValues, "label" | "status">,
  kept: readonly number[],
  splits: readonly SplitName[],
): Omit<DatasetManifest, "file"> {
  const { name, spine, snapshot, label, labelCutOff, labelShape = "flags", roles, split } = request;
  return {
    format: "assay.dataset",
    version: 1,
    name,
    spine: request.spineHash,
    spineRows: spine.length,
    snapshot: snapshot.hash,
    label: {
      name: label.node.name,
      meaningHash: label.meaningHash,
      cutOff: formatInstant(labelCutOff),
      ...(labelShape === "flags" ? {} : { shape: labelShape }),
    },
    features: Object.fromEntries(roles.map(({ role, set, meaningHash }) => [role, { set: set.name, meaningHash }])),
    columns: roles.flatMap(({ role, set }) => set.features.map((feature) => `${role}.${feature.name}`)),
    rows: kept.length,
    positives: kept.reduce((sum, row) => sum + first.label[row]!, 0),
    dropped: droppedBy(first),
    split: { rule: split, rows: rowsBySplit(kept, splits) },
  };
}

function droppedBy({ label, status }: Pick<RoleValues, "label" | "status">): { [reason: string]: number } {
  const dropped: { [reason: string]: number } = {};
  status.forEach((reason, row) => {
    if (Number.isNaN(label[row]!)) dropped[reason] = (dropped[reason] ?? 0) + 1;
  });
  return dropped;
}

function rowsBySplit(kept: readonly number[], splits: readonly SplitName[]): { [split in SplitName]: number } {
  const rows = { train: 0, validation: 0, test: 0 };
  for (const row of kept) rows[splits[row]!]++;
  return rows;
}
