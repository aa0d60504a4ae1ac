// Sequences that were built before from the same rows, history, definition and cut-off are found, not built again.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { canonicalJson, formatInstant, type Hash } from "../base/index.ts";
import { knownFit } from "../compile/index.ts";
import type { BuiltSequences } from "./sequence-build.ts";
import type { SequenceFitRequest } from "./sequence-fit.ts";
import { FILES, readSequencesManifest, type SequencesManifest } from "./sequence-manifest.ts";
import { spineHashOf } from "./spine.ts";
import { namesIn } from "./withdrawn.ts";

/** What all of a manifest and of its fit follows from. */
type MadeFrom = Pick<SequencesManifest, "name" | "snapshot" | "spine" | "role"> & {
  readonly meaningHash: Hash;
  readonly split: Pick<SequencesManifest["split"], "rule" | "role">;
  readonly fittedKnownUntil: string;
};

/** Those that `fitSequence` and `buildSequences` would give; undefined where they are not below `folder`. */
export async function foundSequences(
  request: SequenceFitRequest & { readonly name: string },
  folder: string,
): Promise<BuiltSequences | undefined> {
  const wanted = canonicalJson(madeFrom(request));
  for (const hash of await namesIn(folder)) {
    const at = join(folder, hash);
    const text = await readFile(join(at, "manifest.json"), "utf8").catch(() => undefined);
    if (text === undefined || hash.startsWith(".")) continue;
    const manifest = readSequencesManifest(text);
    if (canonicalJson(await saidOf(manifest, at)) === wanted) return { hash, folder: at, manifest };
  }
  return undefined;
}

function madeFrom(request: SequenceFitRequest & { readonly name: string }): MadeFrom {
  const { name, sequence, snapshot, spine, role, split, splitRole = role, knownUntil } = request;
  return {
    name,
    meaningHash: sequence.meaningHash,
    snapshot: snapshot.hash,
    spine: spineHashOf(spine),
    role,
    split: { rule: split, role: splitRole },
    fittedKnownUntil: formatInstant(knownUntil),
  };
}

async function saidOf({ name, sequence, snapshot, spine, role, split }: SequencesManifest, at: string) {
  const { fittedKnownUntil, snapshot: fittedOn } = knownFit(await readFile(join(at, FILES.fit), "utf8"));
  const { rule, role: splitRole } = split;
  const { meaningHash } = sequence;
  const said: MadeFrom = {
    name,
    meaningHash,
    snapshot,
    spine,
    role,
    split: { rule, role: splitRole },
    fittedKnownUntil,
  };
  return fittedOn === snapshot ? said : null;
}
