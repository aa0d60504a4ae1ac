// A snapshot: a JSON manifest that names table files by hash and the position of the log they reach. It is named by the
// hash of its own canonical text and never changes. `snapshots/current` is the one mutable file: which snapshot holds
// now and which are kept, replaced by rename, so readers see one state or the next. The last seven are kept.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { AssayError, canonicalJson, type Hash, hashText, type Problem } from "../base/index.ts";
import type { EventNode } from "../define/index.ts";
import { hasErrorCode, publishBytes } from "../storage/index.ts";
import { problems } from "./errors.ts";
import type { Position } from "./event-log.ts";

export const SNAPSHOTS_KEPT = 7;

export interface TableFile {
  /** Relative to the folder of the history. */
  readonly path: string;
  /** The file holds the entities whose hash begins with these bits. */
  readonly bits: number;
  readonly bucket: number;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: Hash;
  /** Of the definition its columns were written under. */
  readonly schemaHash: Hash;
  /** 2: rows stand in the total order and `_superseded_at` is there. Files from before have no layout. */
  readonly layout?: 2;
}

export interface SnapshotManifest {
  readonly format: "assay.snapshot";
  readonly version: 1;
  /** All records of the log before it are in the files. */
  readonly position: Position;
  /** Buckets are counted in this many bits; a file with fewer belongs to several buckets. */
  readonly bits: number;
  readonly events: { readonly [name: string]: { readonly schemaHash: Hash; readonly files: readonly TableFile[] } };
  /** Every definition that a file or an event names: categories are stored as indices into it. */
  readonly schemas: { readonly [hash: Hash]: EventNode };
}

export interface Snapshot {
  readonly hash: Hash;
  /** The folder of the history. */
  readonly folder: string;
  readonly manifest: SnapshotManifest;
}

interface CurrentFile {
  readonly version: 1;
  readonly current: Hash;
  /** Oldest first. */
  readonly kept: readonly Hash[];
}

/** The snapshot that holds now; `undefined` where nothing has been sealed. */
export async function currentSnapshot(folder: string): Promise<Snapshot | undefined> {
  const current = await readCurrent(folder);
  return current === undefined ? undefined : await readSnapshot(folder, current.current);
}

/** Oldest first. */
export async function keptSnapshots(folder: string): Promise<readonly Hash[]> {
  return (await readCurrent(folder))?.kept ?? [];
}

/** Throws ASSAY_HISTORY_UNKNOWN_SNAPSHOT, DAMAGED_FILE where the manifest is not what its name says, UNKNOWN_VERSION. */
export async function readSnapshot(folder: string, hash: Hash): Promise<Snapshot> {
  const text = await readIfThere(manifestPath(folder, hash));
  if (text === undefined) throw new AssayError(problems.UNKNOWN_SNAPSHOT(folder, { hash }));
  const found = hashText(text);
  if (found !== hash) throw new AssayError(problems.DAMAGED_FILE(`snapshot ${hash}`, { expected: hash, found }));
  return { hash, folder, manifest: knownVersion(JSON.parse(text) as SnapshotManifest, "snapshots") };
}

function knownVersion<T extends { readonly version: 1 }>(read: T, format: string): T {
  if (read.version === 1) return read;
  throw new AssayError(problems.UNKNOWN_VERSION("snapshots", { format, version: String(read.version) }));
}

/** Makes a manifest the current snapshot, once all its files are in place; forgets all but the last seven. */
export async function publishSnapshot(folder: string, manifest: SnapshotManifest): Promise<Snapshot> {
  return await publish(folder, manifest, SNAPSHOTS_KEPT);
}

/** Makes a manifest the only snapshot: the others, and the files that only they name, are gone. */
export async function publishAlone(folder: string, manifest: SnapshotManifest): Promise<Snapshot> {
  return await publish(folder, manifest, 1);
}

async function publish(folder: string, manifest: SnapshotManifest, keep: number): Promise<Snapshot> {
  await mkdir(snapshotsFolder(folder), { recursive: true });
  const text = canonicalJson(manifest);
  const hash = hashText(text);
  await publishBytes(manifestPath(folder, hash), Buffer.from(text));
  const before = (await readCurrent(folder))?.kept.filter((kept) => kept !== hash) ?? [];
  await writeCurrent(folder, { version: 1, current: hash, kept: [...before, hash].slice(-keep) });
  await removeUnkept(folder);
  return { hash, folder, manifest };
}

/** Makes one of the kept snapshots current again; the next seal goes on from there, for the log reaches back to all kept. */
export async function rollBackSnapshot(folder: string, hash: Hash): Promise<Snapshot> {
  const current = await readCurrent(folder);
  if (current === undefined) throw new AssayError(problems.NO_SNAPSHOT(folder, {}));
  if (!current.kept.includes(hash)) throw new AssayError(problems.UNKNOWN_SNAPSHOT(folder, { hash }));
  const snapshot = await readSnapshot(folder, hash);
  await writeCurrent(folder, { ...current, current: hash });
  return snapshot;
}

/** Every file that is missing or is not what the manifest says; empty where all is well. */
export async function verifySnapshot(snapshot: Snapshot): Promise<Problem[]> {
  const found: Problem[] = [];
  for (const file of filesOf(snapshot.manifest)) {
    const problem = await damageOf(snapshot.folder, file);
    if (problem !== undefined) found.push(problem);
  }
  return found;
}

/** What is wrong with one table file, if anything. */
export async function damageOf(folder: string, { path, sha256 }: TableFile): Promise<Problem | undefined> {
  const found = await hashOfFile(join(folder, path));
  return found === sha256 ? undefined : problems.DAMAGED_FILE(`table file ${path}`, { expected: sha256, found });
}

async function hashOfFile(path: string): Promise<string> {
  const sum = createHash("sha256");
  try {
    for await (const piece of createReadStream(path)) sum.update(piece as Buffer);
  } catch (error) {
    if (hasErrorCode(error, "ENOENT")) return "(no file)";
    throw error;
  }
  return sum.digest("hex");
}

export function filesOf(manifest: SnapshotManifest): TableFile[] {
  return Object.values(manifest.events).flatMap(({ files }) => files);
}

/** Manifests that are not kept, and table files that no kept manifest names. */
async function removeUnkept(folder: string): Promise<void> {
  const kept = await keptSnapshots(folder);
  const manifests = await Promise.all(kept.map((hash) => readSnapshot(folder, hash)));
  const named = new Set(manifests.flatMap(({ manifest }) => filesOf(manifest).map(({ path }) => path)));
  for (const name of await readdir(snapshotsFolder(folder))) {
    if (name.endsWith(".json") && !kept.includes(name.slice(0, -5))) await rm(join(snapshotsFolder(folder), name));
  }
  for (const path of await tablePaths(folder)) if (!named.has(path)) await rm(join(folder, path));
}

async function tablePaths(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, "tables"), { recursive: true }).catch(() => []);
  return names.filter((name) => name.endsWith(".parquet")).map((name) => join("tables", name));
}

function snapshotsFolder(folder: string): string {
  return join(folder, "snapshots");
}

function manifestPath(folder: string, hash: Hash): string {
  return join(snapshotsFolder(folder), `${hash}.json`);
}

async function readCurrent(folder: string): Promise<CurrentFile | undefined> {
  const text = await readIfThere(join(snapshotsFolder(folder), "current"));
  return text === undefined ? undefined : knownVersion(JSON.parse(text) as CurrentFile, "the list of snapshots");
}

async function writeCurrent(folder: string, current: CurrentFile): Promise<void> {
  await publishBytes(join(snapshotsFolder(folder), "current"), Buffer.from(canonicalJson(current)));
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (hasErrorCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
