// Built sequences hold what people did, and their fit whom it saw. Where a person in either is erased, both go, with a word
// that says why; what a later fit takes from the data, it takes without them.

import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Hash } from "../base/index.ts";
import { knownFit } from "../compile/index.ts";
import { readTable } from "../storage/index.ts";
import { FILES, readSequencesManifest, type SequencesManifest } from "./sequence-manifest.ts";
import { markOf, marksIn } from "./sequence-parties.ts";
import { namesIn, quotedList, withdraw } from "./withdrawn.ts";

/** A person in sequences: so many rows, none where only the fit saw them. */
export interface SequencesHolding {
  readonly sequences: Hash;
  readonly rows: number;
}

/** The published sequences below `folder` in whose rows or fit one of the people stands. Writes nothing. */
export async function sequencesHolding(folder: string, entities: readonly string[]): Promise<SequencesHolding[]> {
  const holdings: SequencesHolding[] = [];
  for (const name of await namesIn(folder)) {
    const at = join(folder, name);
    if ((await manifestIn(at)) === undefined) continue;
    const where = `t."entity" in (${quotedList(entities)})`;
    const { rows } = await readTable([join(at, FILES.rows)], { columns: ["entity"], where });
    if (rows > 0 || (await fitSaw(at, entities))) holdings.push({ sequences: name, rows });
  }
  return holdings;
}

/** Takes sequences away, with what builds that were cut off left behind; again, it changes nothing. */
export async function withdrawSequences(folder: string, sequences: readonly Hash[], why: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    const at = join(folder, name);
    if (name.startsWith(".building-")) await rm(at, { recursive: true, force: true });
    else if (sequences.includes(name)) await withdraw(at, await manifestIn(at), why);
  }
}

async function fitSaw(at: string, entities: readonly string[]): Promise<boolean> {
  const { seen } = knownFit(await readFile(join(at, FILES.fit), "utf8")).entities;
  const marks = marksIn(seen);
  return entities.some((entity) => marks.has(markOf(entity)));
}

async function manifestIn(at: string): Promise<SequencesManifest | undefined> {
  const text = await readFile(join(at, "manifest.json"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : readSequencesManifest(text);
}
