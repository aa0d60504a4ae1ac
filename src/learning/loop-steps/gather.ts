// From history to a training set: the snapshot that the loop stands on, and the champion's rows with the decisions made
// since, split as the champion's were.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AssayError, type Hash, hashJson, parseInstant } from "../../base/index.ts";
import {
  type BuiltDataset,
  type DatasetManifest,
  readManifest,
  type SpineRow,
  spineHashOf,
  spineRowsOf,
} from "../../datasets/index.ts";
import type { StoredDecision } from "../../decisions/index.ts";
import { buildSeason } from "../build-season.ts";
import { problems } from "../errors.ts";
import type { SeasonSite } from "../season-site.ts";
import type { Loop, Made, StepOutcome } from "./loop-step.ts";

export interface Ground {
  readonly champion: Hash;
  readonly snapshot: Hash;
  /** Decisions kept before it are in the dataset. */
  readonly keptHead: number;
}

export async function takeSnapshot({ entry, site, signal }: Loop): Promise<Made<Ground>> {
  const released = await site.registry.released();
  if (released === null) throw new AssayError(problems.NO_CHAMPION(`loop ${entry.id}`));
  const champion = released.hash;
  await site.book.note(entry.id, { champion });
  const snapshot = (await site.seal(signal)).hash;
  const keptHead = await site.records.keptHead();
  return { found: { champion, snapshot, keptHead }, made: { champion, snapshot, keptHead } };
}

export interface Gathered {
  readonly dataset: Hash;
  /** Of the split, and so of the hold-out. */
  readonly seed: string;
}

/** The same ground and cut-off give the same dataset; one that is there already is found. */
export async function gatherDataset(loop: Loop, ground: Ground): Promise<StepOutcome<Gathered>> {
  const { entry, site, season } = loop;
  const before = await championDataset(loop, ground.champion);
  const old = await championSpine(loop, before);
  const added = await decisionsSince(loop, old, ground.keptHead);
  const spine = [...old, ...added];
  const labelCutOff = parseInstant(entry.labelCutOff)!;
  const split = before.split.rule;
  const { plan } = site;
  const inputs = hashJson({
    spine: spineHashOf(spine),
    snapshot: ground.snapshot,
    labelCutOff,
    split,
    features: plan.roles.map(({ role, meaningHash }) => [role, meaningHash]),
    label: plan.label.meaningHash,
  });
  const earlier = (await site.registry.recall("loop.dataset", inputs)) as { readonly hash: Hash } | undefined;
  const found = earlier === undefined ? undefined : await findDataset(season, earlier.hash);
  const snapshot = await site.snapshot(ground.snapshot);
  const built = found ?? (await buildSeason(plan, { spine, snapshot, labelCutOff, split }, season));
  await site.registry.remember("loop.dataset", inputs, { hash: built.hash });
  const { rows, positives } = built.manifest;
  const made = { dataset: built.hash, rows, positives, decisionsAdded: added.length };
  return { found: { dataset: built.hash, seed: split.seed }, made };
}

/** Throws ASSAY_LEARNING_DATASET_LOST. */
export async function builtDataset(season: SeasonSite, hash: Hash): Promise<BuiltDataset> {
  const found = await findDataset(season, hash);
  if (found !== undefined) return found;
  throw new AssayError(problems.DATASET_LOST(`dataset ${hash}`));
}

async function findDataset(season: SeasonSite, hash: Hash): Promise<BuiltDataset | undefined> {
  const folder = join(season.folder("datasets"), hash);
  const text = await readFile(join(folder, "manifest.json"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : { hash, manifest: readManifest(text), file: join(folder, "rows.parquet") };
}

async function championDataset({ site }: Loop, champion: Hash): Promise<DatasetManifest> {
  const { evidence } = await site.registry.bundle(champion);
  return (await site.registry.document(evidence.dataset)) as unknown as DatasetManifest;
}

async function championSpine({ site }: Loop, { spine, name }: DatasetManifest): Promise<SpineRow[]> {
  const known = (await site.registry.artefacts("spine")).some(({ hash }) => hash === spine);
  // Where people were erased, another spine stands for it.
  const now = known ? await site.registry.standIn(spine) : null;
  if (now === null) throw new AssayError(problems.SPINE_LOST(`dataset "${name}"`, { dataset: name }));
  return spineRowsOf(Buffer.from(await site.registry.artefact(now)).toString());
}

/** Applications that were decided, once each, where nobody had asked about the same parties at the same moment before. */
async function decisionsSince(loop: Loop, old: readonly SpineRow[], toKept: number): Promise<SpineRow[]> {
  const { site, signal } = loop;
  const askedBefore = new Set(old.map(moment));
  const added: SpineRow[] = [];
  for await (const { decision } of site.records.served({ toKept })) {
    signal.throwIfAborted();
    if (decision.supersedes !== null) continue;
    const row = spineRow(loop, decision);
    if (askedBefore.has(moment(row))) continue;
    askedBefore.add(moment(row));
    added.push(row);
  }
  return added;
}

function moment({ parties, t }: SpineRow): string {
  return hashJson({ parties, t });
}

function spineRow({ site }: Loop, decision: StoredDecision["decision"]): SpineRow {
  const { fields } = site.plan.request;
  const asked = Object.entries(decision.asked).map(([name, text]) => {
    const isBoolean = fields[name]?.type.kind === "boolean";
    return [name, isBoolean ? String(Number(text) === 1) : text] as const;
  });
  return {
    decisionId: decision.decisionId,
    t: parseInstant(decision.t)!,
    parties: Object.fromEntries(decision.parties.map(({ role, entity }) => [role, entity])),
    asked: Object.fromEntries(asked),
  };
}
