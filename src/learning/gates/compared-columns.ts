// The columns of a dataset against the champion's profile. What counts is the rows that the champion did not learn from: mixed
// with the old ones, a source that broke last week would hide behind years of sound rows.

import { isAssayError } from "../../base/index.ts";
import { type BuiltDataset, type DatasetManifest, spineRowsOf } from "../../datasets/index.ts";
import { columnProfile, compareValue, type ProfileDocument } from "../../monitoring/index.ts";
import type { Registry } from "../../registry/index.ts";
import { readTable } from "../../storage/index.ts";

export interface ComparedColumns {
  /** Which rows were compared, in words that follow their number. */
  readonly drawnOn: string;
  readonly rows: number;
  readonly columns: readonly ReturnType<typeof compareValue>[];
  /** Columns that the profile lacks. */
  readonly unmatched: readonly string[];
}

/** Fewer say nothing of a share: a single one of them could be a tenth. */
const LEAST_FRESH = 100;

/** Where hardly any row is new, all rows are compared. Throws what reading the dataset throws. */
export async function compareColumns(
  { file, manifest }: BuiltDataset,
  profile: ProfileDocument,
  championSpine: ReadonlySet<string>,
): Promise<ComparedColumns> {
  const ids = (await readTable([file], { columns: ["decision_id"] })).columns["decision_id"]!.values as string[];
  const fresh = [...ids.keys()].filter((row) => !championSpine.has(ids[row]!));
  const isEnough = fresh.length >= LEAST_FRESH;
  const rows = isEnough ? fresh : [...ids.keys()];
  const drawnOn = isEnough ? "rows that the champion did not learn from" : `rows, ${fresh.length} of them new`;
  const known = rows.length === 0 ? [] : manifest.columns.filter((name) => profile.columns[name] !== undefined);
  const unmatched = manifest.columns.filter((name) => profile.columns[name] === undefined);
  const columns: ReturnType<typeof compareValue>[] = [];
  for (const name of known) {
    columns.push(compareValue(name, profile.columns[name]!, await profileOf(file, name, rows)));
  }
  return { drawnOn, rows: rows.length, columns, unmatched };
}

/** Rows come in the order of the file, whichever columns are read. */
async function profileOf(file: string, name: string, rows: readonly number[]) {
  const kinds = `${name}__missing`;
  const table = await readTable([file], { columns: [name, kinds] });
  const of = (column: string) => {
    const values = table.columns[column]!.values as ArrayLike<number>;
    return Float64Array.from(rows, (row) => values[row]!);
  };
  return columnProfile(of(name), of(kinds));
}

/** Ids of the rows that a dataset was built from; none where they are no longer kept. */
export async function spineIds(
  registry: Pick<Registry, "artefact" | "standIn">,
  { spine }: DatasetManifest,
): Promise<ReadonlySet<string>> {
  try {
    const text = Buffer.from(await registry.artefact((await registry.standIn(spine)) ?? spine)).toString();
    return new Set(spineRowsOf(text).map(({ decisionId }) => decisionId));
  } catch (error) {
    if (isAssayError(error) && /^ASSAY_REGISTRY_(?:UNKNOWN_DOCUMENT|ERASED)$/.test(error.code)) return new Set();
    throw error;
  }
}
