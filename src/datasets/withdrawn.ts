// What stays of something that was built and named by what is in it, once a person in it was erased: without them it would be
// another thing. The rows go, and of the manifest a word stays that says why.

import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { AssayError, canonicalJson, type Hash } from "../base/index.ts";
import { publishBytes } from "../storage/index.ts";
import { problems } from "./errors.ts";
import type { DatasetManifest } from "./manifest.ts";
import type { SequencesManifest } from "./sequence-manifest.ts";

/** `assay.withdrawn` version 1: what stays in the folder of a dataset or of sequences whose rows had to go. */
export interface Withdrawn {
  readonly format: "assay.withdrawn";
  readonly version: 1;
  readonly why: string;
  readonly manifest: DatasetManifest | SequencesManifest;
}

const WITHDRAWN = "withdrawn.json";

export function withdrawnOf(manifest: Withdrawn["manifest"], why: string): Withdrawn {
  return { format: "assay.withdrawn", version: 1, why, manifest };
}

/** From its text. Throws ASSAY_DATASETS_UNKNOWN_VERSION. */
export function readWithdrawn(text: string): Withdrawn {
  const word = JSON.parse(text) as Withdrawn;
  if (word.format === "assay.withdrawn" && word.version === 1) return word;
  throw new AssayError(problems.UNKNOWN_VERSION("a withdrawn dataset", { version: String(word.version) }));
}

/** Throws ASSAY_DATASETS_WITHDRAWN, which says why, where the rows below `folder` under this hash had to go. */
export async function checkNotWithdrawn(folder: string, hash: Hash): Promise<void> {
  const text = await readFile(join(folder, hash, WITHDRAWN), "utf8").catch(() => undefined);
  if (text === undefined) return;
  const { why, manifest } = readWithdrawn(text);
  const what = manifest.format === "assay.sequences" ? "sequences" : "dataset";
  throw new AssayError(problems.WITHDRAWN(`${what} "${manifest.name}"`, { why }));
}

/** Takes all of a folder away but the word; again, it changes nothing. `manifest` is undefined where the word stands already. */
export async function withdraw(at: string, manifest: Withdrawn["manifest"] | undefined, why: string): Promise<void> {
  if (manifest !== undefined) {
    await publishBytes(join(at, WITHDRAWN), Buffer.from(canonicalJson(withdrawnOf(manifest, why))));
  }
  // Tables made of the rows may lie beside them.
  for (const name of await namesIn(at)) if (name !== WITHDRAWN) await rm(join(at, name), { force: true });
}

/** In order; none where the folder is not there. */
export async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch((): string[] => [])).sort();
}

/** Names in SQL, for a list of which a column holds one. */
export function quotedList(entities: readonly string[]): string {
  return entities.map((entity) => `'${entity.replaceAll("'", "''")}'`).join(", ");
}
