// A dataset is named by what is in it, so one without a person would be another dataset. It is withdrawn instead: the rows
// go, and of the manifest a word stays that says why. Whoever asks for it finds that it is not there and builds anew.

import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { AssayError, canonicalJson, type Hash } from "../base/index.ts";
import { publishBytes, readTable } from "../storage/index.ts";
import { problems } from "./errors.ts";
import { KEPT_FOLDER } from "./kept-columns.ts";
import { type DatasetManifest, readManifest } from "./manifest.ts";
import { type SpineRow, spineRowsOf, spineText } from "./spine.ts";
import type { SplitName } from "./split.ts";

/** Rows of a person in one dataset. */
export interface DatasetHolding {
  readonly dataset: Hash;
  readonly rows: number;
  /** Where they are; the label follows the first party, and so does the split. */
  readonly splits: readonly SplitName[];
}

/** `assay.withdrawn` version 1: what stays in the folder of a dataset whose rows had to go. */
export interface Withdrawn {
  readonly format: "assay.withdrawn";
  readonly version: 1;
  readonly why: string;
  readonly manifest: DatasetManifest;
}

const [ROWS, MANIFEST, WITHDRAWN] = ["rows.parquet", "manifest.json", "withdrawn.json"] as const;

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
    else if (datasets.includes(name)) await withdraw(at, why);
  }
}

export function withdrawnOf(manifest: DatasetManifest, why: string): Withdrawn {
  return { format: "assay.withdrawn", version: 1, why, manifest };
}

/** What stands in place of a withdrawn dataset, from its text. Throws ASSAY_DATASETS_UNKNOWN_VERSION. */
export function readWithdrawn(text: string): Withdrawn {
  const word = JSON.parse(text) as Withdrawn;
  if (word.format === "assay.withdrawn" && word.version === 1) return word;
  throw new AssayError(problems.UNKNOWN_VERSION("a withdrawn dataset", { version: String(word.version) }));
}

/** Throws ASSAY_DATASETS_WITHDRAWN, which says why, where the rows of a dataset had to go. */
export async function checkNotWithdrawn(folder: string, dataset: Hash): Promise<void> {
  const text = await readFile(join(folder, dataset, WITHDRAWN), "utf8").catch(() => undefined);
  if (text === undefined) return;
  const { why, manifest } = readWithdrawn(text);
  throw new AssayError(problems.WITHDRAWN(`dataset "${manifest.name}"`, { why }));
}

async function withdraw(at: string, why: string): Promise<void> {
  const manifest = await manifestIn(at);
  if (manifest !== undefined) {
    await publishBytes(join(at, WITHDRAWN), Buffer.from(canonicalJson(withdrawnOf(manifest, why))));
  }
  // Tables made of the rows may lie beside them.
  for (const name of await namesIn(at)) if (name !== WITHDRAWN) await rm(join(at, name), { force: true });
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
  const wanted = entities.map((entity) => `'${entity.replaceAll("'", "''")}'`).join(", ");
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

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort();
}
