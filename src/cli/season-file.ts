// build → train → evaluate: each command leaves what the next one takes in a small file beside the state, by bundle name.

import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { AssayError, type Hash } from "../base/index.ts";
import { type BuiltDataset, checkNotWithdrawn, readManifest } from "../datasets/index.ts";
import { publishBytes } from "../storage/index.ts";
import type { Workspace } from "../workspace/index.ts";
import { problems } from "./errors.ts";

interface KeptSeason {
  /** Of the dataset. */
  readonly hash: Hash;
  readonly bundle?: Hash;
}

export async function keepSeason(workspace: Workspace, bundle: string, kept: KeptSeason): Promise<void> {
  await mkdir(workspace.folder("seasons"), { recursive: true });
  await publishBytes(workspace.folder("seasons", `${bundle}.json`), Buffer.from(JSON.stringify(kept)));
}

/** The dataset that was built last for a bundle. Throws ASSAY_CLI_NOT_BUILT. */
export async function builtDataset(workspace: Workspace, bundle: string): Promise<BuiltDataset> {
  const kept = await readJson<KeptSeason>(workspace.folder("seasons", `${bundle}.json`));
  const dataset = kept === undefined ? undefined : await datasetOf(workspace, kept.hash);
  if (kept !== undefined) await checkNotWithdrawn(workspace.folder("datasets"), kept.hash);
  if (dataset === undefined) throw new AssayError(problems.NOT_BUILT(`bundle "${bundle}"`, { bundle }));
  return dataset;
}

/** A published dataset; `undefined` where it is no longer there. */
export async function datasetOf(workspace: Workspace, hash: Hash): Promise<BuiltDataset | undefined> {
  const folder = workspace.folder("datasets", hash);
  const text = await readFile(join(folder, "manifest.json"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : { hash, manifest: readManifest(text), file: join(folder, "rows.parquet") };
}

async function readJson<T>(path: string): Promise<T | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}
