// In which datasets a person stands. Such a dataset is withdrawn: whoever asks for it finds that it is not there, and why, and
// builds anew.

import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Hash } from "../base/index.ts";
import { readTable } from "../storage/index.ts";
import { KEPT_FOLDER } from "./kept-columns.ts";
import { type DatasetManifest, readManifest } from "./manifest.ts";
import { type SpineRow, spineRowsOf, spineText } from "./spine.ts";
import type { SplitName } from "./split.ts";
import { namesIn, quotedList, withdraw } from "./withdrawn.ts";

/** Rows of a person in one dataset. */
export interface DatasetHolding {
  readonly dataset: Hash;
  readonly rows: number;
  /** Where they are; the label follows the first party, and so does the split. */
  readonly splits: readonly SplitName[];
}

const [ROWS, MANIFEST] = ["rows.parquet", "manifest.json"] as const;

/** The published datasets below `folder` in which one of the people stands in any role. Writes nothing. */
export async function datasetsHolding(folder: string, entities: readonly string[]): Promise<DatasetHolding[]> {
  const holdings: DatasetHolding[] = [];
  for (const name of await namesIn(folder)) {
    const manifest = await manifestIn(join(folder, name));
    if (manifest === undefined) continue;
    const found = await rowsHolding(join(folder, name, ROWS), manifest, entities);
    if (found.length > 0) holdings.push({ dataset: name, rows: found.length, splits: [...new Set(found)].sort() });
  }
  return holdings;
}

/**
 * Takes the rows of datasets away, with what builds that were cut off left behind and the columns kept for later ones; doing
 * it again changes nothing.
 */
export async function withdrawDatasets(folder: string, datasets: readonly Hash[], why: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    const at = join(folder, name);
    if (name.startsWith(".building-") || name === KEPT_FOLDER) await rm(at, { recursive: true, force: true });
    else if (datasets.includes(name)) await withdraw(at, await manifestIn(at), why);
  }
}

/** A spine's text without the rows in which one of the people stands; null where no row is left. */
export function spineWithout(text: string, entities: ReadonlySet<string>): string | null {
  const left = spineRowsOf(text).filter((row) => !namesOne(row, entities));
  return left.length === 0 ? null : spineText(left);
}

function namesOne({ parties }: SpineRow, entities: ReadonlySet<string>): boolean {
  return Object.values(parties).some((entity) => entities.has(entity));
}

async function rowsHolding(file: string, manifest: DatasetManifest, entities: readonly string[]): Promise<SplitName[]> {
  const wanted = quotedList(entities);
  const columns = partyColumns(manifest);
  const where = columns.map((name) => `t."${name}" in (${wanted})`).join(" or ");
  const table = await readTable([file], { columns: ["split"], where });
  return [...((table.columns["split"]?.values ?? []) as readonly SplitName[])];
}

/** The first role's party stands in plain "entity". */
function partyColumns({ features, columns }: DatasetManifest): string[] {
  const first = Object.keys(features).find((role) => columns[0]?.startsWith(`${role}.`));
  const others = Object.keys(features).filter((role) => role !== first);
  return ["entity", ...others.map((role) => `entity.${role}`)];
}

async function manifestIn(folder: string): Promise<DatasetManifest | undefined> {
  const text = await readFile(join(folder, MANIFEST), "utf8").catch(() => undefined);
  return text === undefined ? undefined : readManifest(text);
}
